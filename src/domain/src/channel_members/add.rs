//! Coming into a channel: by oneself into a public one, or brought by others.

use model::{Channel, ChannelMember, ChannelType};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::{AppError, Result};
use rustchat_core::{clock, ids, permissions};
use store::people::Person;

use super::{all_shown_to, errors};
use crate::notices::{self, Notice};
use crate::{App, Caller, access, channels, team_members};

/// Who is to come in: one or several.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    pub user_ids: Vec<String>,
    /// The message the new members are to read first.
    pub post_root_id: String,
}

/// Adds people to a channel. Of several, those who cannot be added are left out, unless it is all of them.
pub async fn add(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    wish: &Wish,
) -> Result<Vec<ChannelMember>> {
    if !wish.user_ids.iter().all(|id| ids::is_valid_id(id)) || wish.user_ids.len() > 1000 {
        return Err(invalid_body("user_id"));
    }
    if !wish.post_root_id.is_empty() && !ids::is_valid_id(&wish.post_root_id) {
        return Err(invalid_body("post_root_id"));
    }
    if !wish.post_root_id.is_empty() {
        match store::memberships::channel_of_post(&app.store, &wish.post_root_id).await? {
            None => return Err(errors::NO_SUCH_POST.err()),
            Some(of_post) if of_post != channel_id => return Err(invalid_body("post_root_id")),
            Some(_) => {}
        }
    }
    let channel = channels::get(app, channel_id).await?;
    if channels::is_direct_or_group(&channel) {
        return Err(errors::WRONG_KIND.err());
    }
    require(app, caller, &channel, &wish.user_ids).await?;
    if wish.user_ids.is_empty() {
        return Ok(Vec::new());
    }
    come(app, caller, &channel, &wish.user_ids).await
}

/// Whoever may join the channel may come alone; everything else takes the permission over its members.
async fn require(app: &App, caller: &Caller, channel: &Channel, user_ids: &[String]) -> Result<()> {
    let manage = channels::by_kind(
        channel,
        permissions::MANAGE_PUBLIC_CHANNEL_MEMBERS,
        permissions::MANAGE_PRIVATE_CHANNEL_MEMBERS,
    );
    let only_me = matches!(user_ids, [id] if caller.is_self(id));
    if only_me && channel.type_ == ChannelType::Open {
        let inside = store::memberships::channels_of(&app.store, caller.user_id())
            .await?
            .contains_key(&channel.id);
        if inside
            || access::has_team(
                app,
                caller,
                &channel.team_id,
                permissions::JOIN_PUBLIC_CHANNELS,
            )
            .await?
        {
            return Ok(());
        }
    }
    if access::has_channel_row(app, caller, channel, manage).await? {
        return Ok(());
    }
    // Team administrators manage who is in a private channel without being in it.
    if channel.type_ == ChannelType::Private
        && access::has_team(app, caller, &channel.team_id, permissions::MANAGE_TEAM).await?
    {
        return Ok(());
    }
    Err(access::refused(manage))
}

/// The permission over who is in a channel.
pub(crate) async fn require_manager(app: &App, caller: &Caller, channel: &Channel) -> Result<()> {
    if channels::is_direct_or_group(channel) {
        return Err(errors::WRONG_KIND.err());
    }
    require(app, caller, channel, &[]).await
}

/// Lets somebody in whom another person invited; who invited is gone or unknown: by their own will.
pub(crate) async fn bring(
    app: &App,
    sender_id: &str,
    channel: &Channel,
    person: &Person,
) -> Result<()> {
    let ids = [person.id.clone()];
    app.hub.settled().await;
    let new =
        store::channel_members::add(&app.store, &channel.id, &ids, &[], clock::now_ms()).await?;
    if new.is_empty() {
        return Ok(());
    }
    match store::people::by_ids(&app.store, &[sender_id.to_owned()])
        .await?
        .first()
    {
        Some(sender) => notices::write(app, sender, channel, Notice::AddedToChannel(person)).await,
        None => notices::write(app, person, channel, Notice::JoinedChannel).await,
    }
    tell(app, channel, &person.id);
    Ok(())
}

/// Why somebody outside the team cannot come: they left it, or never were in it.
async fn outside_team(app: &App, team_id: &str, user_id: &str) -> Result<AppError> {
    let membership = store::team_members::get(&app.store, team_id, user_id).await?;
    Ok(match membership {
        Some(_) => errors::LEFT_TEAM.err(),
        None => team_members::not_a_member(),
    })
}

async fn come(
    app: &App,
    caller: &Caller,
    channel: &Channel,
    user_ids: &[String],
) -> Result<Vec<ChannelMember>> {
    let people = store::people::by_ids(&app.store, user_ids).await?;
    let inside = store::memberships::of_team(&app.store, &channel.team_id).await?;
    let mut refusal: Option<AppError> = None;
    let mut welcome: Vec<Person> = Vec::new();
    for id in user_ids {
        let outcome = match people.iter().find(|person| person.id == *id) {
            None => Err(team_members::no_such_user()),
            Some(_) if !inside.contains(id) => Err(outside_team(app, &channel.team_id, id).await?),
            Some(person) if channel.group_constrained == Some(true) && !person.is_bot => {
                Err(errors::DENIED.with("UserIDs", id))
            }
            Some(person) => Ok(person),
        };
        match outcome {
            Ok(person) if welcome.iter().any(|other| other.id == person.id) => {}
            Ok(person) => welcome.push(person.clone()),
            Err(error) => refusal = Some(error),
        }
    }
    if let (true, Some(error)) = (welcome.is_empty(), refusal) {
        return Err(error);
    }
    let adder = team_members::person(app, caller.user_id()).await?;
    let mut members = Vec::with_capacity(welcome.len());
    // One after the other: who comes later does not hear of those who came before.
    for person in &welcome {
        let id = std::slice::from_ref(&person.id);
        let guests = if person.is_guest() { id } else { &[] };
        app.hub.settled().await;
        let new = store::channel_members::add(&app.store, &channel.id, id, guests, clock::now_ms())
            .await?;
        // What the answer shows is how people come in: before anything is written about it.
        members.extend(store::channel_members::by_ids(&app.store, &channel.id, id).await?);
        if new.is_empty() {
            continue;
        }
        let by_own_will = person.id == adder.id;
        let notice = if by_own_will {
            Notice::JoinedChannel
        } else {
            Notice::AddedToChannel(person)
        };
        notices::write(app, &adder, channel, notice).await;
        tell(app, channel, &person.id);
    }
    Ok(all_shown_to(caller, members))
}

fn tell(app: &App, channel: &Channel, user_id: &str) {
    let event = || {
        Event::new("user_added")
            .channel(&channel.id)
            .with("user_id", user_id)
            .with("team_id", channel.team_id.as_str())
    };
    app.hub.publish(event().omit_user(user_id));
    app.hub.publish(event().user(user_id));
}
