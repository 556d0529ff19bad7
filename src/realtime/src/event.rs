//! What is told to clients: an event's name, its data, and who may hear it.
//! Nothing here knows sockets, sequence numbers or who is connected.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One thing that happened, published after the change is stored.
///
/// ```
/// # use realtime::Event;
/// let event = Event::new("typing").channel("c").omit_user("u").with("parent_id", "").with("user_id", "u");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub name: Cow<'static, str>,
    /// Seen by everyone who hears the event; written with its keys sorted.
    pub data: Map<String, Value>,
    pub broadcast: Broadcast,
    #[serde(default)]
    pub audience: Audience,
    /// Keys only this one receiver sees (`mentions`, `followers`); they win over `data`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub per_user: BTreeMap<String, Map<String, Value>>,
    /// Users whose connections are asked for a `posted_notify_ack`, where the client offered to send them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ack_from: BTreeSet<String>,
}

/// The `broadcast` object of the wire. It is also the address: the first of connection, user, channel and team
/// that is set decides who hears the event, and with none of them everyone does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Broadcast {
    pub omit_users: Option<BTreeMap<String, bool>>,
    pub user_id: String,
    pub channel_id: String,
    pub team_id: String,
    pub connection_id: String,
    pub omit_connection_id: String,
    /// Administrators do not hear this form; they get the sensitive one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub contains_sanitized_data: bool,
    /// Only administrators hear this form.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub contains_sensitive_data: bool,
}

/// Who hears an event, where the address on the wire does not say it all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Audience {
    /// As `Broadcast` says.
    #[default]
    Addressed,
    /// Of those addressed, only these users.
    Only(BTreeSet<String>),
}

impl Event {
    /// An event for everyone, until it is addressed.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            data: Map::new(),
            broadcast: Broadcast::default(),
            audience: Audience::Addressed,
            per_user: BTreeMap::new(),
            ack_from: BTreeSet::new(),
        }
    }

    /// Adds a value to the data: text, number, boolean, or a JSON value that clients read as an object.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.data.insert(key.to_owned(), value.into());
        self
    }

    /// Adds a model as clients expect most of them: as text that holds JSON (`post`, `channel`, `preferences`…).
    #[must_use]
    pub fn with_json(self, key: &str, model: &impl Serialize) -> Self {
        let text = json_text(&self.name, key, model);
        self.with(key, text)
    }

    /// Adds a model as a native object (`user_updated.user`, `config_changed.config`…).
    #[must_use]
    pub fn with_object(self, key: &str, model: &impl Serialize) -> Self {
        match serde_json::to_value(model) {
            Ok(value) => self.with(key, value),
            Err(error) => {
                tracing::error!(event = %self.name, key, %error, "event data cannot be encoded");
                self
            }
        }
    }

    /// For every member of a channel; with `user` as well: for that user, about that channel.
    #[must_use]
    pub fn channel(mut self, id: &str) -> Self {
        id.clone_into(&mut self.broadcast.channel_id);
        self
    }

    /// For every member of a team; with `user` as well: for that user, about that team.
    #[must_use]
    pub fn team(mut self, id: &str) -> Self {
        id.clone_into(&mut self.broadcast.team_id);
        self
    }

    /// For one user's connections.
    #[must_use]
    pub fn user(mut self, id: &str) -> Self {
        id.clone_into(&mut self.broadcast.user_id);
        self
    }

    /// For one connection.
    #[must_use]
    pub fn connection(mut self, id: &str) -> Self {
        id.clone_into(&mut self.broadcast.connection_id);
        self
    }

    /// Says aloud what an event without an address means.
    #[must_use]
    pub fn everyone(self) -> Self {
        self
    }

    /// Leaves a user out; can be called again for more of them.
    #[must_use]
    pub fn omit_user(mut self, id: &str) -> Self {
        if !id.is_empty() {
            self.broadcast
                .omit_users
                .get_or_insert_default()
                .insert(id.to_owned(), true);
        }
        self
    }

    /// Leaves the connection out that asked for the change (header `Connection-Id`); empty leaves nobody out.
    #[must_use]
    pub fn omit_connection(mut self, id: &str) -> Self {
        id.clone_into(&mut self.broadcast.omit_connection_id);
        self
    }

    /// The form with everything in it, which only administrators hear (`contains_sensitive_data`).
    #[must_use]
    pub fn only_admins(mut self) -> Self {
        self.broadcast.contains_sensitive_data = true;
        self
    }

    /// The cleaned form, which administrators do not hear (`contains_sanitized_data`).
    #[must_use]
    pub fn except_admins(mut self) -> Self {
        self.broadcast.contains_sanitized_data = true;
        self
    }

    /// Narrows the addressed to these users, without telling so on the wire.
    #[must_use]
    pub fn only_users(mut self, ids: impl IntoIterator<Item = String>) -> Self {
        self.audience = Audience::Only(ids.into_iter().collect());
        self
    }

    /// Adds a key that one receiver alone sees.
    #[must_use]
    pub fn for_user(mut self, user_id: &str, key: &str, value: impl Into<Value>) -> Self {
        self.per_user
            .entry(user_id.to_owned())
            .or_default()
            .insert(key.to_owned(), value.into());
        self
    }

    /// Tells each of these users, and nobody else, that they are in the list `key` (`mentions`, `followers`):
    /// a receiver finds a list with only the own id, as text that holds JSON.
    #[must_use]
    pub fn name_each<'a>(self, key: &str, user_ids: impl IntoIterator<Item = &'a str>) -> Self {
        user_ids.into_iter().fold(self, |event, id| {
            let own = json_text(&event.name, key, &[id]);
            event.for_user(id, key, own)
        })
    }

    /// Replaces all per-receiver keys.
    #[must_use]
    pub fn per_user(mut self, extras: BTreeMap<String, Map<String, Value>>) -> Self {
        self.per_user = extras;
        self
    }

    /// Asks these users' clients for an acknowledgement (`should_ack`), where they can give one.
    #[must_use]
    pub fn ask_ack<'a>(mut self, user_ids: impl IntoIterator<Item = &'a str>) -> Self {
        self.ack_from
            .extend(user_ids.into_iter().map(str::to_owned));
        self
    }
}

fn json_text(event: &str, key: &str, model: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(model).unwrap_or_else(|error| {
        tracing::error!(event, key, %error, "event data cannot be encoded");
        "null".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broadcast_is_written_as_recorded() {
        let event = Event::new("user_updated").omit_user("a").except_admins();
        assert_eq!(
            serde_json::to_string(&event.broadcast).unwrap(),
            r#"{"omit_users":{"a":true},"user_id":"","channel_id":"","team_id":"","connection_id":"","omit_connection_id":"","contains_sanitized_data":true}"#
        );
        assert!(
            serde_json::to_string(&Broadcast::default())
                .unwrap()
                .starts_with(r#"{"omit_users":null,"#)
        );
    }

    #[test]
    fn lists_name_only_the_receiver() {
        let event = Event::new("posted")
            .channel("c")
            .name_each("mentions", ["u1", "u2"]);
        assert_eq!(event.per_user["u1"]["mentions"], r#"["u1"]"#);
        assert!(!event.data.contains_key("mentions"));
    }

    #[test]
    fn an_event_survives_the_bus() {
        let event = Event::new("posted")
            .channel("c")
            .with("set_online", true)
            .name_each("followers", ["u"])
            .ask_ack(["u"]);
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }
}
