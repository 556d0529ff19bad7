//! What clients ask for over the websocket and the rules of chat have to answer. Implemented over the domain.

use futures_util::future::BoxFuture;
use rustchat_core::error::{ErrorDef, Result};
use serde_json::{Map, Value};

use crate::connection::Session;

/// Statuses by user id (`online`, `away`, `dnd`, `offline`).
pub type Statuses = Map<String, Value>;

/// Who acts: the user and session of a connection whose session still holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user_id: String,
    pub session_id: String,
    pub connection_id: String,
}

/// What the server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Greeting {
    /// For `pong`: the version alone.
    pub version: String,
    /// For `hello`: `<version>.<build>.<hash of the configuration>.<licensed>`.
    pub server_version: String,
    /// For `hello`; left out when empty.
    pub server_hostname: String,
}

/// What a client says of a notification it showed, or did not show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotifyAck {
    pub post_id: String,
    pub user_agent: String,
    pub status: String,
    pub reason: String,
    pub data: String,
}

pub trait Actions: Send + Sync + 'static {
    /// The session of a session token or access token; None if there is none that may sign in.
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Option<Session>>;
    /// Publishes `typing`. Who may not post in the channel gets `INVALID_PARAM` for `channel_id`.
    fn typing<'a>(
        &'a self,
        by: &'a Actor,
        channel_id: &'a str,
        parent_id: &'a str,
    ) -> BoxFuture<'a, Result<()>>;
    /// The user became active or idle; `manual` when the user said so.
    fn set_active<'a>(
        &'a self,
        by: &'a Actor,
        active: bool,
        manual: bool,
    ) -> BoxFuture<'a, Result<()>>;
    fn statuses<'a>(&'a self, by: &'a Actor) -> BoxFuture<'a, Result<Statuses>>;
    /// Every id asked for is in the answer, unknown ones as `offline`.
    fn statuses_by_ids<'a>(
        &'a self,
        by: &'a Actor,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Statuses>>;
    fn notify_ack<'a>(&'a self, by: &'a Actor, ack: NotifyAck) -> BoxFuture<'a, Result<()>>;
    fn greeting(&self) -> Greeting;
}

pub const INVALID_PARAM: ErrorDef = ErrorDef::new(
    "api.websocket_handler.invalid_param.app_error",
    400,
    "The request has a missing or invalid {Name}.",
);
pub const SERVER_BUSY: ErrorDef = ErrorDef::new(
    "api.websocket_handler.server_busy.app_error",
    503,
    "The server is busy; this is turned off for now.",
);
pub(crate) const NO_ACTION: ErrorDef = ErrorDef::new(
    "api.web_socket_router.no_action.app_error",
    400,
    "The request names no action.",
);
pub(crate) const BAD_SEQ: ErrorDef = ErrorDef::new(
    "api.web_socket_router.bad_seq.app_error",
    400,
    "Requests are numbered from 1.",
);
pub(crate) const BAD_ACTION: ErrorDef = ErrorDef::new(
    "api.web_socket_router.bad_action.app_error",
    500,
    "There is no such action.",
);
pub(crate) const NOT_AUTHENTICATED: ErrorDef = ErrorDef::new(
    "api.web_socket_router.not_authenticated.app_error",
    401,
    "The session of this connection has ended. Please sign in again.",
);
