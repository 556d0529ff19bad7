//! Connections coming and going: attach, resume, detach, revoked sessions, idle users.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustchat_core::clock::now_ms;
use rustchat_core::ids::new_id;
use serde_json::Value;

use super::{Hub, Inner, Link};
use crate::bus::{Message, SessionChange};
use crate::connection::{Closed, Connection, Session};
use crate::event::Event;
use crate::wire::Forms;

/// How often kept connections and idle users are looked through.
const SWEEP: Duration = Duration::from_secs(15);

/// A client with a good session wants a connection.
pub struct Attach {
    pub session: Session,
    /// The connection it had, and the sequence number it expects next.
    pub resume: Option<(String, u64)>,
    /// It can send `posted_notify_ack`.
    pub can_ack: bool,
    /// For `hello`: `<version>.<build>.<hash of the configuration>.<licensed>`.
    pub server_version: String,
    /// For `hello`; left out when empty.
    pub server_hostname: String,
}

impl Hub {
    /// Gives a client its former connection, or a new one that begins with `hello`.
    pub fn attach(&self, attach: Attach) -> Link {
        let user_id = attach.session.user_id.clone();
        let link = self
            .resume(&attach)
            .unwrap_or_else(|| self.connect(&attach));
        link.connection
            .can_ack
            .store(attach.can_ack, Ordering::Relaxed);
        self.touch(&user_id);
        self.tell_status(|status| status.online(&user_id));
        link
    }

    fn resume(&self, attach: &Attach) -> Option<Link> {
        let (id, seq) = attach.resume.as_ref()?;
        // under the lock, so that `tidy` does not end the connection in between
        let registry = self.0.registry.read();
        let connection = registry.connection(id)?.clone();
        if connection.user_id() != attach.session.user_id || connection.is_revoked() {
            return None;
        }
        let socket = connection.attach(*seq);
        drop(registry);
        let Some(socket) = socket else {
            self.end_unless_live(&connection);
            return None;
        };
        connection.renew(&attach.session);
        Some(Link {
            hub: self.clone(),
            connection,
            socket,
            resumed: true,
        })
    }

    fn connect(&self, attach: &Attach) -> Link {
        let connection = Arc::new(Connection::new(new_id(), &attach.session));
        connection.push(hello(&connection, attach), self.0.options.limits);
        let socket = connection.attach(0).unwrap_or_default();
        let mut registry = self.0.registry.write();
        let surplus =
            registry.surplus(&attach.session.user_id, self.0.options.connections_per_user);
        for old in surplus {
            registry.remove(&old);
            old.end();
        }
        registry.insert(&connection, now_ms());
        drop(registry);
        Link {
            hub: self.clone(),
            connection,
            socket,
            resumed: false,
        }
    }

    /// The user did something: not away.
    pub fn touch(&self, user_id: &str) {
        if let Some(user) = self.0.registry.read().user(user_id) {
            user.touch(now_ms());
        }
    }

    /// When the user last did something through a socket on this node; 0 without one.
    pub fn last_active(&self, user_id: &str) -> i64 {
        let registry = self.0.registry.read();
        registry
            .user(user_id)
            .map_or(0, crate::registry::User::last_active)
    }

    /// Whether the user has a socket on this node.
    pub fn is_connected(&self, user_id: &str) -> bool {
        self.0
            .registry
            .read()
            .user(user_id)
            .is_some_and(crate::registry::User::is_live)
    }

    /// Whether one of the user's clients shows this channel, or a thread of it.
    pub fn looks_at_channel(&self, user_id: &str, channel_id: &str) -> bool {
        let registry = self.0.registry.read();
        let mut own = registry.of_user(user_id);
        own.any(|connection| connection.is_live() && connection.looks_at(channel_id))
    }

    /// The session ended (logout, revocation): its sockets stay open but are no longer served, on all nodes.
    pub fn revoke_session(&self, session_id: &str) {
        self.change_sessions(SessionChange::Revoked {
            session_id: session_id.to_owned(),
        });
    }

    /// All of a user's sessions ended (revocation, deactivation).
    pub fn revoke_user(&self, user_id: &str) {
        self.change_sessions(SessionChange::AllRevokedOf {
            user_id: user_id.to_owned(),
        });
    }

    /// The session lives longer than it said when its sockets came up.
    pub fn extend_session(&self, session_id: &str, expires_at: i64) {
        self.change_sessions(SessionChange::Extended {
            session_id: session_id.to_owned(),
            expires_at,
        });
    }

    fn change_sessions(&self, change: SessionChange) {
        self.apply_session_change(&change);
        self.bus().send(Message::Sessions(change));
    }

    pub(super) fn apply_session_change(&self, change: &SessionChange) {
        let registry = self.0.registry.read();
        match change {
            SessionChange::Revoked { session_id } => {
                registry
                    .connections()
                    .filter(|c| c.belongs_to(session_id))
                    .for_each(|c| c.revoke());
            }
            SessionChange::AllRevokedOf { user_id } => {
                registry.of_user(user_id).for_each(|c| c.revoke())
            }
            SessionChange::Extended {
                session_id,
                expires_at,
            } => {
                registry
                    .connections()
                    .filter(|c| c.belongs_to(session_id))
                    .for_each(|c| c.expire_at(*expires_at));
            }
        }
    }

    fn end_unless_live(&self, connection: &Connection) {
        let mut registry = self.0.registry.write();
        if !connection.is_live() {
            registry.remove(connection);
            connection.end();
        }
    }

    fn detached(&self, connection: &Connection) {
        if connection.is_revoked() {
            self.0.registry.write().remove(connection);
            connection.end();
        }
        if !self.is_connected(connection.user_id()) {
            self.tell_status(|status| status.offline(connection.user_id()));
        }
    }

    pub(super) fn tidy(&self) {
        let now = now_ms();
        let ago = |time: Duration| now - i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 2);
        let forgotten = self.0.registry.read().forgotten(ago(self.0.options.keep));
        forgotten
            .iter()
            .for_each(|connection| self.end_unless_live(connection));
        let Some(away_after) = self.0.options.away_after else {
            return;
        };
        let idle = self.0.registry.read().fall_idle(ago(away_after));
        for user_id in idle {
            self.tell_status(|status| status.away(&user_id));
        }
    }
}

fn hello(connection: &Connection, attach: &Attach) -> crate::wire::Body {
    let mut event = Event::new("hello")
        .user(connection.user_id())
        .with("server_version", attach.server_version.as_str())
        .with("connection_id", connection.id());
    if !attach.server_hostname.is_empty() {
        event.data.insert(
            "server_hostname".to_owned(),
            Value::from(attach.server_hostname.as_str()),
        );
    }
    Forms::new(&event).body(connection.user_id(), false)
}

/// Forgets connections whose clients did not come back, and notices idle users.
pub(super) async fn sweep(hub: Weak<Inner>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(hub) = hub.upgrade().map(Hub) else {
            return;
        };
        hub.tidy();
    }
}

impl Link {
    /// Waits for the next frames, in order, ready to be sent. `Closed`: the socket has to close.
    pub async fn next(&self) -> Result<Vec<String>, Closed> {
        self.connection.take(self.socket).await
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The client continues its former connection; it gets no `hello`.
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }

    pub fn is_authenticated(&self) -> bool {
        self.connection.is_authenticated(now_ms())
    }

    /// The user of this connection did something.
    pub fn touch(&self) {
        self.hub.touch(self.connection.user_id());
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.connection.detach(self.socket, now_ms()) {
            self.hub.detached(&self.connection);
        }
    }
}
