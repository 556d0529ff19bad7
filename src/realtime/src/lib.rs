//! Event bus, websocket hub and presence: who hears what, in which order, and how a client that comes back
//! gets what it missed. No HTTP and no SQL: sockets live in `api`, memberships come from a `Directory`.

mod actions;
mod bus;
mod connection;
mod directory;
mod event;
mod hub;
mod protocol;
mod registry;
mod wire;

pub use actions::{Actions, Actor, Greeting, INVALID_PARAM, NotifyAck, SERVER_BUSY, Statuses};
pub use bus::{Bus, InProcess, Invalidation, Message, SessionChange};
pub use connection::{Closed, Connection, Limits, Presence, Session};
pub use directory::{Directory, StatusSink, Unknown, Users};
pub use event::{Audience, Broadcast, Event};
pub use hub::sessions::Attach;
pub use hub::{Counts, Hub, Link, Options};
pub use protocol::{Answer, Request, answer, before_authentication};
