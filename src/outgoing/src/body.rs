//! An answer, read within the bounds of its request.

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::Error;

#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Where the redirects have led.
    pub url: Url,
    pub(crate) inner: reqwest::Response,
    pub(crate) deadline: Instant,
}

impl Response {
    /// The `Content-Type` in small letters, empty without one.
    pub fn content_type(&self) -> String {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase()
    }

    /// A header's text, empty without one.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// What the answer says its length is.
    pub fn length(&self) -> Option<u64> {
        self.headers
            .get(CONTENT_LENGTH)?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }

    /// All of the body, if it is not more than `max` bytes.
    pub async fn bytes(mut self, max: usize) -> Result<Bytes, Error> {
        if self.length().is_some_and(|length| length > max as u64) {
            return Err(Error::TooLarge);
        }
        let mut all = BytesMut::new();
        while let Some(part) = self.chunk().await? {
            if all.len() + part.len() > max {
                return Err(Error::TooLarge);
            }
            all.extend_from_slice(&part);
        }
        Ok(all.freeze())
    }

    /// The beginning of the body, at most `max` bytes; the rest is not read.
    pub async fn beginning(mut self, max: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while all.len() < max
            && let Some(part) = self.chunk().await?
        {
            let wanted = part.len().min(max - all.len());
            all.extend_from_slice(part.get(..wanted).unwrap_or_default());
        }
        Ok(all.freeze())
    }

    /// The body as it comes, ending in `TooLarge` behind `max` bytes.
    pub fn stream(self, max: u64) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
        stream::try_unfold((self, max), |(mut response, left)| async move {
            let Some(part) = response.chunk().await? else {
                return Ok(None);
            };
            let left = left.checked_sub(part.len() as u64).ok_or(Error::TooLarge)?;
            Ok(Some((part, (response, left))))
        })
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match timeout_at(self.deadline, self.inner.chunk()).await {
            Ok(part) => Ok(part?),
            Err(_elapsed) => Err(Error::TimedOut),
        }
    }
}
