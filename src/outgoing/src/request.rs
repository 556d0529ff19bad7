//! What is asked, and within which bounds.

use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use url::Url;

/// Redirects that are followed unless a request says otherwise.
const REDIRECTS: usize = 10;

/// Who says where the request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Somebody: only public addresses, and what the settings allow.
    Untrusted,
    /// The administrator: any address.
    Administrator,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) timeout: Duration,
    pub(crate) redirects: usize,
    pub(crate) trust: Trust,
}

impl Request {
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout: Duration::from_secs(30),
            redirects: REDIRECTS,
            trust: Trust::Untrusted,
        }
    }

    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A body with its media type.
    pub fn post(url: Url, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut request = Self::new(Method::POST, url);
        request.body = body.into();
        request.header(
            http::header::CONTENT_TYPE,
            HeaderValue::from_static(content_type),
        )
    }

    /// Sets a header, replacing one of the same name.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// As `header`, from texts; what cannot be a header is left out.
    pub fn with(self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => self.header(name, value),
            _ => self,
        }
    }

    /// For everything: resolving, connecting, redirects, and reading the answer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many redirects are followed; with 0 the redirecting answer itself is returned.
    pub fn redirects(mut self, most: usize) -> Self {
        self.redirects = most;
        self
    }

    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }
}
