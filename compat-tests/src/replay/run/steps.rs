//! Plays one step of a scenario: a request, a websocket request, or a socket opened or closed.

use super::{Run, SETTLE, Trouble};
use crate::recording::request_of;
use crate::replay::request::{self, Answer};
use crate::replay::socket::{Refusal, Socket};
use crate::replay::value::{fill, lookup, plain, shape, truthy, unwrap};
use anyhow::anyhow;
use serde_json::{Map, Value, json};
use std::time::Duration;

impl Run<'_> {
    pub(super) async fn step(
        &mut self,
        step: &Value,
    ) -> Result<(Value, Map<String, Value>), Trouble> {
        if let Some(wait) = step.get("wait").and_then(Value::as_u64) {
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        let response = if let Some(request) = step.get("ws") {
            let request = fill(request, &self.vars)?;
            self.socket_request(step, &request).await?
        } else if let Some(spec) = step.get("socket") {
            let spec = fill(spec, &self.vars)?;
            self.open_socket(&spec).await?
        } else if let Some(name) = step.get("close").and_then(Value::as_str) {
            self.close_socket(name).await?
        } else {
            self.http(step).await?
        };
        let settle = step.get("settle").and_then(Value::as_u64).unwrap_or(SETTLE);
        Ok((response, self.events(settle).await))
    }

    async fn http(&mut self, step: &Value) -> Result<Value, Trouble> {
        let (method, path) = request_of(step).ok_or_else(|| anyhow!("a step of no known kind"))?;
        let path = plain(&fill(&path.into(), &self.vars)?);
        let mut filled = json!({});
        for key in ["query", "headers", "body", "raw", "form", "multipart"] {
            if let Some(value) = step.get(key) {
                filled[key] = fill(value, &self.vars)?;
            }
        }
        for key in ["type", "upload"] {
            if let Some(value) = step.get(key) {
                filled[key] = value.clone();
            }
        }
        let token = step
            .get("as")
            .and_then(Value::as_str)
            .and_then(|a| self.tokens.get(a))
            .map(plain);
        let (client, base) = (&self.target.client, &self.target.base);
        let request = request::build(
            client,
            base,
            self.recording,
            (method, &path),
            token.as_deref(),
            &filled,
        )?;
        let answer = request::send(request).await?;
        let outline = request::outline(&answer, step, &self.normal);
        let body = answer.json();
        self.keep(step, body.as_ref(), Some(&answer));
        Ok(request::finish(outline, body.as_ref(), step, &self.normal))
    }

    /// Makes the step's variables of the reply; what is not there is not kept.
    fn keep(&mut self, step: &Value, body: Option<&Value>, answer: Option<&Answer>) {
        let Some(Value::Object(keep)) = step.get("keep") else {
            return;
        };
        for (name, path) in keep {
            let path = path.as_str().unwrap_or_default();
            let value = match (path.strip_prefix("header."), body) {
                (Some(header), _) => answer.and_then(|a| a.header(header)).map(Value::from),
                (None, body) if path == "body" => Some(body.cloned().unwrap_or_default()),
                (None, body) => lookup(&json!({"body": body}), path).ok().cloned(),
            };
            let Some(value) = value else { continue };
            self.learn(name, value.clone());
            if step.get("sign_in").and_then(Value::as_str) == Some(name) {
                self.tokens.insert(name.clone(), value);
            }
        }
    }

    async fn socket_request(&mut self, step: &Value, request: &Value) -> Result<Value, Trouble> {
        let name = request["as"].as_str().unwrap_or_default();
        let socket = self
            .sockets
            .get_mut(name)
            .ok_or_else(|| Trouble::Skipped(name.to_owned()))?;
        let data = request.get("data").cloned().unwrap_or_else(|| json!({}));
        let reply = without_seq(socket.request(request["action"].clone(), data).await?, true);
        self.keep(step, Some(&reply), None);
        Ok(json!({"reply": shape(self.normal.value(&reply), step)}))
    }

    async fn close_socket(&mut self, name: &str) -> Result<Value, Trouble> {
        let socket = self
            .sockets
            .remove(name)
            .ok_or_else(|| Trouble::Skipped(name.to_owned()))?;
        let left = socket.close().await;
        let known = &mut self.vars[format!("{name}_socket")];
        known["next_seq"] = left.next_seq.to_string().into();
        known["past_seq"] = (left.next_seq + 90).to_string().into();
        Ok(json!({"closed": true}))
    }

    /// A further websocket in the middle of a scenario.
    async fn open_socket(&mut self, spec: &Value) -> Result<Value, Trouble> {
        let mut url = format!(
            "{}/api/v4/websocket",
            self.target.base.replacen("http", "ws", 1)
        );
        if let Some(Value::Object(query)) = spec.get("query").filter(|q| truthy(Some(q))) {
            let pairs: Vec<String> = query
                .iter()
                .map(|(k, v)| format!("{k}={}", plain(v)))
                .collect();
            url = format!("{url}?{}", pairs.join("&"));
        }
        let headers: Vec<(String, String)> = spec
            .get("headers")
            .and_then(Value::as_object)
            .map(|h| h.iter().map(|(k, v)| (k.clone(), plain(v))).collect())
            .unwrap_or_default();
        let challenge = spec.get("challenge").is_none_or(|c| truthy(Some(c)));
        let token = spec
            .get("as")
            .and_then(Value::as_str)
            .and_then(|a| self.tokens.get(a))
            .cloned()
            .unwrap_or_default();
        let mut socket = match Socket::open(&url, &headers, challenge.then_some(&token)).await {
            Ok(socket) => socket,
            Err(Refusal::Status(status)) => return Ok(json!({"refused": status})),
            Err(Refusal::Failed(text)) => return Ok(json!({"failed": text})),
            Err(Refusal::Fault(name)) => return Err(Trouble::Fault(name)),
        };
        let frame = spec.get("frame");
        if let Some(frame) = frame {
            socket.frame(plain(frame)).await?;
        }
        if !challenge {
            tokio::time::sleep(Duration::from_millis(800)).await;
        }
        let (connected, closed, replies) = {
            let inbox = socket.inbox();
            let replies: Vec<Value> = inbox.replies.iter().map(|r| r.1.clone()).collect();
            (!inbox.connection_id.is_empty(), inbox.done, replies)
        };
        let asked = spec
            .get("query")
            .is_some_and(|q| truthy(q.get("connection_id")));
        self.add_socket(&plain(&spec["name"]), socket);
        let replies = if frame.is_some() { replies } else { Vec::new() };
        let replies: Vec<Value> = replies
            .into_iter()
            .map(|r| self.normal.value(&without_seq(r, false)))
            .collect();
        let resumed = asked && !connected && !closed;
        Ok(
            json!({"connected": connected, "resumed": resumed, "closed": closed, "replies": replies}),
        )
    }

    pub(super) fn add_socket(&mut self, name: &str, socket: Socket) {
        let id = socket.inbox().connection_id.clone();
        self.learn(&format!("{name}_socket"), json!({"connection_id": id}));
        self.replaced
            .extend(self.sockets.insert(name.to_owned(), socket));
    }
}

/// A websocket reply with opened strings, and without its sequence number where that is not compared.
fn without_seq(reply: Value, drop: bool) -> Value {
    match reply {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(k, _)| !(drop && k == "seq_reply"))
                .map(|(k, v)| (k, unwrap(v)))
                .collect(),
        ),
        other => other,
    }
}
