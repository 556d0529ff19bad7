//! Rows that many rules here ask for, through the caches. Counters in a cached channel may be old: only what a channel is
//! (its type, names, team, whether it is archived) is read from it.

use std::sync::Arc;

use model::{Channel, Post, Team, User};
use rustchat_core::error::Result;

use super::NOT_FOUND;
use crate::app::App;

pub(crate) async fn channel(app: &App, id: &str) -> Result<Option<Arc<Channel>>> {
    let load = || async { Ok(store::channels::get(&app.store, id).await?.map(Arc::new)) };
    Ok(app.store.cache().channels.get(id, load).await?)
}

/// The channel of a post, which always exists.
pub(crate) async fn channel_of(app: &App, post: &Post) -> Result<Arc<Channel>> {
    channel(app, &post.channel_id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())
}

pub(crate) async fn team(app: &App, id: &str) -> Result<Option<Arc<Team>>> {
    let load = || async { Ok(store::teams::get(&app.store, id).await?.map(Arc::new)) };
    Ok(app.store.cache().teams.get(id, load).await?)
}

pub(crate) async fn user(app: &App, id: &str) -> Result<Option<Arc<User>>> {
    let load = || async { Ok(store::users::by_id(app.store.db(), id).await?.map(Arc::new)) };
    Ok(app.store.cache().users.get(id, load).await?)
}

/// The name of a channel's team; empty for direct channels.
pub(crate) async fn team_name(app: &App, channel: &Channel) -> Result<String> {
    if channel.team_id.is_empty() {
        return Ok(String::new());
    }
    Ok(team(app, &channel.team_id)
        .await?
        .map(|team| team.name.clone())
        .unwrap_or_default())
}
