//! Posts people put aside: pinned in a channel for everybody, saved for oneself.

use model::{Post, PostList};
use rustchat_core::error::Result;
use rustchat_core::permissions;

use super::lists::{by_id, readable_channel};
use super::metadata;
use crate::access;
use crate::app::App;
use crate::caller::Caller;

/// The pinned posts of a channel the caller may read.
pub async fn pinned(app: &App, caller: &Caller, channel_id: &str) -> Result<PostList> {
    readable_channel(app, caller, channel_id, false).await?;
    plain(
        app,
        caller,
        store::posts::pinned(&app.store, channel_id).await?,
    )
    .await
}

/// The posts a person saved and may still read.
pub async fn flagged(
    app: &App,
    caller: &Caller,
    user_id: &str,
    channel_id: &str,
    team_id: &str,
    page: (i64, i64),
) -> Result<PostList> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    let (page, per_page) = page;
    let offset = page.saturating_mul(per_page);
    plain(
        app,
        caller,
        store::posts::flagged(&app.store, user_id, channel_id, team_id, offset, per_page).await?,
    )
    .await
}

async fn plain(app: &App, caller: &Caller, mut posts: Vec<Post>) -> Result<PostList> {
    metadata::prepare(app, Some(caller), &mut posts, metadata::Mode::Stored).await?;
    let order = posts.iter().map(|post| post.id.clone()).collect();
    Ok(PostList {
        order: Some(order),
        posts: Some(by_id(posts)),
        ..PostList::default()
    })
}
