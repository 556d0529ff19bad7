//! Sessions: who is signed in with which token, and for how long.

use crate::app::App;
use model::{Session, User};
use rustchat_core::{clock, error::Result};
use std::sync::Arc;

/// The longest token that is looked up; anything longer is garbage.
const MAX_TOKEN: usize = 64;

/// The live session of a token with its user. None for unknown, expired and deactivated.
pub async fn authenticate(app: &App, token: &str) -> Result<Option<(Arc<Session>, Arc<User>)>> {
    if token.len() > MAX_TOKEN {
        return Ok(None);
    }
    let db = app.store.db();
    let load = || async { Ok(store::sessions::by_token(db, token).await?.map(Arc::new)) };
    let Some(session) = app.store.cache().sessions.get(token, load).await? else {
        return Ok(None);
    };
    if session.expires_at > 0 && session.expires_at <= clock::now_ms() {
        return Ok(None);
    }
    match crate::users::cached(app, &session.user_id).await? {
        Some(user) if user.delete_at == 0 => Ok(Some((session, user))),
        _ => Ok(None),
    }
}
