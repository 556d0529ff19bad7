//! What nodes of a cluster tell each other. One node needs no bus: `InProcess` is the one without others.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::event::Event;

/// One message from a node to all the others. What concerns the own node is done before it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    Event(Arc<Event>),
    Invalidate(Invalidation),
    Sessions(SessionChange),
}

/// Rows changed: caches that hold them must drop them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Invalidation {
    /// One entry of a named cache.
    Key { cache: String, key: String },
    /// A whole cache.
    Cache(String),
    /// Everything, because messages may have been missed.
    All,
}

/// Sessions that connections must no longer, or longer, be served for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionChange {
    Revoked { session_id: String },
    AllRevokedOf { user_id: String },
    Extended { session_id: String, expires_at: i64 },
}

/// Carries messages to the other nodes. `send` must not block; what it cannot deliver has to end in
/// `Hub::interrupted` on the nodes that missed it. What arrives goes to `Hub::receive`.
pub trait Bus: Send + Sync + 'static {
    fn send(&self, message: Message);
}

/// The bus of a single node: there is nobody else to tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcess;

impl Bus for InProcess {
    fn send(&self, _message: Message) {}
}
