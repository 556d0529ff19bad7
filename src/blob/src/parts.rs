//! Uploads that arrive in several requests, where the storage is one whose objects cannot grow: the bytes of each request are an
//! object of their own until the last ones come, and each byte is sent twice at most, however many requests there are.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::error::BlobError;
use crate::paths::{UNFINISHED, WAITING};
use crate::remote::{Remote, read_object};
use crate::store::ByteStream;

/// A part of an unfinished upload.
struct Part {
    key: Path,
    begins: u64,
    size: u64,
}

impl Remote {
    /// Adds to an upload. It is an object at its path when it has come to `whole` bytes.
    pub(crate) async fn append(
        &self,
        path: &str,
        offset: u64,
        body: impl Stream<Item = Result<Bytes, BlobError>> + Send,
        whole: u64,
    ) -> Result<u64, BlobError> {
        let mut parts = self.parts(path).await?;
        if offset == 0 {
            self.forget(parts).await?;
            parts = Vec::new();
        }
        if length(&parts) != offset {
            return Err(BlobError::WrongOffset);
        }
        // a small last part grows: sending it again costs less than a great number of parts
        let small = parts.pop_if(|last| last.size < self.manner.part as u64);
        let (begins, before) = match &small {
            Some(part) => {
                let before =
                    read_object(Arc::clone(&self.objects), part.key.clone(), 0..part.size).await?;
                (part.begins, before)
            }
            None => (offset, stream::empty().boxed()),
        };
        let name = part_name(path, begins);
        let size = self.put(&name, before.chain(body)).await?;
        parts.push(Part {
            key: self.key(&name)?,
            begins,
            size,
        });
        let reached = begins + size;
        if reached >= whole {
            self.assemble(path, parts).await?;
        }
        Ok(reached)
    }

    async fn assemble(&self, path: &str, parts: Vec<Part>) -> Result<(), BlobError> {
        if let [only] = parts.as_slice() {
            return Ok(self.objects.rename(&only.key, &self.key(path)?).await?);
        }
        let pieces: Vec<(Path, u64)> = parts
            .iter()
            .map(|part| (part.key.clone(), part.size))
            .collect();
        let objects = Arc::clone(&self.objects);
        let all: ByteStream = stream::iter(pieces)
            .then(move |(key, size)| read_object(Arc::clone(&objects), key, 0..size))
            .try_flatten()
            .boxed();
        self.put(path, all).await?;
        if let Err(error) = self.forget(parts).await {
            tracing::warn!(%error, "the parts of an upload stay behind for a while");
        }
        Ok(())
    }

    /// How many bytes of an unfinished upload are there.
    pub(crate) async fn unfinished(&self, path: &str) -> Result<u64, BlobError> {
        Ok(length(&self.parts(path).await?))
    }

    /// Removes an upload, whatever there is of it.
    pub(crate) async fn discard(&self, path: &str) -> Result<(), BlobError> {
        self.forget(self.parts(path).await?).await?;
        match self.delete(path).await {
            Err(BlobError::NotFound) => Ok(()),
            other => other,
        }
    }

    /// The parts in their order, as far as they follow each other.
    async fn parts(&self, path: &str) -> Result<Vec<Part>, BlobError> {
        let listed = self
            .objects
            .list(Some(&self.key(&format!("{UNFINISHED}/{path}"))?));
        let mut parts: Vec<Part> = listed
            .try_filter_map(|meta| async move {
                let begins = meta.location.filename().and_then(|name| name.parse().ok());
                Ok(begins.map(|begins| Part {
                    key: meta.location,
                    begins,
                    size: meta.size,
                }))
            })
            .try_collect()
            .await?;
        parts.sort_by_key(|part| part.begins);
        let mut reached = 0;
        let follow = parts.iter().take_while(|part| {
            let follows = part.begins == reached;
            reached += part.size;
            follows
        });
        let follow = follow.count();
        parts.truncate(follow);
        Ok(parts)
    }

    async fn forget(&self, parts: Vec<Part>) -> Result<(), BlobError> {
        for part in parts {
            match self.objects.delete(&part.key).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Removes what unfinished writes left before a time; how much it was.
    pub(crate) async fn sweep(&self, before: i64) -> Result<usize, BlobError> {
        let mut removed = 0;
        for place in [UNFINISHED, WAITING] {
            let mut listed = self.objects.list(Some(&self.key(place)?));
            while let Some(meta) = listed.try_next().await? {
                if meta.last_modified.timestamp_millis() < before {
                    self.objects.delete(&meta.location).await?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}

fn part_name(path: &str, begins: u64) -> String {
    format!("{UNFINISHED}/{path}/{begins:020}")
}

fn length(parts: &[Part]) -> u64 {
    parts.last().map_or(0, |last| last.begins + last.size)
}
