//! Channels between people, of no team: direct ones for two (or one), group ones for three to eight.

use model::{Channel, ChannelType};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::text::{self, names};
use rustchat_core::{clock, ids, permissions};
use store::people::Person;

use super::{errors, is_direct_or_group};
use crate::{App, Caller, access, users};

/// The value of `RestrictDirectMessage` that keeps conversations within teams.
const SHARED_TEAM: &str = "team";

/// The direct channel of these two, made if need be. One id, or the same twice, is a channel with oneself.
pub async fn create_direct(app: &App, caller: &Caller, user_ids: &[String]) -> Result<Channel> {
    let (one, other) = match user_ids {
        [one] => (one, one),
        [one, other] => (one, other),
        _ => return Err(invalid_body("user_ids")),
    };
    if !ids::is_valid_id(one) || !ids::is_valid_id(other) {
        return Err(invalid_body("user_ids"));
    }
    access::require_system(app, caller, permissions::CREATE_DIRECT_CHANNEL).await?;
    if !caller.is_self(one) && !caller.is_self(other) {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    require_visible(app, caller, user_ids).await?;
    direct_between(app, one, other).await
}

/// Guests begin conversations only with whom they meet in a channel.
async fn require_visible(app: &App, caller: &Caller, user_ids: &[String]) -> Result<()> {
    let visible = users::visible(app, caller).await?;
    if user_ids.iter().all(|id| visible.has(id)) {
        Ok(())
    } else {
        Err(access::refused(permissions::VIEW_MEMBERS))
    }
}

/// The direct channel of two people; `one` is who made it, if it is new.
pub async fn direct_between(app: &App, one: &str, other: &str) -> Result<Channel> {
    let name = names::direct_channel_name(one, other);
    if let Some(channel) = store::channels::get_by_name(&app.store, "", &name, true).await? {
        return Ok(channel);
    }
    let mut members = vec![one.to_owned()];
    if other != one {
        members.push(other.to_owned());
    }
    let people = store::people::by_ids(&app.store, &members).await?;
    if people.len() != members.len() {
        return Err(errors::BAD_PERSON.err());
    }
    if !may_talk(app, &people).await? {
        return Err(errors::NO_SHARED_TEAM.err());
    }
    let channel = Channel {
        creator_id: one.to_owned(),
        ..new_channel(ChannelType::Direct, name.clone())
    };
    if let Err(error) = make(app, &channel, &people).await {
        // Somebody else made it meanwhile.
        return match store::channels::get_by_name(&app.store, "", &name, true).await? {
            Some(channel) => Ok(channel),
            None => Err(error),
        };
    }
    let event = Event::new("direct_added").channel(&channel.id);
    app.hub
        .publish(event.with("creator_id", one).with("teammate_id", other));
    Ok(channel)
}

/// Where `RestrictDirectMessage` asks for a team that all of them are in, there is one. Bots are in no team and talk to everyone.
async fn may_talk(app: &App, people: &[Person]) -> Result<bool> {
    if app.config.get().team.restrict_direct_message != SHARED_TEAM {
        return Ok(true);
    }
    let ids: Vec<String> = people
        .iter()
        .filter(|person| !person.is_bot)
        .map(|person| person.id.clone())
        .collect();
    if ids.len() < 2 {
        return Ok(true);
    }
    Ok(!store::teams::common(&app.store, &ids).await?.is_empty())
}

/// Nothing is written any more in a conversation whose people share no team, where the settings ask for one.
pub(crate) async fn require_shared_team(
    app: &App,
    channel: &Channel,
    refusal: &ErrorDef,
) -> Result<()> {
    if !is_direct_or_group(channel) || app.config.get().team.restrict_direct_message != SHARED_TEAM
    {
        return Ok(());
    }
    let members = store::memberships::of_channel(&app.store, &channel.id).await?;
    let ids: Vec<String> = members.iter().cloned().collect();
    let people = store::people::by_ids(&app.store, &ids).await?;
    if may_talk(app, &people).await? {
        Ok(())
    } else {
        Err(refusal.err())
    }
}

fn new_channel(kind: ChannelType, name: String) -> Channel {
    let now = clock::now_ms();
    Channel {
        id: ids::new_id(),
        create_at: now,
        update_at: now,
        type_: kind,
        name,
        shared: Some(false),
        ..Channel::default()
    }
}

async fn make(app: &App, channel: &Channel, people: &[Person]) -> Result<()> {
    let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
    let guests: Vec<String> = people
        .iter()
        .filter(|person| person.is_guest())
        .map(|person| person.id.clone())
        .collect();
    store::channels::create(&app.store, channel, &ids, &guests, &[], channel.create_at).await?;
    Ok(())
}

/// The group channel of these people and the caller, made if need be.
pub async fn create_group(app: &App, caller: &Caller, user_ids: &[String]) -> Result<Channel> {
    if user_ids.is_empty() || !user_ids.iter().all(|id| ids::is_valid_id(id)) {
        return Err(invalid_body("user_ids"));
    }
    access::require_system(app, caller, permissions::CREATE_GROUP_CHANNEL).await?;
    let mut members: Vec<String> = user_ids.to_vec();
    members.push(caller.user_id().to_owned());
    members.sort();
    members.dedup();
    if !(3..=8).contains(&members.len()) {
        return Err(errors::BAD_SIZE.err());
    }
    require_visible(app, caller, &members).await?;
    let people = store::people::by_ids(&app.store, &members).await?;
    if people.len() != members.len() {
        return Err(errors::BAD_PEOPLE.err());
    }
    let name = names::group_channel_name(&members);
    if let Some(channel) = store::channels::get_by_name(&app.store, "", &name, true).await? {
        return Ok(channel);
    }
    if !may_talk(app, &people).await? {
        return Err(errors::NO_SHARED_TEAM.err());
    }
    let mut shown: Vec<&str> = people
        .iter()
        .map(|person| person.username.as_str())
        .collect();
    shown.sort_unstable();
    let shown = text::truncated(&shown.join(", "), 64).to_owned();
    let channel = Channel {
        display_name: shown,
        ..new_channel(ChannelType::Group, name.clone())
    };
    if let Err(error) = make(app, &channel, &people).await {
        return match store::channels::get_by_name(&app.store, "", &name, true).await? {
            Some(channel) => Ok(channel),
            None => Err(error),
        };
    }
    for member in &members {
        let event = Event::new("group_added").channel(&channel.id).user(member);
        app.hub.publish(event.with_json("teammate_ids", &members));
    }
    Ok(channel)
}
