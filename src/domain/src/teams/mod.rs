//! Teams: reading them here, `create`, `change` and `icon`, and the `list`s. Who is in a team is in `team_members`.

mod change;
mod check;
mod create;
pub(crate) mod errors;
mod icon;
mod invite;
mod list;

use std::sync::Arc;

use model::Team;
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::permissions;

use crate::{App, Caller, access};

pub use change::{Update, archive, delete, patch, restore, set_privacy, update};
pub use create::create;
pub use icon::{Icon, icon, remove_icon, set_icon};
pub use invite::{InviteInfo, invite_info, regenerate_invite};
pub use list::{Found, all, common, exists, of_user, search};

/// The team as it is stored, from the cache; 404 if there is none.
pub async fn get(app: &App, id: &str) -> Result<Arc<Team>> {
    let load = || async { Ok(store::teams::get(&app.store, id).await?.map(Arc::new)) };
    app.store
        .cache()
        .teams
        .get(id, load)
        .await?
        .ok_or_else(|| errors::NOT_FOUND.err())
}

pub async fn get_by_name(app: &App, name: &str) -> Result<Team> {
    store::teams::get_by_name(&app.store, &name.to_lowercase())
        .await?
        .ok_or_else(|| errors::NO_SUCH_NAME.err())
}

/// A team as the caller may see it.
pub async fn read(app: &App, caller: &Caller, id: &str) -> Result<Team> {
    let team = get(app, id).await?;
    show(app, caller, Team::clone(&team)).await
}

pub async fn read_by_name(app: &App, caller: &Caller, name: &str) -> Result<Team> {
    show(app, caller, get_by_name(app, name).await?).await
}

async fn show(app: &App, caller: &Caller, team: Team) -> Result<Team> {
    require_visible(app, caller, &team).await?;
    sanitize(app, caller, team).await
}

/// Members see a team; so does everyone who may list public teams if it invites everyone.
pub(crate) async fn require_visible(app: &App, caller: &Caller, team: &Team) -> Result<()> {
    if team.allow_open_invite
        && access::has_system(app, caller, permissions::LIST_PUBLIC_TEAMS).await?
    {
        return Ok(());
    }
    access::require_team(app, caller, &team.id, permissions::VIEW_TEAM).await
}

/// Takes out what the caller may not know: the owner's address and the invitation.
pub(crate) async fn sanitize(app: &App, caller: &Caller, mut team: Team) -> Result<Team> {
    if !access::has_team(app, caller, &team.id, permissions::MANAGE_TEAM).await? {
        team.email.clear();
    }
    if !access::has_team(app, caller, &team.id, permissions::INVITE_USER).await? {
        team.invite_id.clear();
    }
    Ok(team)
}

pub(crate) async fn sanitize_all(
    app: &App,
    caller: &Caller,
    teams: Vec<Team>,
) -> Result<Vec<Team>> {
    let mut out = Vec::with_capacity(teams.len());
    for team in teams {
        out.push(sanitize(app, caller, team).await?);
    }
    Ok(out)
}

/// Tells the members what the team looks like now.
pub(crate) fn tell(app: &App, name: &'static str, team: &Team) {
    let shown = Team {
        email: String::new(),
        invite_id: String::new(),
        ..team.clone()
    };
    app.hub
        .publish(Event::new(name).team(&team.id).with_json("team", &shown));
}
