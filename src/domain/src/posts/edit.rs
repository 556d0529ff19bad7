//! Changing a message. Who may is checked here: authors with `edit_post`, others with `edit_others_posts`.

use std::sync::Arc;

use model::{Channel, Post, PostPatch};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::search::Document;
use rustchat_core::{clock, common, permissions, text};

use super::{NOT_FOUND, announce, check, metadata, props, read, rows, unheard};
use crate::app::App;
use crate::caller::Caller;
use crate::{access, channels, image_proxy, previews};

pub const TIME_LIMIT: ErrorDef = ErrorDef::new(
    "api.post.update_post.permissions_time_limit.app_error",
    400,
    "The message is too old to be changed.",
);
pub const SYSTEM_MESSAGE: ErrorDef = ErrorDef::new(
    "api.post.update_post.system_message.app_error",
    400,
    "System messages cannot be changed.",
);
pub const UPDATE_ARCHIVED: ErrorDef = ErrorDef::new(
    "api.post.update_post.can_not_update_post_in_deleted.error",
    400,
    "The channel is archived.",
);
pub const PATCH_ARCHIVED: ErrorDef = ErrorDef::new(
    "api.post.patch_post.can_not_update_post_in_deleted.error",
    400,
    "The channel is archived.",
);
pub const UPDATE_RESTRICTED: ErrorDef = ErrorDef::new(
    "api.post.update_post.can_not_update_post_in_restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
pub const PATCH_RESTRICTED: ErrorDef = ErrorDef::new(
    "api.post.patch_post.can_not_update_post_in_restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
pub const RESTORE_NOT_HISTORY: ErrorDef = ErrorDef::new(
    "app.post.restore_post_version.not_an_history_item.app_error",
    400,
    "This is no earlier version.",
);
pub const RESTORE_NOT_OF_POST: ErrorDef = ErrorDef::new(
    "app.post.restore_post_version.not_valid_post_history_item.app_error",
    400,
    "This is no earlier version of the message.",
);
pub const RESTORE_NOT_FOUND: ErrorDef = ErrorDef::new(
    "app.post.restore_post_version.get_single.app_error",
    404,
    "There is no such version.",
);
pub const RESTORE_NOT_ALLOWED: ErrorDef = ErrorDef::new(
    "app.post.restore_post_version.not_allowed.app_error",
    403,
    "Only the author restores an earlier version.",
);

/// Changes what the patch names.
pub async fn patch(app: &App, caller: &Caller, id: &str, patch: PostPatch) -> Result<Post> {
    apply(app, caller, id, patch, false).await
}

/// `restores`: the patch is an earlier version, whose files come back.
async fn apply(
    app: &App,
    caller: &Caller,
    id: &str,
    patch: PostPatch,
    restores: bool,
) -> Result<Post> {
    let old = editable(app, caller, id).await?;
    if patch.message.is_some() {
        within_time(app, &old)?;
    }
    let channel = rows::channel_of(app, &old).await?;
    if channel.delete_at > 0 {
        return Err(PATCH_ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &PATCH_RESTRICTED).await?;
    let mut new = old.clone();
    if let Some(pinned) = patch.is_pinned {
        new.is_pinned = pinned;
    }
    if let Some(message) = patch.message {
        new.message = message;
    }
    if let Some(props) = patch.props {
        new.props = Some(props);
    }
    if let Some(files) = patch.file_ids {
        new.file_ids = Some(files);
    }
    if let Some(reactions) = patch.has_reactions {
        new.has_reactions = reactions;
    }
    change(app, caller, &old, new, &channel, restores).await
}

/// Replaces message, props, pin and files by those of the body.
pub async fn update(app: &App, caller: &Caller, id: &str, body: Post) -> Result<Post> {
    if body.id != id {
        return Err(common::invalid_body("id"));
    }
    let old = editable(app, caller, id).await?;
    if body.message != old.message {
        within_time(app, &old)?;
    }
    let channel = rows::channel_of(app, &old).await?;
    if channel.delete_at > 0 {
        return Err(UPDATE_ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &UPDATE_RESTRICTED).await?;
    let new = Post {
        message: body.message,
        props: Some(body.props.unwrap_or_default()),
        is_pinned: body.is_pinned,
        has_reactions: body.has_reactions,
        file_ids: body.file_ids.or_else(|| old.file_ids.clone()),
        ..old.clone()
    };
    change(app, caller, &old, new, &channel, false).await
}

/// Pins or unpins a message the caller may read.
pub async fn set_pinned(app: &App, caller: &Caller, id: &str, pinned: bool) -> Result<()> {
    let old = read::readable(app, caller, id).await?;
    let channel = rows::channel_of(app, &old).await?;
    if channel.delete_at > 0 {
        return Err(PATCH_ARCHIVED.err());
    }
    channels::require_shared_team(app, &channel, &PATCH_RESTRICTED).await?;
    let new = Post {
        is_pinned: pinned,
        ..old.clone()
    };
    change(app, caller, &old, new, &channel, false).await?;
    Ok(())
}

/// Makes an earlier version the current one again.
pub async fn restore(app: &App, caller: &Caller, id: &str, version_id: &str) -> Result<Post> {
    let current = store::posts::get(&app.store, id)
        .await?
        .ok_or_else(|| access::refused(permissions::EDIT_POST))?;
    access::require_channel(app, caller, &current.channel_id, permissions::EDIT_POST).await?;
    let version = store::posts::get_any(&app.store, version_id)
        .await?
        .ok_or_else(|| RESTORE_NOT_FOUND.err())?;
    if version.user_id != caller.user_id() {
        return Err(RESTORE_NOT_ALLOWED.err());
    }
    if version.original_id.is_empty() {
        return Err(RESTORE_NOT_HISTORY.err());
    }
    if version.original_id != id {
        return Err(RESTORE_NOT_OF_POST.err());
    }
    let version = PostPatch {
        message: Some(version.message),
        file_ids: version.file_ids,
        ..PostPatch::default()
    };
    apply(app, caller, id, version, true).await
}

/// The earlier versions, for the author alone.
pub async fn history(app: &App, caller: &Caller, id: &str) -> Result<Vec<Post>> {
    let refused = || access::refused(permissions::EDIT_POST);
    let post = store::posts::get(&app.store, id)
        .await?
        .ok_or_else(refused)?;
    if post.user_id != caller.user_id()
        || !access::has_channel(app, caller, &post.channel_id, permissions::EDIT_POST).await?
    {
        return Err(refused());
    }
    let mut versions = store::posts::history(&app.store, id).await?;
    if versions.is_empty() {
        return Err(NOT_FOUND.err());
    }
    let ids: Vec<String> = versions
        .iter()
        .flat_map(|version| version.file_ids.iter().flatten())
        .cloned()
        .collect();
    let files = if ids.is_empty() {
        Default::default()
    } else {
        store::posts::files_by_id(&app.store, &ids).await?
    };
    for version in &mut versions {
        let mine = version
            .file_ids
            .iter()
            .flatten()
            .filter_map(|id| files.get(id))
            .filter(|info| info.post_id == id)
            .cloned()
            .collect();
        version.metadata = Some(model::PostMetadata {
            files: mine,
            ..Default::default()
        });
        props::hide_integrations(version);
    }
    Ok(versions)
}

/// A post the caller may change; 403 for one that does not exist.
async fn editable(app: &App, caller: &Caller, id: &str) -> Result<Post> {
    let refused = || access::refused(permissions::EDIT_POST);
    let post = store::posts::get(&app.store, id)
        .await?
        .ok_or_else(refused)?;
    access::require_channel(app, caller, &post.channel_id, permissions::EDIT_POST).await?;
    if post.user_id != caller.user_id() {
        access::require_channel(
            app,
            caller,
            &post.channel_id,
            permissions::EDIT_OTHERS_POSTS,
        )
        .await?;
    }
    Ok(post)
}

fn within_time(app: &App, post: &Post) -> Result<()> {
    let limit = app.config.get().service.post_edit_time_limit;
    if limit != -1
        && clock::now_ms()
            > post
                .create_at
                .saturating_add(limit.saturating_mul(clock::SECOND))
    {
        return Err(TIME_LIMIT.err());
    }
    Ok(())
}

async fn change(
    app: &App,
    caller: &Caller,
    old: &Post,
    mut new: Post,
    channel: &Arc<Channel>,
    restores: bool,
) -> Result<Post> {
    if super::is_system(old) && new.message != old.message {
        return Err(SYSTEM_MESSAGE.err());
    }
    new.update_at = clock::now_ms().max(old.update_at + 1);
    image_proxy::straighten(&app.config.get(), &mut new.message);
    let texts = new.message != old.message;
    if texts || props_changed(old, &new) {
        props::clean_edit(app, &mut new, channel).await?;
        unheard::mark_edit(app, &mut new, channel).await?;
    }
    let attachments = super::prop(old, "attachments") != super::prop(&new, "attachments");
    if texts || old.file_ids != new.file_ids || attachments {
        new.edit_at = new.update_at;
    }
    check::post(&new)?;
    new.hashtags = text::hashtags(&new.message);
    let words = texts.then(|| Document::of(&new.message, &new.hashtags));
    let stored = store::posts::edit(
        &app.store,
        store::posts::Edit {
            before: old,
            post: &new,
            words: words.as_ref(),
            restores,
        },
    )
    .await;
    let mut stored = match stored {
        Err(error) if error.is_not_found() => return Err(NOT_FOUND.caused_by(error)),
        other => other?,
    };
    previews::learn(app, &stored).await;
    announce::edited(app, &stored, channel).await;
    metadata::prepare_one(app, Some(caller), &mut stored, metadata::Mode::Stored).await;
    Ok(stored)
}

fn props_changed(old: &Post, new: &Post) -> bool {
    old.props != new.props
}
