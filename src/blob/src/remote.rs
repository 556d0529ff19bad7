//! Bytes as objects of an object store (S3 and its like). Uploads in several requests are in `parts`.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions,
    WriteMultipart,
};

use crate::error::BlobError;
use crate::store::{ByteStream, Stat};

/// Parts of an upload on their way at the same time.
const CONCURRENT_PARTS: usize = 4;

pub(crate) struct Remote {
    pub(crate) objects: Arc<dyn ObjectStore>,
    prefix: String,
    pub(crate) manner: Manner,
}

/// How objects are written.
pub(crate) struct Manner {
    /// Bytes of a part; what is not longer is sent at once.
    pub part: usize,
    /// Empty for the bucket's own.
    pub storage_class: String,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            part: 5 << 20,
            storage_class: String::new(),
        }
    }
}

impl Remote {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, prefix: &str, manner: Manner) -> Self {
        Self {
            objects,
            manner,
            prefix: prefix.trim_matches('/').to_owned(),
        }
    }

    pub(crate) fn key(&self, path: &str) -> Result<Path, BlobError> {
        let key = if self.prefix.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.prefix)
        };
        Path::parse(key).map_err(|_invalid| BlobError::BadPath)
    }

    pub(crate) async fn put(
        &self,
        path: &str,
        body: impl Stream<Item = Result<Bytes, BlobError>> + Send,
    ) -> Result<u64, BlobError> {
        let key = self.key(path)?;
        let mut body = std::pin::pin!(body);
        let mut first = BytesMut::new();
        while first.len() <= self.manner.part {
            match body.next().await {
                Some(part) => first.extend_from_slice(&part?),
                None => return self.put_whole(&key, first.freeze()).await,
            }
        }
        let options = PutMultipartOptions {
            attributes: self.attributes(),
            ..Default::default()
        };
        let started = self.objects.put_multipart_opts(&key, options).await?;
        let mut upload = WriteMultipart::new_with_chunk_size(started, self.manner.part);
        let mut written = first.len() as u64;
        upload.put(first.freeze());
        while let Some(part) = body.next().await {
            let ready = match part {
                Ok(part) => upload
                    .wait_for_capacity(CONCURRENT_PARTS)
                    .await
                    .map(|()| part)
                    .map_err(BlobError::from),
                Err(error) => Err(error),
            };
            match ready {
                Ok(part) => {
                    written += part.len() as u64;
                    upload.put(part);
                }
                Err(error) => {
                    if let Err(abort) = upload.abort().await {
                        tracing::warn!(%abort, "an unfinished upload could not be ended");
                    }
                    return Err(error);
                }
            }
        }
        upload.finish().await?;
        Ok(written)
    }

    async fn put_whole(&self, key: &Path, bytes: Bytes) -> Result<u64, BlobError> {
        let length = bytes.len() as u64;
        let options = PutOptions {
            attributes: self.attributes(),
            ..Default::default()
        };
        self.objects.put_opts(key, bytes.into(), options).await?;
        Ok(length)
    }

    fn attributes(&self) -> Attributes {
        let mut attributes = Attributes::new();
        if !self.manner.storage_class.is_empty() {
            attributes.insert(
                Attribute::StorageClass,
                self.manner.storage_class.clone().into(),
            );
        }
        attributes
    }

    /// Lists one object: that asks for the bucket and for the right to see it.
    pub(crate) async fn check(&self) -> Result<(), BlobError> {
        let prefix = self.key("testfile")?;
        match self.objects.list_with_delimiter(Some(&prefix)).await {
            Ok(_listed) => Ok(()),
            // the library has no kind of its own for a bucket that is not there
            Err(error) if error.to_string().contains("NoSuchBucket") => Err(BlobError::NotFound),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn stat(&self, path: &str) -> Result<Stat, BlobError> {
        let meta = self.objects.head(&self.key(path)?).await?;
        Ok(Stat {
            size: meta.size,
            modified_at: meta.last_modified.timestamp_millis(),
        })
    }

    pub(crate) async fn read(
        &self,
        path: &str,
        range: Range<u64>,
    ) -> Result<ByteStream, BlobError> {
        read_object(Arc::clone(&self.objects), self.key(path)?, range).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<(), BlobError> {
        Ok(self.objects.delete(&self.key(path)?).await?)
    }

    pub(crate) async fn rename(&self, from: &str, to: &str) -> Result<(), BlobError> {
        Ok(self
            .objects
            .rename(&self.key(from)?, &self.key(to)?)
            .await?)
    }
}

/// A range of an object's bytes as they come.
pub(crate) async fn read_object(
    objects: Arc<dyn ObjectStore>,
    key: Path,
    range: Range<u64>,
) -> Result<ByteStream, BlobError> {
    if range.is_empty() {
        return Ok(futures_util::stream::empty().boxed());
    }
    let options = object_store::GetOptions {
        range: Some(range.into()),
        ..Default::default()
    };
    let result = objects.get_opts(&key, options).await?;
    Ok(result
        .into_stream()
        .map(|part| part.map_err(BlobError::from))
        .boxed())
}
