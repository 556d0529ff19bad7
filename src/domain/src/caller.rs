//! Who is asking, and through which request: what every rule of chat may look at.
//! Not a session store (see `sessions`) and not a permission check (see `access`).

use model::{Session, User};
use rustchat_core::{common, error::Result};
use std::sync::Arc;

/// One request's caller. Without a session (public operations) the user id is empty and nothing is permitted.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// 26-character id that the answer's `X-Request-Id` and the log share.
    pub request_id: String,
    /// The client's address as the listener or a trusted proxy header tells it.
    pub ip: String,
    pub user_agent: String,
    /// `Accept-Language`, for texts of errors and system messages.
    pub languages: String,
    /// `Connection-Id`: the websocket that is left out of the events this request raises.
    pub connection_id: String,
    pub session: Option<Arc<Session>>,
    /// The signed-in user's row as cached at the start of the request.
    pub user: Option<Arc<User>>,
    /// The session came by cookie, which browsers send unasked: writes need proof of origin.
    pub by_cookie: bool,
    /// The request carried `X-Requested-With: XMLHttpRequest`, as browsers' scripts and the apps do.
    pub scripted: bool,
    /// The request came over TLS, as far as the server can tell.
    pub secure: bool,
}

impl Caller {
    /// The signed-in user's id; empty without a session.
    pub fn user_id(&self) -> &str {
        self.session.as_ref().map_or("", |s| s.user_id.as_str())
    }

    /// The session, or 401 `session_expired`.
    pub fn session(&self) -> Result<&Arc<Session>> {
        self.session
            .as_ref()
            .ok_or_else(|| common::SESSION_EXPIRED.err())
    }

    /// The signed-in user, or 401 `session_expired`.
    pub fn user(&self) -> Result<&Arc<User>> {
        self.user
            .as_ref()
            .ok_or_else(|| common::SESSION_EXPIRED.err())
    }

    /// The id a path's `me` stands for; any other id is returned as it is.
    pub fn resolve_me<'a>(&'a self, id: &'a str) -> &'a str {
        if id == "me" { self.user_id() } else { id }
    }

    /// Somebody who is not asking: for what is done in their name, with their rights.
    pub fn acting(user: Arc<User>) -> Self {
        let session = Session {
            user_id: user.id.clone(),
            roles: user.roles.clone(),
            ..Session::default()
        };
        Self {
            session: Some(Arc::new(session)),
            user: Some(user),
            ..Self::default()
        }
    }

    pub fn is_self(&self, user_id: &str) -> bool {
        !user_id.is_empty() && self.user_id() == user_id
    }
}
