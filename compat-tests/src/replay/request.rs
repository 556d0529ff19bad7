//! Builds the HTTP request of a step and records its answer. Keeps no variables and compares nothing.

use super::normalise::Normaliser;
use super::value::{plain, strings};
use super::{binary, value};
use crate::recording::Recording;
use anyhow::{Context, Result};
use reqwest::{Client, Method, RequestBuilder, Url, header::HeaderMap};
use serde_json::{Map, Value, json};
use std::path::Path;

const API: &str = "/api/v4";
const BOUNDARY: &str = "8f1d0c6b7a5e4f3c9b2a1d0e";
/// Session names come from it, so it is the recorder's.
const AGENT: &str = "python-httpx/0.28.1";

/// An HTTP answer, read whole.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, several of one name joined as one.
    pub fn header(&self, name: &str) -> Option<String> {
        let all: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|v| String::from_utf8_lossy(v.as_bytes()))
            .collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// The body as JSON; `null` counts as none.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body)
            .ok()
            .filter(|v: &Value| !v.is_null())
    }
}

/// The client that all scenarios share; actors share no cookies.
pub fn client() -> Result<Client> {
    // the library asks for the process's provider, which a server in this process may have named already
    let _already = rustls::crypto::ring::default_provider().install_default();
    Ok(Client::builder()
        .user_agent(AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(std::time::Duration::from_secs(30))
        .build()?)
}

/// Where a path of a scenario is on the server.
pub fn address(base: &str, path: &str) -> Result<Url> {
    let whole = match path.strip_prefix('~') {
        Some(url) if url.starts_with("http") => url.to_owned(),
        Some(absolute) => format!("{base}{absolute}"),
        None => format!("{base}{API}{path}"),
    };
    Url::parse(&whole).with_context(|| format!("path {path}"))
}

/// The request of a step whose templates are filled.
pub fn build(
    client: &Client,
    base: &str,
    recording: &Recording,
    (method, path): (&str, &str),
    token: Option<&str>,
    step: &Value,
) -> Result<RequestBuilder> {
    let mut url = address(base, path)?;
    if let Some(Value::Object(query)) = step.get("query") {
        url.set_query(None);
        if !query.is_empty() {
            encode_pairs(query, |k, v| {
                url.query_pairs_mut().append_pair(k, v);
            });
        }
    }
    let mut request = client.request(Method::from_bytes(method.as_bytes())?, url);
    let mut headers = step
        .get("headers")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    if let Some(token) = token.filter(|_| !headers.contains_key("Authorization")) {
        headers.insert("Authorization".into(), format!("Bearer {token}").into());
    }
    if let Some((kind, body)) = body(recording, step)? {
        if let Some(kind) = kind.filter(|_| {
            !headers
                .keys()
                .any(|k| k.eq_ignore_ascii_case("content-type"))
        }) {
            request = request.header("Content-Type", kind);
        }
        request = request.body(body);
    }
    for (name, value) in &headers {
        request = request.header(name, plain(value));
    }
    Ok(request)
}

type Body = (Option<String>, Vec<u8>);

fn body(recording: &Recording, step: &Value) -> Result<Option<Body>> {
    let given = |key: &str| step.get(key);
    Ok(if let Some(body) = given("body") {
        (!body.is_null()).then(|| {
            (
                Some("application/json".into()),
                body.to_string().into_bytes(),
            )
        })
    } else if let Some(raw) = given("raw") {
        let kind = step
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or("application/json");
        Some((Some(kind.into()), plain(raw).into_bytes()))
    } else if let Some(name) = given("upload").and_then(Value::as_str) {
        Some((None, std::fs::read(recording.asset(name)?)?))
    } else if let Some(Value::Object(form)) = given("form") {
        let mut url = Url::parse("http://form/")?;
        encode_pairs(form, |k, v| {
            url.query_pairs_mut().append_pair(k, v);
        });
        let text = url.query().unwrap_or_default().as_bytes().to_vec();
        Some((Some("application/x-www-form-urlencoded".into()), text))
    } else if let Some(Value::Object(parts)) = given("multipart") {
        Some((
            Some(format!("multipart/form-data; boundary={BOUNDARY}")),
            multipart(recording, parts)?,
        ))
    } else {
        None
    })
}

fn encode_pairs(map: &Map<String, Value>, mut add: impl FnMut(&str, &str)) {
    let word = |v: &Value| match v {
        Value::Bool(b) => b.to_string(),
        Value::Null => String::new(),
        other => plain(other),
    };
    for (key, value) in map {
        match value {
            Value::Array(list) => list.iter().for_each(|v| add(key, &word(v))),
            other => add(key, &word(other)),
        }
    }
}

fn multipart(recording: &Recording, parts: &Map<String, Value>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let quote = |s: &str| s.replace('\\', "\\\\").replace('"', "%22");
    for (key, part) in parts {
        let alone = std::slice::from_ref(part);
        for one in part.as_array().map_or(alone, Vec::as_slice) {
            out.extend(
                format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"",
                    quote(key)
                )
                .bytes(),
            );
            if let Some(file) = one.get("file").and_then(Value::as_str) {
                let own = Path::new(file)
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy();
                let name = one.get("filename").and_then(Value::as_str).unwrap_or(&own);
                let kind = one
                    .get("type")
                    .and_then(Value::as_str)
                    .unwrap_or("application/octet-stream");
                out.extend(
                    format!(
                        "; filename=\"{}\"\r\nContent-Type: {kind}\r\n\r\n",
                        quote(name)
                    )
                    .bytes(),
                );
                out.extend(std::fs::read(recording.asset(file)?)?);
            } else {
                out.extend(format!("\r\n\r\n{}", plain(one)).bytes());
            }
            out.extend(b"\r\n");
        }
    }
    out.extend(format!("--{BOUNDARY}--\r\n").bytes());
    Ok(out)
}

