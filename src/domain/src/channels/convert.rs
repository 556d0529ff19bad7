//! A channel becomes something else: part of another team, or a private channel out of a group message.

use model::{Channel, ChannelType, GroupMessageConversionRequestBody, Team};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;
use rustchat_core::{clock, permissions};

use super::create::taken;
use super::{check, errors, get, is_direct_or_group, tell_updated, with_mentions};
use crate::notices::{self, Notice};
use crate::{App, Caller, access, categories, channel_members, team_members, teams};

/// Moves a channel to another team. With `force`, members who are not in that team leave the channel.
pub async fn move_to_team(
    app: &App,
    caller: &Caller,
    id: &str,
    team_id: Option<&str>,
    force: Option<bool>,
) -> Result<Channel> {
    let channel = get(app, id).await?;
    let team_id = team_id.ok_or_else(|| invalid_body("team_id"));
    let force = force.ok_or_else(|| invalid_body("force"));
    if is_direct_or_group(&channel) {
        return Err(errors::MOVE_KIND.err());
    }
    let (team_id, force) = (team_id?, force?);
    let team = teams::get(app, team_id).await?;
    access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    let members = store::memberships::of_channel(&app.store, id).await?;
    let welcome = store::memberships::of_team(&app.store, team_id).await?;
    let removed: Vec<String> = members.difference(&welcome).cloned().collect();
    if !removed.is_empty() && (!force || channel.name == super::DEFAULT) {
        return Err(errors::MOVE_MEMBERS.err());
    }
    let from = teams::get(app, &channel.team_id).await?;
    let now = clock::now_ms();
    let stored = store::channels::move_to_team(&app.store, id, &team.id, &removed, now)
        .await
        .map_err(taken)?;
    let author = team_members::person(app, caller.user_id()).await?;
    notices::write(app, &author, &stored, Notice::Moved { from: &from.name }).await;
    with_mentions(app, stored).await
}

/// The teams every member of a direct or group channel is in. Who is not in it finds none.
pub async fn common_teams(app: &App, caller: &Caller, id: &str) -> Result<Option<Vec<Team>>> {
    let channel = get(app, id).await?;
    if !is_direct_or_group(&channel) {
        return Err(errors::NO_LONGER_A_GROUP.err());
    }
    let members = store::memberships::of_channel(&app.store, id).await?;
    if !members.contains(caller.user_id()) {
        return Ok(None);
    }
    let ids: Vec<String> = members.iter().cloned().collect();
    let found = teams::common(app, caller, &ids).await?;
    Ok((!found.is_empty()).then_some(found))
}

/// Turns a group message into a private channel of a team all its members are in.
pub async fn convert_group(
    app: &App,
    caller: &Caller,
    id: &str,
    wish: GroupMessageConversionRequestBody,
) -> Result<Channel> {
    access::require_team(
        app,
        caller,
        &wish.team_id,
        permissions::CREATE_PRIVATE_CHANNEL,
    )
    .await?;
    if wish.channel_id != id {
        return Err(invalid_body("channel_id"));
    }
    let channel = get(app, id).await?;
    match channel.type_ {
        ChannelType::Group => {}
        ChannelType::Direct => return Err(errors::NOT_A_GROUP.err()),
        _ => return Err(errors::NO_LONGER_A_GROUP.err()),
    }
    let members = store::memberships::of_channel(&app.store, id).await?;
    if !members.contains(caller.user_id()) {
        return Err(channel_members::errors::NOT_A_MEMBER.err());
    }
    let members: Vec<String> = members.iter().cloned().collect();
    let mut people = store::people::by_ids(&app.store, &members).await?;
    people.sort_by(|a, b| a.username.cmp(&b.username));
    let ids: Vec<String> = people.into_iter().map(|person| person.id).collect();
    let shared = store::teams::common(&app.store, &ids).await?;
    if !shared.iter().any(|team| team.id == wish.team_id) {
        return Err(access::refused(permissions::CREATE_PRIVATE_CHANNEL));
    }
    let changed = Channel {
        type_: ChannelType::Private,
        team_id: wish.team_id,
        name: wish.name,
        display_name: wish.display_name.trim().to_owned(),
        update_at: clock::now_ms(),
        ..channel
    };
    check::check(&changed)?;
    let stored = store::channels::convert_group(&app.store, &changed, caller.user_id())
        .await
        .map_err(taken)?
        .ok_or_else(|| errors::NO_LONGER_A_GROUP.err())?;
    tell_converted(app, caller, &stored, ids).await?;
    with_mentions(app, stored).await
}

async fn tell_converted(
    app: &App,
    caller: &Caller,
    channel: &Channel,
    members: Vec<String>,
) -> Result<()> {
    if let Some(member) =
        store::channel_members::get(&app.store, &channel.id, caller.user_id()).await?
    {
        app.hub.publish(
            Event::new("channel_member_updated")
                .user(caller.user_id())
                .with_json("channelMember", &member),
        );
    }
    for member in &members {
        categories::tell_favorites(app, member, &channel.team_id).await?;
    }
    tell_updated(app, channel);
    let author = team_members::person(app, caller.user_id()).await?;
    notices::write(app, &author, channel, Notice::Converted { members }).await;
    Ok(())
}
