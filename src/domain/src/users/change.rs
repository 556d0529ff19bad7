//! Changes of accounts, and who is told of them.

use super::get;
use crate::app::App;
use rustchat_core::{clock, error::Result};
use store::cache::Kind;

/// The automatic reply ends with being out of office.
pub async fn end_auto_reply(app: &App, user_id: &str) -> Result<()> {
    let mut user = (*get(app, user_id).await?).clone();
    if user
        .notify_props
        .get("auto_responder_active")
        .map(String::as_str)
        != Some("true")
    {
        return Ok(());
    }
    user.notify_props
        .insert("auto_responder_active".to_owned(), "false".to_owned());
    user.update_at = clock::now_ms();
    store::users::update_profile(app.store.db(), &user).await?;
    app.store.cache().invalidate(Kind::User, user_id);
    Ok(())
}
