//! Where a post is, for somebody who follows a link to it and may have to join first.

use model::{Channel, ChannelType, PostInfo};
use rustchat_core::error::Result;
use rustchat_core::permissions;

use super::{NOT_FOUND, rows};
use crate::access;
use crate::app::App;
use crate::caller::Caller;

/// Tells the channel and team of a post; 404 where the caller could not even join.
pub async fn info(app: &App, caller: &Caller, id: &str) -> Result<PostInfo> {
    let post = store::posts::get(&app.store, id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())?;
    let channel = rows::channel_of(app, &post).await?;
    let joined = store::memberships::channels_of(&app.store, caller.user_id())
        .await?
        .contains_key(&channel.id);
    if !joined && !may_join_channel(app, caller, &channel).await? {
        return Err(NOT_FOUND.err());
    }
    let mut info = PostInfo {
        channel_id: channel.id.clone(),
        channel_type: channel.type_.clone(),
        channel_display_name: channel.display_name.clone(),
        has_joined_channel: joined,
        ..PostInfo::default()
    };
    if let Some(team) = rows::team(app, &channel.team_id).await? {
        let in_team = store::memberships::teams_of(&app.store, caller.user_id())
            .await?
            .contains_key(&team.id);
        if !in_team {
            let needed = if team.allow_open_invite {
                permissions::JOIN_PUBLIC_TEAMS
            } else {
                permissions::JOIN_PRIVATE_TEAMS
            };
            if !access::has_system(app, caller, needed).await? {
                return Err(NOT_FOUND.err());
            }
        }
        info.team_id = team.id.clone();
        info.team_type = if team.allow_open_invite { "O" } else { "I" }.to_owned();
        info.team_display_name = team.display_name.clone();
        info.has_joined_team = in_team;
    }
    Ok(info)
}

async fn may_join_channel(app: &App, caller: &Caller, channel: &Channel) -> Result<bool> {
    match channel.type_ {
        ChannelType::Open => Ok(true),
        ChannelType::Private => {
            access::has_channel_row(
                app,
                caller,
                channel,
                permissions::MANAGE_PRIVATE_CHANNEL_MEMBERS,
            )
            .await
        }
        _ => access::has_channel_row(app, caller, channel, permissions::READ_CHANNEL_CONTENT).await,
    }
}
