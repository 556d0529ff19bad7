//! The store of bytes by path: a directory or an object store behind one face. Writes are bounded, and durable when acknowledged.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use object_store::ObjectStore;

use crate::disk::Disk;
use crate::error::BlobError;
use crate::paths;
use crate::remote::{Manner, Remote};

pub type ByteStream = BoxStream<'static, Result<Bytes, BlobError>>;

#[derive(Clone)]
pub struct BlobStore(Arc<Backend>);

enum Backend {
    Disk(Disk),
    Remote(Remote),
}

/// What is known of stored bytes without reading them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    pub size: u64,
    /// Milliseconds since 1970, 0 when not known.
    pub modified_at: i64,
}

/// Stored bytes, or a part of them, to be read.
pub struct Blob {
    pub stat: Stat,
    /// Which of the bytes `stream` yields.
    pub range: Range<u64>,
    pub stream: ByteStream,
}

impl BlobStore {
    /// Files in a directory, which is made if it is not there.
    pub async fn directory(root: impl Into<PathBuf>) -> Result<Self, BlobError> {
        Ok(Self(Arc::new(Backend::Disk(
            Disk::open(root.into()).await?,
        ))))
    }

    /// Objects in an object store (S3 and its like), under a prefix that may be empty.
    pub fn remote(objects: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        Self(Arc::new(Backend::Remote(Remote::new(
            objects,
            prefix,
            Manner::default(),
        ))))
    }

    pub(crate) fn of_remote(remote: Remote) -> Self {
        Self(Arc::new(Backend::Remote(remote)))
    }

    /// Stores all of a stream, replacing what was there only when it has come completely. Returns the number of bytes.
    pub async fn put<E>(
        &self,
        path: &str,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
        max: u64,
    ) -> Result<u64, BlobError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        paths::check(path)?;
        let body = bounded(body, max);
        match &*self.0 {
            Backend::Disk(disk) => disk.put(path, body).await,
            Backend::Remote(remote) => remote.put(path, body).await,
        }
    }

    /// Stores bytes that are in memory already.
    pub async fn put_bytes(&self, path: &str, bytes: Bytes) -> Result<u64, BlobError> {
        let max = bytes.len() as u64;
        self.put(path, stream::iter([Ok::<_, BlobError>(bytes)]), max)
            .await
    }

    /// Adds a stream to the end of an unfinished file, which must be `offset` bytes long (0: is made anew). With `whole` bytes,
    /// and no more are taken, it is finished and can be read. Returns the new length. What came before the stream failed may stay.
    pub async fn append<E>(
        &self,
        path: &str,
        offset: u64,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
        whole: u64,
    ) -> Result<u64, BlobError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        paths::check(path)?;
        let body = bounded(body, whole.saturating_sub(offset));
        match &*self.0 {
            Backend::Disk(disk) => disk.append(path, offset, body).await,
            Backend::Remote(remote) => remote.append(path, offset, body, whole).await,
        }
    }

    /// How many bytes of an unfinished file are there.
    pub async fn unfinished(&self, path: &str) -> Result<u64, BlobError> {
        paths::check(path)?;
        match &*self.0 {
            Backend::Disk(disk) => match disk.stat(path).await {
                Err(BlobError::NotFound) => Ok(0),
                other => Ok(other?.size),
            },
            Backend::Remote(remote) => remote.unfinished(path).await,
        }
    }

    /// Removes a file, finished or not.
    pub async fn discard(&self, path: &str) -> Result<(), BlobError> {
        match &*self.0 {
            Backend::Disk(_) => self.delete(path).await,
            Backend::Remote(remote) => {
                paths::check(path)?;
                remote.discard(path).await
            }
        }
    }

    /// Removes what unfinished writes and waiting uploads left before a time, in milliseconds since 1970; how much it was.
    pub async fn sweep(&self, before: i64) -> Result<usize, BlobError> {
        match &*self.0 {
            Backend::Disk(disk) => disk.sweep(before).await,
            Backend::Remote(remote) => remote.sweep(before).await,
        }
    }

    /// Whether the storage is there and lets this server in; `NotFound` for a bucket that is not there.
    pub async fn check(&self) -> Result<(), BlobError> {
        match &*self.0 {
            Backend::Disk(disk) => match disk.stat("testfile").await {
                Err(BlobError::NotFound) | Ok(_) => Ok(()),
                Err(error) => Err(error),
            },
            Backend::Remote(remote) => remote.check().await,
        }
    }

    pub async fn stat(&self, path: &str) -> Result<Stat, BlobError> {
        paths::check(path)?;
        match &*self.0 {
            Backend::Disk(disk) => disk.stat(path).await,
            Backend::Remote(remote) => remote.stat(path).await,
        }
    }

    pub async fn exists(&self, path: &str) -> Result<bool, BlobError> {
        match self.stat(path).await {
            Ok(_) => Ok(true),
            Err(BlobError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Opens stored bytes for reading; a range is cut to what is there.
    pub async fn get(&self, path: &str, range: Option<Range<u64>>) -> Result<Blob, BlobError> {
        let stat = self.stat(path).await?;
        let range = clip(range, stat.size)?;
        let stream = match &*self.0 {
            Backend::Disk(disk) => disk.read(path, range.clone()).await?,
            Backend::Remote(remote) => remote.read(path, range.clone()).await?,
        };
        Ok(Blob {
            stat,
            range,
            stream,
        })
    }

    /// Reads everything, if it is not more than `max`.
    pub async fn read(&self, path: &str, max: u64) -> Result<Bytes, BlobError> {
        let mut blob = self.get(path, None).await?;
        if blob.stat.size > max {
            return Err(BlobError::TooLarge);
        }
        let mut all = BytesMut::with_capacity(usize::try_from(blob.stat.size).unwrap_or_default());
        while let Some(part) = blob.stream.next().await {
            all.extend_from_slice(&part?);
        }
        Ok(all.freeze())
    }

    /// Removes; what is not there is removed already.
    pub async fn delete(&self, path: &str) -> Result<(), BlobError> {
        paths::check(path)?;
        let outcome = match &*self.0 {
            Backend::Disk(disk) => disk.delete(path).await,
            Backend::Remote(remote) => remote.delete(path).await,
        };
        match outcome {
            Err(BlobError::NotFound) => Ok(()),
            other => other,
        }
    }

    /// Gives bytes another path, replacing what was there.
    pub async fn rename(&self, from: &str, to: &str) -> Result<(), BlobError> {
        paths::check(from)?;
        paths::check(to)?;
        match &*self.0 {
            Backend::Disk(disk) => disk.rename(from, to).await,
            Backend::Remote(remote) => remote.rename(from, to).await,
        }
    }
}

/// The stream with its errors unified, ending in `TooLarge` behind `max` bytes.
fn bounded<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Send,
    max: u64,
) -> impl Stream<Item = Result<Bytes, BlobError>> + Send
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut left = max;
    body.map(move |part| {
        let part = part.map_err(|error| BlobError::Source(error.into()))?;
        left = left
            .checked_sub(part.len() as u64)
            .ok_or(BlobError::TooLarge)?;
        Ok(part)
    })
}

fn clip(range: Option<Range<u64>>, size: u64) -> Result<Range<u64>, BlobError> {
    let Some(range) = range else {
        return Ok(0..size);
    };
    let clipped = range.start..range.end.min(size);
    if clipped.start >= clipped.end {
        Err(BlobError::BadRange)
    } else {
        Ok(clipped)
    }
}

#[cfg(test)]
mod tests;
