//! Who is in a team: reading here, `join`, `leave` and `roles`.

mod add;
mod errors;
mod invited;
mod join;
mod leave;
mod roles;

use model::{TeamMember, TeamStats, TeamUnread};
use rustchat_core::error::Result;
use rustchat_core::permissions;
use store::people::Person;

use crate::{App, Caller, access, users};

pub use add::{Outcome, add, add_many};
pub use invited::from_invite;
pub use join::join;
pub(crate) use join::{join_by_invitation, joining, tell_joined};
pub use leave::remove;
pub(crate) use leave::remove_outside_groups;
pub use roles::{set_roles, set_scheme_roles};
pub use store::team_members::Page;

/// Somebody as the rules of membership need to know them; 404 if there is no such person.
pub(crate) async fn person(app: &App, id: &str) -> Result<Person> {
    let found = store::people::by_ids(&app.store, &[id.to_owned()]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| errors::NO_SUCH_USER.err())
}

/// A membership, which may have been left.
pub async fn get(app: &App, team_id: &str, user_id: &str) -> Result<TeamMember> {
    store::team_members::get(&app.store, team_id, user_id)
        .await?
        .ok_or_else(|| errors::NOT_A_MEMBER.err())
}

/// The same, as somebody looks at it: guests see only whom they meet in a channel.
pub async fn view(app: &App, caller: &Caller, team_id: &str, user_id: &str) -> Result<TeamMember> {
    users::require_visible(app, caller, user_id).await?;
    get(app, team_id, user_id).await
}

pub async fn list(
    app: &App,
    caller: &Caller,
    team_id: &str,
    page: &Page,
) -> Result<Vec<TeamMember>> {
    let found = store::team_members::list(&app.store, team_id, page).await?;
    only_visible(app, caller, found).await
}

pub async fn by_ids(
    app: &App,
    caller: &Caller,
    team_id: &str,
    user_ids: &[String],
) -> Result<Vec<TeamMember>> {
    let found = store::team_members::by_ids(&app.store, team_id, user_ids).await?;
    only_visible(app, caller, found).await
}

async fn only_visible(
    app: &App,
    caller: &Caller,
    mut members: Vec<TeamMember>,
) -> Result<Vec<TeamMember>> {
    let visible = users::visible(app, caller).await?;
    members.retain(|member| visible.has(&member.user_id));
    Ok(members)
}

/// Every membership of a person, left ones included.
pub async fn of_user(app: &App, caller: &Caller, user_id: &str) -> Result<Vec<TeamMember>> {
    access::require_self_or(app, caller, user_id, permissions::READ_OTHER_USERS_TEAMS).await?;
    Ok(store::team_members::for_user(&app.store, user_id).await?)
}

pub async fn stats(app: &App, team_id: &str) -> Result<TeamStats> {
    Ok(store::team_members::stats(&app.store, team_id).await?)
}

/// What a person has not read in one team.
pub async fn unread(app: &App, user_id: &str, team_id: &str) -> Result<TeamUnread> {
    let mut found =
        store::channel_members::team_unreads(&app.store, user_id, Some(team_id), "").await?;
    Ok(found.pop().unwrap_or_else(|| TeamUnread {
        team_id: team_id.to_owned(),
        ..TeamUnread::default()
    }))
}

/// What a person has not read in all teams but one; with threads counted for clients that show them apart.
pub async fn unreads(
    app: &App,
    user_id: &str,
    without: &str,
    threads: bool,
) -> Result<Vec<TeamUnread>> {
    let mut found =
        store::channel_members::team_unreads(&app.store, user_id, None, without).await?;
    if threads {
        let counts = store::channel_members::thread_unreads(&app.store, user_id).await?;
        for unread in &mut found {
            if let Some((count, mentions)) = counts.get(&unread.team_id) {
                unread.thread_count = *count;
                unread.thread_mention_count = *mentions;
            }
        }
    }
    Ok(found)
}

pub(crate) fn no_such_user() -> rustchat_core::AppError {
    errors::NO_SUCH_USER.err()
}

pub(crate) fn not_a_member() -> rustchat_core::AppError {
    errors::NOT_A_MEMBER.err()
}
