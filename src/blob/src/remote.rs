//! Bytes as objects of an object store (S3 and its like).

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};

use crate::error::BlobError;
use crate::store::{ByteStream, Stat};

/// Parts of an upload on their way at the same time.
const CONCURRENT_PARTS: usize = 4;

pub(crate) struct Remote {
    objects: Arc<dyn ObjectStore>,
    prefix: String,
}

impl Remote {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        Self {
            objects,
            prefix: prefix.trim_matches('/').to_owned(),
        }
    }

    fn key(&self, path: &str) -> Result<Path, BlobError> {
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
        let mut upload = WriteMultipart::new(self.objects.put_multipart(&self.key(path)?).await?);
        let mut body = std::pin::pin!(body);
        let mut written = 0;
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

    /// Objects cannot grow: what is there is sent again, followed by the new bytes.
    pub(crate) async fn append(
        &self,
        path: &str,
        offset: u64,
        body: impl Stream<Item = Result<Bytes, BlobError>> + Send,
    ) -> Result<u64, BlobError> {
        if offset == 0 {
            return self.put(path, body).await;
        }
        if self.stat(path).await?.size != offset {
            return Err(BlobError::WrongOffset);
        }
        let there = self.read(path, 0..offset).await?;
        self.put(path, there.chain(body)).await
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
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = object_store::GetOptions {
            range: Some(range.into()),
            ..Default::default()
        };
        let result = self.objects.get_opts(&self.key(path)?, options).await?;
        Ok(result
            .into_stream()
            .map(|part| part.map_err(BlobError::from))
            .boxed())
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
