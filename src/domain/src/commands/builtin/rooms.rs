//! Commands about the channel they are given in, and for going to others.

use model::{Channel, ChannelPatch, ChannelType, CommandResponse};
use rustchat_core::error::Result;

use super::{Ask, NOT_IN_TEAM, done, go_to, tell};
use crate::channel_members::{self, Wish};
use crate::{categories, channels};

const NO_CHANNEL: &str = "There is no such channel here, or you are not in it.";

pub async fn header(ask: &Ask<'_>) -> Result<CommandResponse> {
    if ask.message.trim().is_empty() {
        return Ok(tell("Give the new header after the command."));
    }
    change(
        ask,
        ChannelPatch {
            header: Some(ask.message.to_owned()),
            ..ChannelPatch::default()
        },
    )
    .await
}

pub async fn purpose(ask: &Ask<'_>) -> Result<CommandResponse> {
    if ask.message.trim().is_empty() {
        return Ok(tell("Give the new purpose after the command."));
    }
    change(
        ask,
        ChannelPatch {
            purpose: Some(ask.message.to_owned()),
            ..ChannelPatch::default()
        },
    )
    .await
}

pub async fn rename(ask: &Ask<'_>) -> Result<CommandResponse> {
    if ask.message.trim().is_empty() {
        return Ok(tell("Give the new name after the command."));
    }
    change(
        ask,
        ChannelPatch {
            display_name: Some(ask.message.to_owned()),
            ..ChannelPatch::default()
        },
    )
    .await
}

async fn change(ask: &Ask<'_>, patch: ChannelPatch) -> Result<CommandResponse> {
    channels::patch(ask.app, ask.caller, &ask.channel.id, patch).await?;
    Ok(done())
}

/// A channel of the team by its name, with or without the tilde.
pub(super) async fn named(ask: &Ask<'_>, name: &str) -> Result<Option<Channel>> {
    let name = name.trim().trim_start_matches('~').to_lowercase();
    if name.is_empty() || ask.team_id.is_empty() {
        return Ok(None);
    }
    Ok(store::channels::get_by_name(&ask.app.store, ask.team_id, &name, false).await?)
}

async fn is_mine(ask: &Ask<'_>, channel: &Channel) -> Result<bool> {
    let mine = store::memberships::channels_of(&ask.app.store, ask.caller.user_id()).await?;
    Ok(mine.contains_key(&channel.id))
}

/// Goes to a channel of the team; into a public one, if the person is not there yet.
pub async fn join(ask: &Ask<'_>) -> Result<CommandResponse> {
    let Some(channel) = named(ask, ask.message).await? else {
        return Ok(tell(NO_CHANNEL));
    };
    if !is_mine(ask, &channel).await? {
        if channel.type_ != ChannelType::Open {
            return Ok(tell(NO_CHANNEL));
        }
        let wish = Wish {
            user_ids: vec![ask.caller.user_id().to_owned()],
            ..Wish::default()
        };
        channel_members::add(ask.app, ask.caller, &channel.id, &wish).await?;
    }
    Ok(go_to(
        ask.place(&format!("channels/{}", channel.name)).await?,
    ))
}

pub async fn leave(ask: &Ask<'_>) -> Result<CommandResponse> {
    if ask.team_id.is_empty() {
        return Err(NOT_IN_TEAM.err());
    }
    channel_members::remove(ask.app, ask.caller, &ask.channel.id, ask.caller.user_id()).await?;
    Ok(go_to(
        ask.place(&format!("channels/{}", channels::DEFAULT))
            .await?,
    ))
}

/// Mutes the channel that is named, or this one; a muted one is unmuted.
pub async fn mute(ask: &Ask<'_>) -> Result<CommandResponse> {
    let named = match ask.message.trim() {
        "" => Some((**ask.channel).clone()),
        name => named(ask, name).await?,
    };
    let Some(channel) = named else {
        return Ok(tell(NO_CHANNEL));
    };
    let me = ask.caller.user_id();
    let Some(member) = store::channel_members::get(&ask.app.store, &channel.id, me).await? else {
        return Ok(tell(NO_CHANNEL));
    };
    let muted = member
        .notify_props
        .as_ref()
        .and_then(|props| props.get("mark_unread"))
        .is_some_and(|value| value == "mention");
    categories::mute(ask.app, me, &[channel.id], !muted).await?;
    Ok(tell(if muted {
        "You hear of new messages in the channel again."
    } else {
        "The channel is muted: you hear of it when somebody mentions you."
    }))
}
