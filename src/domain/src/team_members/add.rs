//! Adding people to a team, by themselves or by others; why one of them cannot be added.

use model::{Team, TeamMember};
use rustchat_core::common::invalid_body;
use rustchat_core::error::{AppError, Result};
use rustchat_core::{ids, permissions};
use store::people::Person;

use super::join::tell_added;
use super::{errors, get, join, person};
use crate::{App, Caller, access, teams};

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
