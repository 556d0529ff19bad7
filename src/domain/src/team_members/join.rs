//! Coming into a team, whoever brings them: everyone lands in the default channels. Who may is `add` and `invited`.

use model::{Channel, Team};
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::{clock, text};
use store::people::Person;
use store::team_members::{Joined, Joining};

use super::errors;
use crate::App;
use crate::notices::{self, Notice};

/// What people become in a team they join.
pub(crate) fn joining(people: &[Person], as_admin: bool) -> Joining {
    let ids = |wanted: &dyn Fn(&Person) -> bool| {
        people
            .iter()
            .filter(|p| wanted(p))
            .map(|p| p.id.clone())
            .collect()
    };
    Joining {
        user_ids: ids(&|_| true),
        guests: ids(&Person::is_guest),
        admins: ids(&|_| as_admin),
    }
}

fn default_channels(app: &App) -> Vec<String> {
    let mut names = vec!["town-square".to_owned(), "off-topic".to_owned()];
    for name in &app.config.get().team.experimental_default_channels {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Puts people into a team and tells of those who were not in it. `adder` is named as who brought them.
pub async fn join(app: &App, team: &Team, people: &[Person], adder: Option<&Person>) -> Result<()> {
    require_room(app, team, people).await?;
    let names = default_channels(app);
    app.hub.settled().await;
    let joined = store::team_members::join(
        &app.store,
        &team.id,
        &joining(people, false),
        &names,
        clock::now_ms(),
    )
    .await?;
    tell_of(app, team, people, joined, adder).await
}

/// As `join` for one person, by an invitation that is used up only with it; false if it was used up before.
pub(crate) async fn join_by_invitation(
    app: &App,
    team: &Team,
    person: &Person,
    token: &str,
) -> Result<bool> {
    let people = std::slice::from_ref(person);
    require_room(app, team, people).await?;
    app.hub.settled().await;
    let joined = store::team_members::join_by_invitation(
        &app.store,
        &team.id,
        &joining(people, false),
        &default_channels(app),
        token,
        clock::now_ms(),
    )
    .await?;
    match joined {
        Some(joined) => {
            tell_of(app, team, people, joined, None).await?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// The team takes these people, by their addresses and their number.
async fn require_room(app: &App, team: &Team, people: &[Person]) -> Result<()> {
    let domains = &team.allowed_domains;
    if !domains.is_empty()
        && people
            .iter()
            .any(|p| !p.is_bot && !text::email::is_in_domains(&p.email, domains))
    {
        return Err(errors::DOMAINS.err());
    }
    let most = app.config.get().team.max_users_per_team;
    let inside = store::memberships::of_team(&app.store, &team.id).await?;
    let coming = people.iter().filter(|p| !inside.contains(&p.id)).count();
    let over = |inside: i64| inside.saturating_add(coming as i64) > most;
    // Those who are deactivated take no place; they are only told apart where it matters.
    if coming > 0 && over(inside.len() as i64) {
        let stats = store::team_members::stats(&app.store, &team.id).await?;
        if over(stats.active_member_count) {
            return Err(errors::FULL.err());
        }
    }
    Ok(())
}

async fn tell_of(
    app: &App,
    team: &Team,
    people: &[Person],
    joined: Joined,
    adder: Option<&Person>,
) -> Result<()> {
    if joined.new.is_empty() {
        return Ok(());
    }
    let channels = store::channels::by_ids(&app.store, &joined.channel_ids).await?;
    let new: Vec<String> = people
        .iter()
        .filter(|p| joined.new.contains(&p.id))
        .map(|p| p.id.clone())
        .collect();
    tell_joined(app, team, &new, &channels, adder).await
}

/// Tells of people who have just come into a team and these channels of it.
pub(crate) async fn tell_joined(
    app: &App,
    team: &Team,
    new: &[String],
    channels: &[Channel],
    adder: Option<&Person>,
) -> Result<()> {
    for person in store::people::by_ids(&app.store, new).await? {
        if !person.is_guest() {
            for channel in channels {
                tell_channel(app, team, &person, channel, adder).await;
            }
        }
        tell_added(app, &team.id, &person.id);
    }
    Ok(())
}

async fn tell_channel(
    app: &App,
    team: &Team,
    person: &Person,
    channel: &Channel,
    adder: Option<&Person>,
) {
    if notices::about_default_channels(app) {
        let is_main = channel.name == "town-square";
        let (author, notice) = match (adder, is_main) {
            (None, true) => (person, Notice::JoinedTeam),
            (None, false) => (person, Notice::JoinedChannel),
            (Some(adder), true) => (adder, Notice::AddedToTeam(person)),
            (Some(adder), false) => (adder, Notice::AddedToChannel(person)),
        };
        notices::write(app, author, channel, notice).await;
    }
    let event = Event::new("user_added").channel(&channel.id);
    app.hub.publish(
        event
            .with("user_id", person.id.as_str())
            .with("team_id", team.id.as_str()),
    );
}

pub(super) fn tell_added(app: &App, team_id: &str, user_id: &str) {
    app.hub.publish(
        Event::new("added_to_team")
            .user(user_id)
            .with("team_id", team_id)
            .with("user_id", user_id),
    );
}