/// Sends and reads the whole answer; the error is the recorder's name for the fault.
pub async fn send(request: RequestBuilder) -> Result<Answer, &'static str> {
    let name = |e: reqwest::Error| {
        if e.is_timeout() {
            "ReadTimeout"
        } else if e.is_connect() {
            "ConnectError"
        } else {
            "RemoteProtocolError"
        }
    };
    let reply = request.send().await.map_err(name)?;
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    let body = reply.bytes().await.map_err(name)?.to_vec();
    Ok(Answer {
        status,
        headers,
        body,
    })
}

/// What is recorded of an answer before its JSON body is known.
pub fn outline(answer: &Answer, step: &Value, normal: &Normaliser) -> Map<String, Value> {
    let kind = answer.header("Content-Type").unwrap_or_default();
    let mut out = Map::new();
    out.insert("status".into(), answer.status.into());
    out.insert("type".into(), kind.as_str().into());
    for name in strings(step.get("headers_kept")) {
        if let Some(value) = answer.header(name) {
            out.insert(name.to_lowercase(), normal.text(&value).into());
        }
    }
    for (header, key) in [("ETag", "etag"), ("Token", "token")] {
        if answer.headers.contains_key(header) {
            out.insert(key.into(), true.into());
        }
    }
    let mut cookies: Vec<String> = answer
        .headers
        .get_all("Set-Cookie")
        .iter()
        .map(|c| {
            String::from_utf8_lossy(c.as_bytes())
                .split('=')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    cookies.sort();
    if !cookies.is_empty() {
        out.insert("cookies".into(), cookies.into());
    }
    if answer.json().is_none() && !answer.body.is_empty() && answer.body.trim_ascii() != b"null" {
        out.insert("body".into(), other_body(answer, &kind, normal));
    }
    out
}

fn other_body(answer: &Answer, kind: &str, normal: &Normaliser) -> Value {
    let readable = kind.starts_with("text/") || answer.body.len() < 200;
    match std::str::from_utf8(&answer.body).ok().filter(|_| readable) {
        Some(_) if kind.contains("html") => "<html>".into(),
        Some(text) => normal.text(text).into(),
        None => binary::describe(&answer.body, kind),
    }
}

/// The whole of what is recorded of an answer.
pub fn finish(
    mut out: Map<String, Value>,
    body: Option<&Value>,
    step: &Value,
    normal: &Normaliser,
) -> Value {
    if let Some(body) = body {
        out.insert("body".into(), value::shape(normal.value(body), step));
    }
    if value::truthy(step.get("status_only")) {
        return json!({"status": out.get("status")});
    }
    Value::Object(out)
}
