//! The commands of teams: making, reading, changing, moving and deleting them. What they do when given is `remote`'s.

use model::Command;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::text::names;
use rustchat_core::{clock, common, ids, permissions};
use store::integrations::Filter;

use super::builtin;
use crate::integrations::{SLASH_COMMANDS as RIGHTS, too_long};
use crate::{App, Caller, access, users};

macro_rules! errors {
    ($($name:ident = $id:literal, $status:literal, $text:literal;)*) => {
        $(const $name: ErrorDef = ErrorDef::new($id, $status, $text);)*
    };
}

errors! {
    NOT_FOUND = "store.sql_command.save.get.app_error", 404, "There is no such command.";
    EXISTING = "app.command.createcommand.internal_error", 500, "A new command has no id yet.";
    DUPLICATE = "api.command.duplicate_trigger.app_error", 400, "Another command is given by this word.";
    TEAM = "api.command.team_mismatch.app_error", 400, "A command stays in its team; it can be moved.";
    NO_TEAM = "app.team.get.find.app_error", 404, "There is no such team.";
    CREATOR = "api.command.move_command.creator_no_permission.app_error", 400, "Who made the command may have none in that team.";
}
pub(super) const OFF: ErrorDef = ErrorDef::new(
    "api.command.disabled.app_error",
    501,
    "Commands of teams are switched off on this server.",
);

/// Commands of a team that are listed.
const MOST_OF_TEAM: i64 = 5_000;

pub(super) fn require_on(app: &App) -> Result<()> {
    if app.config.get().service.enable_commands {
        Ok(())
    } else {
        Err(OFF.err())
    }
}

/// A command the caller may manage. Who may manage none in its team is not told that it is there.
async fn manageable(app: &App, caller: &Caller, id: &str) -> Result<Command> {
    let command = find(app, id).await?;
    let own = permissions::MANAGE_OWN_SLASH_COMMANDS;
    if !access::has_team(app, caller, &command.team_id, own).await? {
        return Err(NOT_FOUND.err());
    }
    RIGHTS
        .require(app, caller, &command.team_id, &command.creator_id)
        .await?;
    Ok(command)
}

async fn find(app: &App, id: &str) -> Result<Command> {
    require_on(app)?;
    let found = store::commands::get(&app.store, id).await?;
    found.ok_or_else(|| NOT_FOUND.err())
}

pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<Command> {
    let command = find(app, id).await?;
    let view = permissions::VIEW_TEAM;
    if !access::has_team(app, caller, &command.team_id, view).await? {
        return Err(NOT_FOUND.err());
    }
    let rights = RIGHTS.require(app, caller, &command.team_id, &command.creator_id);
    rights.await.map_err(|_| NOT_FOUND.err())?;
    Ok(command)
}

/// The commands of a team: its own ones that the caller may manage, or all that the caller may know of.
pub async fn list(
    app: &App,
    caller: &Caller,
    team_id: &str,
    custom_only: bool,
) -> Result<Vec<Command>> {
    if team_id.is_empty() {
        return Err(common::invalid_body("team_id"));
    }
    access::require_team(app, caller, team_id, permissions::VIEW_TEAM).await?;
    if custom_only {
        let owner_id = RIGHTS.listable(app, caller, team_id).await?;
        require_on(app)?;
        return of_team(app, team_id, owner_id).await;
    }
    let manages = permissions::MANAGE_OWN_SLASH_COMMANDS;
    if !access::has_team(app, caller, team_id, manages).await? {
        return for_autocomplete(app, team_id).await;
    }
    let owner_id = RIGHTS.listable(app, caller, team_id).await?;
    let own = if app.config.get().service.enable_commands {
        of_team(app, team_id, owner_id).await?
    } else {
        Vec::new()
    };
    let mut all = super::list::builtin();
    all.extend(own.into_iter().map(shown));
    Ok(all)
}

async fn of_team(app: &App, team_id: &str, owner_id: &str) -> Result<Vec<Command>> {
    let filter = Filter {
        team_id,
        owner_id,
        limit: MOST_OF_TEAM,
        ..Filter::default()
    };
    Ok(store::commands::list(&app.store, &filter).await?)
}

/// What clients complete in a team: the server's own commands and the team's that say so.
pub async fn for_autocomplete(app: &App, team_id: &str) -> Result<Vec<Command>> {
    let mut all = super::list::builtin();
    if app.config.get().service.enable_commands {
        let own = of_team(app, team_id, "").await?;
        all.extend(own.into_iter().filter(|own| own.auto_complete).map(shown));
    }
    Ok(all)
}

/// What everybody may know of a command: nothing of its program.
fn shown(command: Command) -> Command {
    Command {
        token: String::new(),
        creator_id: String::new(),
        method: String::new(),
        url: String::new(),
        username: String::new(),
        icon_url: String::new(),
        ..command
    }
}

