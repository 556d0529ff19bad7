//! The requests of a client and their answers: decoding a frame, deciding, encoding the reply. No sockets.

use rustchat_core::clock::now_ms;
use rustchat_core::error::{AppError, Result};
use rustchat_core::ids::is_valid_id;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::actions::{
    Actions, Actor, BAD_ACTION, BAD_SEQ, INVALID_PARAM, NO_ACTION, NOT_AUTHENTICATED, NotifyAck,
    Statuses,
};
use crate::connection::Presence;
use crate::hub::Link;

/// How many ids one `get_statuses_by_ids` may name; frames are too short for more anyhow.
const MAX_IDS: usize = 1000;

/// One request frame.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Request {
    #[serde(default, deserialize_with = "or_default")]
    seq: i64,
    #[serde(default, deserialize_with = "or_default")]
    action: String,
    #[serde(default, deserialize_with = "or_default")]
    data: Map<String, Value>,
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    decoder: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(decoder)?.unwrap_or_default())
}

/// What the socket does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Send(String),
    Nothing,
    /// The frame makes no sense, or the client failed to authenticate.
    Close,
    /// An unauthenticated client shows a token.
    Authenticate(String),
}

impl Request {
    /// None for a frame that is no request; the connection then ends.
    pub fn parse(text: &str) -> Option<Self> {
        // only the first value of the frame counts, as a stream decoder reads it
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Map<String, Value>>();
        let fields = values.next()?.ok()?;
        serde_json::from_value(Value::Object(fields)).ok()
    }

    fn text(&self, key: &str) -> &str {
        self.data
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Decides on a request before the client is authenticated: nothing but the challenge is heard.
pub fn before_authentication(request: &Request) -> Answer {
    if request.action != "authentication_challenge" || request.seq <= 0 {
        return Answer::Nothing;
    }
    match request.text("token") {
        "" => Answer::Close,
        token => Answer::Authenticate(token.to_owned()),
    }
}

/// Answers a request of a client with a connection.
pub async fn answer(link: &Link, request: &Request, actions: &dyn Actions) -> Answer {
    if request.action.starts_with("custom_") {
        return Answer::Nothing; // for plugins
    }
    let outcome = match request.action.as_str() {
        "" => Err(NO_ACTION.err()),
        _ if request.seq <= 0 => Err(BAD_SEQ.err()),
        "authentication_challenge" => return Answer::Nothing,
        // recorded: a revoked connection may still say what it shows, which then counts for nothing
        "presence" => {
            // who opens a channel is there
            if !request.text("channel_id").is_empty() {
                link.touch();
            }
            link.connection()
                .set_presence(|presence| note_presence(presence, &request.data));
            Ok(None)
        }
        _ if !link.is_authenticated() => Err(NOT_AUTHENTICATED.err()),
        _ => perform(link, request, actions).await,
    };
    Answer::Send(reply(request.seq, outcome))
}

async fn perform(link: &Link, request: &Request, actions: &dyn Actions) -> Result<Option<Value>> {
    let connection = link.connection();
    let by = Actor {
        user_id: connection.user_id().to_owned(),
        session_id: connection.session_id(),
        connection_id: connection.id().to_owned(),
    };
    match request.action.as_str() {
        "ping" => Ok(Some(pong(actions))),
        "posted_notify_ack" => actions
            .notify_ack(&by, notify_ack(request))
            .await
            .map(|()| None),
        "user_typing" => {
            link.touch();
            let channel_id = request.text("channel_id");
            if !is_valid_id(channel_id) {
                return Err(INVALID_PARAM.with("Name", "channel_id"));
            }
            actions
                .typing(&by, channel_id, request.text("parent_id"))
                .await
                .map(|()| None)
        }
        "user_update_active_status" => {
            let active = request.data.get("user_is_active").and_then(Value::as_bool);
            let active = active.ok_or_else(|| INVALID_PARAM.with("Name", "user_is_active"))?;
            let manual = request
                .data
                .get("manual")
                .and_then(Value::as_bool)
                .unwrap_or_default();
            if active {
                link.touch();
            }
            actions.set_active(&by, active, manual).await.map(|()| None)
        }
        "get_statuses" => actions.statuses(&by).await.map(statuses),
        "get_statuses_by_ids" => actions
            .statuses_by_ids(&by, &user_ids(request)?)
            .await
            .map(statuses),
        _ => Err(BAD_ACTION.err()),
    }
}

fn pong(actions: &dyn Actions) -> Value {
    json!({ "node_id": "", "server_time": now_ms(), "text": "pong", "version": actions.greeting().version })
}

fn statuses(statuses: Statuses) -> Option<Value> {
    // an empty map is left out of the reply
    (!statuses.is_empty()).then(|| Value::Object(statuses))
}

fn user_ids(request: &Request) -> Result<Vec<String>> {
    let invalid = || INVALID_PARAM.with("Name", "user_ids");
    let ids = request
        .data
        .get("user_ids")
        .and_then(Value::as_array)
        .ok_or_else(invalid)?;
    if ids.is_empty() || ids.len() > MAX_IDS {
        return Err(invalid());
    }
    ids.iter()
        .map(|id| id.as_str().map(str::to_owned).ok_or_else(invalid))
        .collect()
}

fn notify_ack(request: &Request) -> NotifyAck {
    NotifyAck {
        post_id: request.text("post_id").to_owned(),
        user_agent: request.text("user_agent").to_owned(),
        status: request.text("status").to_owned(),
        reason: request.text("reason").to_owned(),
        data: request
            .data
            .get("data")
            .map(Value::to_string)
            .unwrap_or_default(),
    }
}

/// Notes what the client says, and leaves alone what it does not speak of. Values that are no ids are not kept.
fn note_presence(presence: &mut Presence, data: &Map<String, Value>) {
    let id = |key: &str| {
        let text = data.get(key)?.as_str()?;
        Some(is_valid_id(text).then(|| Box::from(text)))
    };
    if let Some(id) = id("channel_id") {
        presence.channel_id = id;
    }
    if let Some(id) = id("team_id") {
        presence.team_id = id;
    }
    if let Some(id) = id("thread_channel_id") {
        presence.thread_channel_id = id;
        presence.thread_view = data
            .get("is_thread_view")
            .and_then(Value::as_bool)
            .unwrap_or_default();
    }
}

/// A reply frame. Replies have no number of the server's own.
fn reply(seq: i64, outcome: Result<Option<Value>>) -> String {
    #[derive(Serialize)]
    struct Reply {
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        seq_reply: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<AppError>,
    }
    let seq_reply = (seq != 0).then_some(seq);
    let reply = match outcome {
        Ok(data) => Reply {
            status: "OK",
            seq_reply,
            data,
            error: None,
        },
        Err(error) => {
            if error.status() >= 500 && !error.is(&BAD_ACTION) {
                tracing::error!(%error, "websocket action failed");
            }
            Reply {
                status: "FAIL",
                seq_reply,
                data: None,
                error: Some(error),
            }
        }
    };
    serde_json::to_string(&reply).unwrap_or_default()
}

#[cfg(test)]
mod tests;
