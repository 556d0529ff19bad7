//! People of other servers. This server is connected to none, so those an old database names cannot be reached.

use rustchat_core::error::Result;

use crate::{App, users};

/// Whether these two can write to each other: everybody here can, people of other servers cannot.
pub async fn can_write_to(app: &App, user_id: &str, other_id: &str) -> Result<bool> {
    for id in [user_id, other_id] {
        let user = users::cached(app, id).await?;
        let elsewhere = user.and_then(|user| user.remote_id.clone());
        if elsewhere.is_some_and(|remote| !remote.is_empty()) {
            return Ok(false);
        }
    }
    Ok(true)
}
