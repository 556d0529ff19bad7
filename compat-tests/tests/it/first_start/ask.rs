//! One client's requests: cookies and tokens as that client keeps them, and what it needs of each answer.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a client needs of an answer's body.
pub enum Needs {
    Nothing,
    /// An object with these keys.
    Keys(&'static [&'static str]),
    /// A list; each item has these keys.
    List(&'static [&'static str]),
    /// A list with something in it.
    Some(&'static [&'static str]),
}

pub struct Client {
    http: reqwest::Client,
    base: String,
    /// What `{name}` in a path or body stands for.
    names: Vec<(String, String)>,
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub headers: HeaderMap,
}

impl Client {
    pub fn new(base: &str, names: &[(&str, &str)]) -> Self {
        let names = names
            .iter()
            .map(|(a, b)| (format!("{{{a}}}"), (*b).to_owned()));
        Client {
            http: compat_tests::replay::client().unwrap(),
            base: base.to_owned(),
            names: names.collect(),
            cookies: BTreeMap::new(),
            headers: HeaderMap::new(),
        }
    }

    pub fn set(&mut self, name: &'static str, value: &str) {
        let name = HeaderName::from_static(name);
        self.headers
            .insert(name, HeaderValue::from_str(value).unwrap());
    }

    fn filled(&self, text: &str) -> String {
        self.names
            .iter()
            .fold(text.to_owned(), |text, (name, value)| {
                text.replace(name, value)
            })
    }

    /// Sends a request as it stands; a path that does not begin with `/` is one of the API.
    pub async fn send(&mut self, method: &str, path: &str, body: &str) -> reqwest::Response {
        let path = self.filled(path);
        let url = match path.strip_prefix('/') {
            Some(path) => format!("{}/{path}", self.base),
            None => format!("{}/api/v4/{path}", self.base),
        };
        let verb = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(verb, url).headers(self.headers.clone());
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect();
            request = request.header("cookie", cookies.join("; "));
            if let Some(csrf) = self.cookies.get("MMCSRF").filter(|_| method != "GET") {
                request = request.header("x-csrf-token", csrf);
            }
        }
        if !body.is_empty() {
            request = request
                .header("content-type", "application/json")
                .body(self.filled(body));
        }
        let reply = request.send().await.unwrap();
        for cookie in reply.headers().get_all("set-cookie") {
            let (name, value) = cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        reply
    }

    /// A request that has to succeed, with an answer of the needed form.
    pub async fn ask(&mut self, method: &str, path: &str, body: &str, needs: Needs) -> Value {
        let reply = self.send(method, path, body).await;
        let status = reply.status().as_u16();
        let kind = reply.headers().get("content-type").cloned();
        let text = reply.text().await.unwrap();
        let what = format!(
            "{method} {path}: {status} {}",
            text.chars().take(300).collect::<String>()
        );
        assert!((200..300).contains(&status), "{what}");
        if matches!(needs, Needs::Nothing) {
            return Value::Null;
        }
        let value = read(kind.unwrap().to_str().unwrap(), &text);
        let value = value.unwrap_or_else(|| panic!("not JSON under its exact name: {what}"));
        check(&value, needs, &what);
        value
    }

    /// A request the client can do without: it may be refused for want of a licence, but not because nothing is there.
    pub async fn try_ask(&mut self, path: &str, status: u16) {
        let reply = self.send("GET", path, "").await;
        let told = reply.status().as_u16();
        let error: Value = reply.json().await.unwrap_or_default();
        assert_eq!(told, status, "GET {path}: {error}");
        assert_ne!(error["id"], "rustchat.operation.pending", "GET {path}");
    }
}

/// A body as the web client reads it: it compares the whole name of the kind, so that anything behind it would be a mistake.
fn read(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "application/json" => serde_json::from_str(text).ok(),
        "application/x-ndjson" => {
            let lines: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
            lines.ok().map(Value::Array)
        }
        _ => None,
    }
}

fn check(value: &Value, needs: Needs, what: &str) {
    match needs {
        Needs::Nothing => {}
        Needs::Keys(keys) => has(value, keys, what),
        Needs::List(keys) => each(value, keys, what),
        Needs::Some(keys) => {
            each(value, keys, what);
            assert_ne!(value.as_array().unwrap().len(), 0, "{what}");
        }
    }
}

fn each(value: &Value, keys: &[&str], what: &str) {
    let items = value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {what}"));
    for item in items {
        has(item, keys, what);
    }
}

fn has(value: &Value, keys: &[&str], what: &str) {
    for key in keys {
        assert!(value.get(key).is_some(), "no {key}: {what}");
    }
}
