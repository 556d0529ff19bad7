//! Typing: told to the others in the channel, never stored.

use crate::{access, app::App, caller::Caller};
use realtime::Event;
use rustchat_core::{error::Result, permissions};

/// Whether the caller may be seen typing there: whoever may post.
pub async fn is_allowed(app: &App, caller: &Caller, channel_id: &str) -> Result<bool> {
    access::has_channel(app, caller, channel_id, permissions::CREATE_POST).await
}

/// Tells the channel, except the person who types.
pub fn publish(app: &App, user_id: &str, channel_id: &str, parent_id: &str) {
    let event = Event::new("typing")
        .channel(channel_id)
        .omit_user(user_id)
        .with("parent_id", parent_id)
        .with("user_id", user_id);
    app.hub.publish(event);
}

/// Typing told by a request: as oneself, or for somebody as an administrator.
pub async fn tell(
    app: &App,
    caller: &Caller,
    user_id: &str,
    channel_id: &str,
    parent_id: &str,
) -> Result<()> {
    if !caller.is_self(user_id) {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    access::require_channel(app, caller, channel_id, permissions::CREATE_POST).await?;
    publish(app, user_id, channel_id, parent_id);
    Ok(())
}
