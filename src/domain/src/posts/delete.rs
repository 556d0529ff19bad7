//! Deleting a message, with its replies.

use realtime::Event;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, permissions};

use super::{NOT_FOUND, announce, rows};
use crate::app::App;
use crate::caller::Caller;
use crate::{access, channels};

pub const NOT_ENABLED: ErrorDef = ErrorDef::new(
    "api.post.delete_post.not_enabled.app_error",
    501,
    "Erasing messages for good is switched off.",
);
pub const DELETE_ARCHIVED: ErrorDef = ErrorDef::new(
    "api.post.delete_post.can_not_delete_post_in_deleted.error",
    400,
    "The channel is archived.",
);

pub const DELETE_RESTRICTED: ErrorDef = ErrorDef::new(
    "api.post.delete_post.can_not_delete_from_restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);

/// The caller deletes a message; `for_good` would erase it.
pub async fn delete(app: &App, caller: &Caller, id: &str, for_good: bool) -> Result<()> {
    if for_good {
        if !app.config.get().service.enable_api_post_deletion {
            return Err(NOT_ENABLED.err());
        }
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    let post = store::posts::get(&app.store, id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())?;
    let needed = if post.user_id == caller.user_id() {
        permissions::DELETE_POST
    } else {
        permissions::DELETE_OTHERS_POSTS
    };
    access::require_channel(app, caller, &post.channel_id, needed).await?;
    let channel = rows::channel_of(app, &post).await?;
    if channel.delete_at > 0 {
        return Err(DELETE_ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &DELETE_RESTRICTED).await?;
    let deletion =
        match store::posts::delete(&app.store, &post, caller.user_id(), clock::now_ms()).await {
            Err(error) if error.is_not_found() => return Err(NOT_FOUND.caused_by(error)),
            other => other?,
        };
    announce::deleted(app, &post);
    for draft in &deletion.drafts {
        let event = Event::new("draft_deleted")
            .user(&draft.user_id)
            .channel(&draft.channel_id)
            .with_json("draft", draft);
        app.hub.publish(event);
    }
    Ok(())
}
