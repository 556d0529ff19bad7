//! Reading posts one by one or by their ids, and their files.

use model::{FileInfo, Post};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{common, permissions};

use super::{NOT_FOUND, metadata, rows};
use crate::access;
use crate::app::App;
use crate::caller::Caller;

pub const TOO_MANY: ErrorDef = ErrorDef::new(
    "api.post.posts_by_ids.invalid_body.request_error",
    400,
    "There are more than {Max} ids.",
);
const MAX_IDS: usize = 1000;

pub(crate) async fn may_read(app: &App, caller: &Caller, post: &Post) -> Result<bool> {
    match rows::channel(app, &post.channel_id).await? {
        Some(channel) => access::can_read_channel(app, caller, &channel).await,
        None => Ok(false),
    }
}

/// A post the caller may read; 403 for one that does not exist, so that ids tell nothing.
pub async fn readable(app: &App, caller: &Caller, id: &str) -> Result<Post> {
    match store::posts::get(&app.store, id).await? {
        Some(post) if may_read(app, caller, &post).await? => Ok(post),
        _ => Err(access::refused(permissions::READ_CHANNEL_CONTENT)),
    }
}

/// One post; deleted ones are for administrators who ask for them.
pub async fn get(app: &App, caller: &Caller, id: &str, with_deleted: bool) -> Result<Post> {
    let mut post = stored(app, caller, id, with_deleted).await?;
    metadata::prepare(
        app,
        Some(caller),
        std::slice::from_mut(&mut post),
        metadata::Mode::Stored,
    )
    .await?;
    Ok(post)
}

/// As `get`, without what is added for clients.
pub(super) async fn stored(
    app: &App,
    caller: &Caller,
    id: &str,
    with_deleted: bool,
) -> Result<Post> {
    if with_deleted {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    let post = store::posts::get_any(&app.store, id).await?;
    let post = post
        .filter(|post| with_deleted || post.delete_at == 0)
        .ok_or_else(|| NOT_FOUND.err())?;
    if !may_read(app, caller, &post).await? {
        return Err(access::refused(permissions::READ_CHANNEL_CONTENT));
    }
    Ok(post)
}

/// Posts by their ids, newest first, without those the caller may not read.
pub async fn by_ids(app: &App, caller: &Caller, ids: &[String]) -> Result<Vec<Post>> {
    if ids.is_empty() {
        return Err(common::invalid_body("post_ids"));
    }
    if ids.len() > MAX_IDS {
        return Err(TOO_MANY.with("Max", MAX_IDS));
    }
    let found = store::posts::by_ids(&app.store, ids).await?;
    if found.is_empty() {
        return Err(NOT_FOUND.err());
    }
    let mut posts = Vec::with_capacity(found.len());
    for post in found {
        if may_read(app, caller, &post).await? {
            posts.push(post);
        }
    }
    metadata::prepare(app, Some(caller), &mut posts, metadata::Mode::ByIds).await?;
    Ok(posts)
}

/// The files of a post.
pub async fn files(
    app: &App,
    caller: &Caller,
    id: &str,
    with_deleted: bool,
) -> Result<(Post, Vec<FileInfo>)> {
    let post = stored(app, caller, id, with_deleted).await?;
    let mut files =
        store::posts::files_of(&app.store, std::slice::from_ref(&post.id), with_deleted).await?;
    let files = files.remove(&post.id).unwrap_or_default();
    Ok((post, files))
}
