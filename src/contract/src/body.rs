//! Reading bodies: bounded, and JSON as the original takes it (any content type, the first value counts).
use crate::gate::{PathValues, Rejection};
use crate::operation::{BodyKind, Operation};
use crate::query::Query;
use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use model::{Wire, WireError};
use serde_json::Value;

/// A body handed on as a stream, bounded by the gate's limit.
#[derive(Debug)]
pub struct RawBody {
    pub content_type: Option<String>,
    pub content_length: Option<u64>,
    pub stream: Body,
}

impl RawBody {
    /// Reads it all, at most `limit` bytes; None when there is more or the connection breaks.
    pub async fn bytes(self, limit: usize) -> Option<Bytes> {
        Limited::new(self.stream, limit)
            .collect()
            .await
            .ok()
            .map(http_body_util::Collected::to_bytes)
    }
}

/// The decoded parts a request type is made of.
pub(crate) struct Input {
    pub(crate) path: PathValues,
    pub(crate) query: Query,
    pub(crate) json: Value,
    pub(crate) raw: Option<RawBody>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) lenient: bool,
}

/// Readers the generated request types use.
impl Input {
    pub(crate) fn path(&self, name: &str) -> String {
        self.path.get(name).to_owned()
    }

    /// The JSON body as a type. Of a lenient one that does not fit, members that are no text count as empty text;
    /// if it does not fit then either, it is empty.
    pub(crate) fn body<T: Wire>(&mut self) -> Result<T, WireError> {
        let value = std::mem::take(&mut self.json);
        if !self.lenient {
            return T::from_value(value);
        }
        T::from_value(value.clone())
            .or_else(|_| T::from_value(only_texts(value)))
            .or_else(|_| T::from_value(Value::Null))
    }

    pub(crate) fn raw(&mut self) -> RawBody {
        self.raw.take().unwrap_or(RawBody {
            content_type: None,
            content_length: None,
            stream: Body::empty(),
        })
    }
}

fn only_texts(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        for member in members.values_mut().filter(|member| !member.is_string()) {
            *member = Value::String(String::new());
        }
    }
    value
}

/// Reads a JSON body.
pub(crate) async fn json(op: &Operation, body: Body, limit: usize) -> Result<Value, Rejection> {
    let BodyKind::Json { lenient, .. } = op.body else {
        return Ok(Value::Null);
    };
    let read = match Limited::new(body, limit).collect().await {
        Ok(collected) => {
            first_value(&collected.to_bytes()).map_err(|detail| unreadable(op, detail))
        }
        Err(error) if error.is::<LengthLimitError>() => Err(Rejection::TooLarge),
        Err(_) => Err(unreadable(op, "the connection broke".to_owned())),
    };
    let read = read.and_then(|value| {
        if op.refuse_null && value.is_null() {
            return Err(unreadable(op, "it is null".to_owned()));
        }
        Ok(value)
    });
    if lenient {
        Ok(read.unwrap_or(Value::Null))
    } else {
        read
    }
}

/// How the operation refuses a body it cannot read.
pub(crate) fn unreadable(op: &Operation, detail: String) -> Rejection {
    match (op.bad_body, op.body) {
        (Some(refusal), _) => Rejection::BadBodyOf { refusal, detail },
        (None, BodyKind::Json { list: true, .. }) => Rejection::BadList { detail },
        (None, _) => Rejection::BadBody { detail },
    }
}

/// The first JSON value; what follows it is not looked at.
fn first_value(bytes: &[u8]) -> Result<Value, String> {
    // Broken UTF-8 becomes replacement characters, as there; the usual case borrows.
    let text = String::from_utf8_lossy(bytes);
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(format!(
            "line {} column {} is not JSON",
            error.line(),
            error.column()
        )),
        None => Err("it is empty".to_owned()),
    }
}

/// Bounds a raw body; 0 leaves that to the handler.
pub(crate) fn raw(
    headers: &http::HeaderMap,
    body: Body,
    limit: usize,
) -> Result<RawBody, Rejection> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_length = header(http::header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    if limit > 0 && content_length.is_some_and(|length: u64| length > limit as u64) {
        return Err(Rejection::TooLarge);
    }
    let stream = if limit > 0 {
        Body::new(Limited::new(body, limit))
    } else {
        body
    };
    Ok(RawBody {
        content_type: header(http::header::CONTENT_TYPE).map(str::to_owned),
        content_length,
        stream,
    })
}

/// The member of an object, whatever the case of its key; a string, or nothing.
pub(crate) fn member(value: &Value, name: &str) -> String {
    let found = value.as_object().and_then(|map| {
        map.iter()
            .rev()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| value.as_str())
    });
    found.unwrap_or_default().to_owned()
}
