//! Archiving, restoring and deleting channels.

use model::Channel;
use rustchat_core::error::Result;
use rustchat_core::{clock, permissions};

use super::{
    DEFAULT, by_kind, errors, get, is_direct_or_group, to_those_who_may_know, with_mentions,
};
use crate::notices::{self, Notice};
use crate::{App, Caller, access, team_members, trash};

async fn deletable(app: &App, caller: &Caller, id: &str) -> Result<Channel> {
    let channel = get(app, id).await?;
    if is_direct_or_group(&channel) {
        return Err(errors::ARCHIVE_KIND.err());
    }
    let permission = by_kind(
        &channel,
        permissions::DELETE_PUBLIC_CHANNEL,
        permissions::DELETE_PRIVATE_CHANNEL,
    );
    access::require_channel(app, caller, id, permission).await?;
    Ok(channel)
}

pub async fn archive(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let channel = deletable(app, caller, id).await?;
    if channel.delete_at > 0 {
        return Err(errors::ARCHIVED.err());
    }
    if channel.name == DEFAULT {
        return Err(errors::DEFAULT_ARCHIVE.with("Channel", DEFAULT));
    }
    let author = team_members::person(app, caller.user_id()).await?;
    notices::write(app, &author, &channel, Notice::Archived).await;
    let now = clock::now_ms();
    store::channels::set_deleted(&app.store, id, now, now).await?;
    app.hub
        .publish(to_those_who_may_know(&channel, "channel_deleted").with("delete_at", now));
    Ok(())
}

pub async fn restore(app: &App, caller: &Caller, id: &str) -> Result<Channel> {
    let mut channel = get(app, id).await?;
    match channel.team_id.is_empty() {
        true => access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?,
        false => {
            access::require_team(app, caller, &channel.team_id, permissions::MANAGE_TEAM).await?
        }
    }
    if channel.delete_at == 0 {
        return Err(errors::NOT_ARCHIVED.err());
    }
    let now = clock::now_ms();
    store::channels::set_deleted(&app.store, id, 0, now).await?;
    channel.delete_at = 0;
    channel.update_at = now;
    app.hub
        .publish(to_those_who_may_know(&channel, "channel_restored"));
    let author = team_members::person(app, caller.user_id()).await?;
    notices::write(app, &author, &channel, Notice::Restored).await;
    with_mentions(app, channel).await
}

/// Deletes a channel for good, with its posts.
pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let channel = deletable(app, caller, id).await?;
    if !app.config.get().service.enable_api_channel_deletion {
        return Err(errors::DELETION_OFF.err());
    }
    if channel.name == DEFAULT {
        return Err(errors::DEFAULT_ARCHIVE.with("Channel", DEFAULT));
    }
    // Told before it happens: afterwards there is nobody in a private channel who could be told.
    app.hub.publish(
        to_those_who_may_know(&channel, "channel_deleted").with("delete_at", clock::now_ms()),
    );
    app.hub.settled().await;
    store::channels::permanent_delete(&app.store, id).await?;
    trash::empty(app).await;
    Ok(())
}
