//! Coming into a team: by oneself or by somebody else. Everyone lands in the default channels. Invitations are `invited`.

use model::{Channel, Team, TeamMember};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::{AppError, Result};
use rustchat_core::{clock, ids, permissions, text};
use store::people::Person;
use store::team_members::{Joined, Joining};

use super::{errors, get, person};
use crate::notices::{self, Notice};
use crate::{App, Caller, access, teams};

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
    if coming > 0 && (inside.len() + coming) as i64 > most {
        return Err(errors::FULL.err());
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

fn tell_added(app: &App, team_id: &str, user_id: &str) {
    app.hub.publish(
        Event::new("added_to_team")
            .user(user_id)
            .with("team_id", team_id)
            .with("user_id", user_id),
    );
}

/// Adds one person: oneself to a team that is open to that, or others with the permission to.
pub async fn add(
    app: &App,
    caller: &Caller,
    team_id: &str,
    member: &TeamMember,
) -> Result<TeamMember> {
    if member.team_id != team_id {
        return Err(invalid_body("team_id"));
    }
    if !ids::is_valid_id(&member.user_id) {
        return Err(invalid_body("user_id"));
    }
    if caller.is_self(&member.user_id) {
        let team = teams::get(app, team_id).await?;
        let permission = if team.allow_open_invite {
            permissions::JOIN_PUBLIC_TEAMS
        } else {
            permissions::JOIN_PRIVATE_TEAMS
        };
        access::require_system(app, caller, permission).await?;
    } else {
        access::require_team(app, caller, team_id, permissions::ADD_USER_TO_TEAM).await?;
    }
    let team = teams::get(app, team_id).await?;
    let people = existing(app, caller, std::slice::from_ref(&member.user_id)).await?;
    let person = people
        .into_iter()
        .next()
        .unwrap_or_else(|| Err(errors::NO_SUCH_USER.err()))?;
    refuse_outside_groups(&team, &person)?;
    join(app, &team, std::slice::from_ref(&person), None).await?;
    tell_added(app, team_id, &person.id);
    get(app, team_id, &person.id).await
}

/// The people behind ids, or why one cannot be added.
async fn existing(app: &App, caller: &Caller, ids: &[String]) -> Result<Vec<Result<Person>>> {
    let mut found = store::people::by_ids(&app.store, ids)
        .await?
        .into_iter()
        .peekable();
    let error = match access::has_system(app, caller, permissions::MANAGE_SYSTEM).await? {
        true => errors::NO_SUCH_USER,
        false => errors::NO_USER_TO_ADD,
    };
    Ok(ids
        .iter()
        .map(|id| match found.next_if(|person| person.id == *id) {
            Some(person) => Ok(person),
            None => Err(error.err()),
        })
        .collect())
}

fn refuse_outside_groups(team: &Team, person: &Person) -> Result<()> {
    match team.group_constrained == Some(true) && !person.is_bot {
        true => Err(errors::DENIED.with("UserIDs", &person.id)),
        false => Ok(()),
    }
}

/// What became of one person who was to be added.
#[derive(Debug)]
pub struct Outcome {
    pub user_id: String,
    pub result: Result<TeamMember>,
}

/// Adds several people. Without `graceful`, the first who cannot be added stops it before anyone is.
pub async fn add_many(
    app: &App,
    caller: &Caller,
    team_id: &str,
    members: &[TeamMember],
    graceful: bool,
) -> Result<Vec<Outcome>> {
    if members.is_empty() || members.len() > 256 {
        return Err(invalid_body("members"));
    }
    let mut user_ids: Vec<String> = Vec::with_capacity(members.len());
    for member in members {
        if member.team_id != team_id {
            return Err(invalid_body("team_id"));
        }
        if !ids::is_valid_id(&member.user_id) {
            return Err(invalid_body("user_id"));
        }
        if !user_ids.contains(&member.user_id) {
            user_ids.push(member.user_id.clone());
        }
    }
    let team = teams::get(app, team_id).await?;
    access::require_team(app, caller, team_id, permissions::ADD_USER_TO_TEAM).await?;
    let checked: Vec<(String, Result<Person>)> = user_ids
        .iter()
        .cloned()
        .zip(existing(app, caller, &user_ids).await?)
        .map(|(id, person)| {
            (
                id,
                person.and_then(|p| refuse_outside_groups(&team, &p).map(|()| p)),
            )
        })
        .collect();
    let mut people = Vec::new();
    let mut refused: Vec<(String, AppError)> = Vec::new();
    for (id, outcome) in checked {
        match outcome {
            Ok(person) => people.push(person),
            Err(error) if graceful => refused.push((id, error)),
            Err(error) => return Err(error),
        }
    }
    let adder = person(app, caller.user_id()).await?;
    join(app, &team, &people, Some(&adder)).await?;
    people
        .iter()
        .for_each(|person| tell_added(app, team_id, &person.id));
    outcomes(app, team_id, &user_ids, refused).await
}

async fn outcomes(
    app: &App,
    team_id: &str,
    user_ids: &[String],
    mut refused: Vec<(String, AppError)>,
) -> Result<Vec<Outcome>> {
    let mut members = store::team_members::by_ids(&app.store, team_id, user_ids).await?;
    let mut out = Vec::with_capacity(user_ids.len());
    for user_id in user_ids.iter().cloned() {
        let result = match refused.iter().position(|(id, _)| *id == user_id) {
            Some(at) => Err(refused.swap_remove(at).1),
            None => match members.iter().position(|member| member.user_id == user_id) {
                Some(at) => Ok(members.swap_remove(at)),
                None => Err(errors::NOT_A_MEMBER.err()),
            },
        };
        out.push(Outcome { user_id, result });
    }
    Ok(out)
}
