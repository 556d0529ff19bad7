//! Searching users, and completing their names while somebody types.

use super::{is_admin, list::NO_GROUP, present, privacy};
use crate::{access, app::App, caller::Caller};
use model::{User, UserAutocomplete, UserSearch};
use rustchat_core::{
    common,
    error::{ErrorDef, Result},
    permissions,
};
use store::users::{Activity, Filter, Names};

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 1000;

const NO_TEAM: ErrorDef = ErrorDef::new(
    "api.user.autocomplete_users.missing_team_id.app_error",
    500,
    "To complete names in a channel, its team has to be named.",
);

/// Which names may be looked at: addresses and full names only where people see them.
async fn names(app: &App, caller: &Caller) -> Result<Names> {
    let (admin, shown) = (is_admin(app, caller).await?, privacy(app));
    Ok(Names {
        full_name: admin || shown.show_full_name,
        email: admin || shown.show_email,
    })
}

pub async fn search(app: &App, caller: &Caller, asked: &UserSearch) -> Result<Vec<User>> {
    if asked.term.is_empty() {
        return Err(common::invalid_body("term"));
    }
    if asked.team_id.is_empty() && !asked.not_in_channel_id.is_empty() {
        return Err(common::invalid_body("team_id"));
    }
    for channel in [&asked.in_channel_id, &asked.not_in_channel_id] {
        if !channel.is_empty() {
            access::require_channel(app, caller, channel, permissions::READ_CHANNEL).await?;
        }
    }
    for team in [&asked.team_id, &asked.not_in_team_id] {
        if !team.is_empty() {
            access::require_team(app, caller, team, permissions::VIEW_TEAM).await?;
        }
    }
    if !asked.in_group_id.is_empty() || !asked.not_in_group_id.is_empty() {
        return Err(NO_GROUP.err());
    }
    if !(0..=MAX_LIMIT).contains(&asked.limit) {
        return Err(common::invalid_body("limit"));
    }
    let filter = Filter {
        in_team: asked.team_id.clone(),
        not_in_team: asked.not_in_team_id.clone(),
        in_channel: asked.in_channel_id.clone(),
        not_in_channel: asked.not_in_channel_id.clone(),
        without_team: asked.without_team,
        group_constrained: asked.group_constrained,
        role: asked.role.clone(),
        roles: asked.roles.clone().unwrap_or_default(),
        team_roles: asked.team_roles.clone().unwrap_or_default(),
        channel_roles: asked.channel_roles.clone().unwrap_or_default(),
        activity: if asked.allow_inactive {
            Activity::Any
        } else {
            Activity::Active
        },
        limit: if asked.limit == 0 {
            DEFAULT_LIMIT
        } else {
            asked.limit
        },
        ..Filter::default()
    };
    let names = names(app, caller).await?;
    let found = store::users::search(app.store.db(), &filter, &asked.term, names).await?;
    present(app, caller, found).await
}

/// A beginning of a name, and where its person is looked for.
#[derive(Clone, Debug, Default)]
pub struct Completion {
    pub name: String,
    pub in_team: String,
    pub in_channel: String,
    /// None when none was given.
    pub limit: Option<i64>,
}

pub async fn complete(app: &App, caller: &Caller, asked: &Completion) -> Result<UserAutocomplete> {
    let Completion {
        name,
        in_team,
        in_channel,
        limit,
    } = asked;
    if !in_channel.is_empty() {
        access::require_channel(app, caller, in_channel, permissions::READ_CHANNEL).await?;
    }
    if !in_team.is_empty() {
        access::require_team(app, caller, in_team, permissions::VIEW_TEAM).await?;
    }
    let names = Names {
        email: false,
        ..names(app, caller).await?
    };
    let filter = Filter {
        in_team: in_team.clone(),
        activity: Activity::Active,
        limit: limit.unwrap_or(DEFAULT_LIMIT).clamp(0, MAX_LIMIT),
        ..Filter::default()
    };
    let db = app.store.db();
    let mut out = UserAutocomplete::default();
    if in_channel.is_empty() {
        let found = store::users::search(db, &filter, name, names).await?;
        out.users = Some(present(app, caller, found).await?);
    } else if in_team.is_empty() {
        return Err(NO_TEAM.err());
    } else {
        let (inside, outside) =
            store::users::complete_in_channel(db, &filter, in_channel, name, names).await?;
        out.users = Some(present(app, caller, inside).await?);
        out.out_of_channel = present(app, caller, outside).await?;
    }
    Ok(out)
}
