//! Going out of a channel: by oneself, by others, or because its groups do not name one any more.

use model::Channel;
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::{clock, permissions};
use store::people::Person;

use super::errors;
use crate::notices::{self, Notice};
use crate::{App, Caller, access, channels, team_members};

pub async fn remove(app: &App, caller: &Caller, channel_id: &str, user_id: &str) -> Result<()> {
    let channel = channels::get(app, channel_id).await?;
    let who = team_members::person(app, user_id).await?;
    if channels::is_direct_or_group(&channel) {
        return Err(errors::WRONG_KIND_REMOVE.err());
    }
    let by_own_will = caller.is_self(user_id);
    if channel.group_constrained == Some(true) && !by_own_will && !who.is_bot {
        return Err(errors::GROUPS_DECIDE.err());
    }
    if !by_own_will {
        let manage = channels::by_kind(
            &channel,
            permissions::MANAGE_PUBLIC_CHANNEL_MEMBERS,
            permissions::MANAGE_PRIVATE_CHANNEL_MEMBERS,
        );
        let is_private = channel.type_ == model::ChannelType::Private;
        let leads = is_private
            && access::has_team(app, caller, &channel.team_id, permissions::MANAGE_TEAM).await?;
        if !leads {
            access::require_channel(app, caller, channel_id, manage).await?;
        }
    }
    if channel.name == channels::DEFAULT && !who.is_guest() {
        return Err(errors::DEFAULT_STAYS.with("Channel", channels::DEFAULT));
    }
    let remover = if by_own_will {
        who.clone()
    } else {
        team_members::person(app, caller.user_id()).await?
    };
    go(app, &channel, &who, &remover).await
}

async fn go(app: &App, channel: &Channel, who: &Person, remover: &Person) -> Result<()> {
    app.hub.settled().await;
    if !store::channel_members::remove(&app.store, &channel.id, &who.id, clock::now_ms()).await? {
        return Err(errors::NOT_A_MEMBER.err());
    }
    let notice = if who.id == remover.id {
        Notice::LeftChannel
    } else {
        Notice::RemovedFromChannel(who)
    };
    notices::write(app, remover, channel, notice).await;
    let event = || Event::new("user_removed").with("remover_id", remover.id.as_str());
    app.hub.publish(
        event()
            .channel(&channel.id)
            .with("user_id", who.id.as_str()),
    );
    app.hub.publish(
        event()
            .user(&who.id)
            .with("channel_id", channel.id.as_str()),
    );
    Ok(())
}

/// Takes everyone out whom no group of the channel names.
pub(crate) async fn remove_outside_groups(app: &App, channel: &Channel) -> Result<()> {
    let ids = store::channel_members::outside_groups(&app.store, &channel.id).await?;
    for who in store::people::by_ids(&app.store, &ids).await? {
        go(app, channel, &who, &who).await?;
    }
    Ok(())
}