/// A new command of the caller's, or of somebody the caller may manage commands for.
pub async fn create(app: &App, caller: &Caller, mut command: Command) -> Result<Command> {
    if command.creator_id.is_empty() {
        caller.user_id().clone_into(&mut command.creator_id);
    }
    RIGHTS
        .require(app, caller, &command.team_id, &command.creator_id)
        .await?;
    users::get(app, &command.creator_id).await?;
    require_on(app)?;
    if !command.id.is_empty() {
        return Err(EXISTING.err());
    }
    command.trigger = command.trigger.to_lowercase();
    require_free(app, &command).await?;
    check(&command)?;
    command.id = ids::new_id();
    command.token = ids::new_id();
    command.create_at = clock::now_ms();
    command.update_at = command.create_at;
    command.delete_at = 0;
    store::commands::insert(&app.store, &command).await?;
    Ok(command)
}

/// Changes a command. Whose it is, its team and its token stay.
pub async fn update(app: &App, caller: &Caller, id: &str, mut command: Command) -> Result<Command> {
    if command.id != id {
        return Err(common::invalid_body("command_id"));
    }
    let old = find(app, id).await?;
    if command.team_id != old.team_id {
        return Err(TEAM.err());
    }
    let old = manageable(app, caller, &old.id).await?;
    command.trigger = command.trigger.to_lowercase();
    command.token = old.token;
    command.creator_id = old.creator_id;
    command.plugin_id = old.plugin_id;
    command.create_at = old.create_at;
    command.delete_at = old.delete_at;
    command.update_at = clock::now_ms();
    require_free(app, &command).await?;
    check(&command)?;
    changed(app, command).await
}

/// Gives a command another token, and tells it.
pub async fn regenerate_token(app: &App, caller: &Caller, id: &str) -> Result<String> {
    let mut command = manageable(app, caller, id).await?;
    command.token = ids::new_id();
    command.update_at = clock::now_ms();
    Ok(changed(app, command).await?.token)
}

/// Moves a command to another team, where both the caller and who made it may have commands.
pub async fn move_to(app: &App, caller: &Caller, id: &str, team_id: &str) -> Result<()> {
    let team = store::teams::get(&app.store, team_id).await?;
    let team = team.ok_or_else(|| NO_TEAM.err())?;
    let own = permissions::MANAGE_OWN_SLASH_COMMANDS;
    access::require_team(app, caller, &team.id, own).await?;
    let mut command = manageable(app, caller, id).await?;
    RIGHTS
        .require(app, caller, &team.id, &command.creator_id)
        .await?;
    let creator = users::get(app, &command.creator_id).await?;
    if !access::has_team(app, &Caller::acting(creator), &team.id, own).await? {
        return Err(CREATOR.err());
    }
    command.team_id = team.id;
    command.update_at = clock::now_ms();
    require_free(app, &command).await?;
    changed(app, command).await.map(|_| ())
}

async fn changed(app: &App, command: Command) -> Result<Command> {
    if store::commands::update(&app.store, &command).await? {
        Ok(command)
    } else {
        Err(NOT_FOUND.err())
    }
}

pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    manageable(app, caller, id).await?;
    if store::commands::delete(&app.store, id, clock::now_ms()).await? {
        Ok(())
    } else {
        Err(NOT_FOUND.err())
    }
}

/// No command of the server, and no other one of the team, is given by the same word.
async fn require_free(app: &App, command: &Command) -> Result<()> {
    let taken = builtin::find(&command.trigger).is_some()
        || store::commands::by_trigger(&app.store, &command.team_id, &command.trigger)
            .await?
            .is_some_and(|other| other.id != command.id);
    if taken { Err(DUPLICATE.err()) } else { Ok(()) }
}

fn check(command: &Command) -> Result<()> {
    let invalid = |what: &str| {
        let id = format!("model.command.is_valid.{what}.app_error");
        AppError::dynamic(id, 400, "The command is not valid.")
    };
    if command.trigger.starts_with('/') || !names::is_valid_command_trigger(&command.trigger) {
        return Err(invalid("trigger"));
    }
    if command.url.is_empty() || command.url.len() > 1024 {
        return Err(invalid("url"));
    }
    if !names::is_http_url(&command.url) {
        return Err(invalid("url_http"));
    }
    if !matches!(command.method.as_str(), "G" | "P") {
        return Err(invalid("method"));
    }
    let texts = [
        ("display_name", command.display_name.as_str(), 64),
        ("description", &command.description, 128),
        ("username", &command.username, 64),
        ("icon_url", &command.icon_url, 1024),
        ("autocomplete_data", &command.auto_complete_desc, 1024),
        ("autocomplete_data", &command.auto_complete_hint, 1024),
    ];
    match too_long(&texts) {
        Some(field) => Err(invalid(field)),
        None => Ok(()),
    }
}
