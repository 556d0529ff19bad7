//! Permission schemes. Making and giving them takes a licence; those a database brings along can be read.

use model::{Channel, Scheme, SchemeIDPatch, Team};
use rustchat_core::common::invalid_body;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::ids;

use crate::{App, Caller, teams};

const NOT_FOUND: ErrorDef =
    ErrorDef::new("app.scheme.get.app_error", 404, "There is no such scheme.");
const NOT_OF_TEAMS: ErrorDef = ErrorDef::new(
    "api.scheme.get_teams_for_scheme.scope.error",
    400,
    "This scheme is not for teams.",
);
const NOT_OF_CHANNELS: ErrorDef = ErrorDef::new(
    "api.scheme.get_channels_for_scheme.scope.error",
    400,
    "This scheme is not for channels.",
);
const TEAM_LICENCE: ErrorDef = ErrorDef::new(
    "api.team.update_team_scheme.license.error",
    501,
    "The licence of this server does not include schemes.",
);
const CHANNEL_LICENCE: ErrorDef = ErrorDef::new(
    "api.channel.update_channel_scheme.license.error",
    403,
    "The licence of this server does not include schemes.",
);
const SCOPES: [&str; 4] = ["team", "channel", "playbook", "run"];

pub async fn get(app: &App, id: &str) -> Result<Scheme> {
    store::schemes::get(&app.store, id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())
}

/// The schemes of a scope; of every scope when it is empty.
pub async fn list(app: &App, scope: &str, offset: i64, limit: i64) -> Result<Vec<Scheme>> {
    if !scope.is_empty() && !SCOPES.contains(&scope) {
        return Err(invalid_body("scope"));
    }
    Ok(store::schemes::list(&app.store, scope, offset, limit).await?)
}

pub async fn teams_of(
    app: &App,
    caller: &Caller,
    id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Team>> {
    if get(app, id).await?.scope != "team" {
        return Err(NOT_OF_TEAMS.err());
    }
    let found = store::schemes::teams_of(&app.store, id, offset, limit).await?;
    teams::sanitize_all(app, caller, found).await
}

pub async fn channels_of(app: &App, id: &str, offset: i64, limit: i64) -> Result<Vec<Channel>> {
    if get(app, id).await?.scope != "channel" {
        return Err(NOT_OF_CHANNELS.err());
    }
    Ok(store::schemes::channels_of(&app.store, id, offset, limit).await?)
}

/// Giving a team a scheme, or taking it away with an empty id, takes a licence.
pub fn give_to_team(wish: &SchemeIDPatch) -> Result<()> {
    match wish.scheme_id.as_deref() {
        Some(id) if id.is_empty() || ids::is_valid_id(id) => Err(TEAM_LICENCE.err()),
        _ => Err(invalid_body("scheme_id")),
    }
}

/// Giving a channel a scheme takes a licence.
pub fn give_to_channel(wish: &SchemeIDPatch) -> Result<()> {
    match wish.scheme_id.as_deref() {
        Some(id) if ids::is_valid_id(id) => Err(CHANNEL_LICENCE.err()),
        _ => Err(invalid_body("scheme_id")),
    }
}
