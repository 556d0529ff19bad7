//! What handlers answer: a value with optional status and headers, a bare acknowledgement, or a whole response.
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

/// A value, or the JSON of one (cached, or spliced by a query).
#[derive(Clone, Debug, PartialEq)]
pub enum Content<T> {
    Value(T),
    Json(Bytes),
}

/// An answer with a JSON body. The status is the operation's unless given.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply<T> {
    pub body: Content<T>,
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
}

impl<T> From<T> for Reply<T> {
    fn from(body: T) -> Self {
        Self {
            body: Content::Value(body),
            status: None,
            headers: HeaderMap::new(),
        }
    }
}

impl<T> Reply<T> {
    /// JSON that is already written; it must be what `T` would have become.
    pub fn json(bytes: impl Into<Bytes>) -> Self {
        Self {
            body: Content::Json(bytes.into()),
            status: None,
            headers: HeaderMap::new(),
        }
    }

    /// The value, if it is one.
    pub fn value(&self) -> Option<&T> {
        match &self.body {
            Content::Value(value) => Some(value),
            Content::Json(_) => None,
        }
    }

    /// Another status than the operation's.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a header; a value no header may have is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.append(name, value);
        }
        self
    }

    /// Sets the etag; a request that names it gets 304 without a body.
    #[must_use]
    pub fn etag(self, etag: impl AsRef<str>) -> Self {
        self.with_header(header::ETAG, etag)
    }
}

/// `{"status":"OK"}`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatusOk {
    status: Ok,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
enum Ok {
    #[default]
    OK,
}

/// No body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Empty;

/// A whole answer made by the handler: files, redirects, streams.
#[derive(Debug)]
pub struct Raw {
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    pub body: Body,
}

impl Raw {
    /// A body of that type.
    pub fn new(content_type: &str, body: impl Into<Body>) -> Self {
        let raw = Self {
            status: None,
            headers: HeaderMap::new(),
            body: body.into(),
        };
        raw.with_header(header::CONTENT_TYPE, content_type)
    }

    /// Only a status.
    pub fn status_only(status: StatusCode) -> Self {
        Self {
            status: Some(status),
            headers: HeaderMap::new(),
            body: Body::empty(),
        }
    }

    /// Another status than the operation's.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a header; a value no header may have is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.append(name, value);
        }
        self
    }
}

/// Anything a handler answers, on its way to a response.
pub(crate) struct Outcome {
    status: Option<StatusCode>,
    headers: HeaderMap,
    body: Result<Body, serde_json::Error>,
}

impl Outcome {
    pub(crate) fn json<T: Serialize>(reply: Reply<T>) -> Self {
        let bytes = match reply.body {
            Content::Value(value) => serde_json::to_vec(&value).map(Bytes::from),
            Content::Json(bytes) => Ok(bytes),
        };
        Self::typed(reply.status, reply.headers, bytes)
    }

    fn typed(
        status: Option<StatusCode>,
        mut headers: HeaderMap,
        bytes: Result<Bytes, serde_json::Error>,
    ) -> Self {
        headers
            .entry(header::CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/json"));
        Self {
            status,
            headers,
            body: bytes.map(Body::from),
        }
    }

    pub(crate) fn empty(reply: Reply<Empty>) -> Self {
        Self {
            status: reply.status,
            headers: reply.headers,
            body: Ok(Body::empty()),
        }
    }

    pub(crate) fn raw(raw: Raw) -> Self {
        Self {
            status: raw.status,
            headers: raw.headers,
            body: Ok(raw.body),
        }
    }

    /// The response; None when the value could not be written.
    pub(crate) fn into_response(self, status: u16) -> Option<Response> {
        let body = match self.body {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                return None;
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self
            .status
            .or(StatusCode::from_u16(status).ok())
            .unwrap_or(StatusCode::OK);
        *response.headers_mut() = self.headers;
        if matches!(
            response.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        ) {
            *response.body_mut() = Body::empty();
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        Some(response)
    }
}
