//! How an event looks on a socket. Everything but `seq` is written once and shared by all receivers of one form;
//! the few receivers with keys of their own get a form put together from the same pieces.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::event::Event;

/// A frame without its sequence number: `{"event":…,"data":{…},"broadcast":{…}`. Shared by the queues of all receivers.
pub(crate) type Body = Arc<str>;

/// Completes a frame for one socket.
pub(crate) fn with_seq(body: &Body, seq: u64) -> String {
    let mut out = String::with_capacity(body.len() + 28);
    out.push_str(body);
    out.push_str(",\"seq\":");
    out.push_str(&seq.to_string());
    out.push('}');
    out
}

/// The forms of one event.
pub(crate) struct Forms<'e> {
    event: &'e Event,
    /// `"key":value` by key, so that a receiver's own keys fall into their sorted place.
    fields: BTreeMap<&'e str, String>,
    broadcast: String,
    common: Option<Body>,
    common_with_ack: Option<Body>,
}

impl<'e> Forms<'e> {
    pub(crate) fn new(event: &'e Event) -> Self {
        Self {
            event,
            fields: event
                .data
                .iter()
                .map(|(key, value)| (key.as_str(), field(key, value)))
                .collect(),
            broadcast: encode(&event.broadcast),
            common: None,
            common_with_ack: None,
        }
    }

    /// The frame for a receiver. `can_ack`: the connection offered to acknowledge posts.
    pub(crate) fn body(&mut self, user_id: &str, can_ack: bool) -> Body {
        let ack = can_ack && self.event.ack_from.contains(user_id);
        if let Some(own) = self.event.per_user.get(user_id) {
            return self.assemble(Some(own), ack);
        }
        let kept = if ack {
            &self.common_with_ack
        } else {
            &self.common
        };
        if let Some(body) = kept {
            return body.clone();
        }
        let body = self.assemble(None, ack);
        *(if ack {
            &mut self.common_with_ack
        } else {
            &mut self.common
        }) = Some(body.clone());
        body
    }

    fn assemble(&self, own: Option<&Map<String, Value>>, ack: bool) -> Body {
        let mut own_fields: BTreeMap<&str, String> = own
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), field(key, value)))
            .collect();
        if ack {
            own_fields.insert("should_ack", "\"should_ack\":true".to_owned());
        }
        let mut fields: BTreeMap<&str, &str> = self
            .fields
            .iter()
            .map(|(key, text)| (*key, text.as_str()))
            .collect();
        fields.extend(own_fields.iter().map(|(key, text)| (*key, text.as_str())));

        let length: usize = fields.values().map(|text| text.len() + 1).sum();
        let mut out =
            String::with_capacity(length + self.broadcast.len() + self.event.name.len() + 48);
        out.push_str("{\"event\":");
        out.push_str(&encode(&self.event.name));
        out.push_str(",\"data\":{");
        for (index, text) in fields.values().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(text);
        }
        out.push_str("},\"broadcast\":");
        out.push_str(&self.broadcast);
        out.into()
    }
}

fn field(key: &str, value: &Value) -> String {
    format!("{}:{value}", Value::from(key))
}

/// Encodes what cannot fail to be encoded: text and maps with text keys.
fn encode(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_seq_comes_last() {
        let event = Event::new("typing")
            .channel("c")
            .with("user_id", "u")
            .with("parent_id", "");
        let body = Forms::new(&event).body("x", true);
        assert_eq!(
            with_seq(&body, 7),
            concat!(
                r#"{"event":"typing","data":{"parent_id":"","user_id":"u"},"broadcast":{"omit_users":null,"user_id":"","#,
                r#""channel_id":"c","team_id":"","connection_id":"","omit_connection_id":""},"seq":7}"#
            )
        );
    }

    #[test]
    fn own_keys_reach_their_receiver_alone() {
        let event = Event::new("posted")
            .with("post", "p")
            .with("a", 1)
            .name_each("mentions", ["u1"])
            .ask_ack(["u1", "u2"]);
        let mut forms = Forms::new(&event);
        let data = |body: &Body| {
            serde_json::from_str::<Value>(&with_seq(body, 0)).unwrap()["data"].to_string()
        };
        assert_eq!(
            data(&forms.body("u1", false)),
            r#"{"a":1,"mentions":"[\"u1\"]","post":"p"}"#
        );
        assert_eq!(
            data(&forms.body("u1", true)),
            r#"{"a":1,"mentions":"[\"u1\"]","post":"p","should_ack":true}"#
        );
        assert_eq!(
            data(&forms.body("u2", true)),
            r#"{"a":1,"post":"p","should_ack":true}"#
        );
        assert_eq!(data(&forms.body("u3", true)), r#"{"a":1,"post":"p"}"#);
        assert!(
            Arc::ptr_eq(&forms.body("u3", true), &forms.body("u4", false)),
            "one body serves everyone else"
        );
    }
}
