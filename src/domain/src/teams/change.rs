//! Changing teams: values, privacy, invitation, archive, deletion.

use model::{Team, TeamPatch};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;
use rustchat_core::{clock, ids, permissions};
use store::change::Changed;

use super::{check, errors, get, sanitize, tell};
use crate::{App, Caller, access, team_members};

/// The body of a full update: what it leaves out is emptied.
pub type Update = Team;

pub async fn update(app: &App, caller: &Caller, id: &str, new: Update) -> Result<Team> {
    if new.id != id {
        return Err(invalid_body("id"));
    }
    access::require_team(app, caller, id, permissions::MANAGE_TEAM).await?;
    let changed = save_within_domains(app, id, |team| {
        team.display_name = new.display_name;
        team.description = new.description;
        team.company_name = new.company_name;
        team.allowed_domains = new.allowed_domains;
        team.allow_open_invite = new.allow_open_invite;
    });
    sanitize(app, caller, changed.await?.after).await
}

pub async fn patch(app: &App, caller: &Caller, id: &str, patch: TeamPatch) -> Result<Team> {
    access::require_team(app, caller, id, permissions::MANAGE_TEAM).await?;
    let changed = save_within_domains(app, id, |team| apply(team, patch)).await?;
    let is_constrained = |team: &Team| team.group_constrained == Some(true);
    let newly = is_constrained(&changed.after) && !is_constrained(&changed.before);
    let team = sanitize(app, caller, changed.after).await?;
    if newly {
        team_members::remove_outside_groups(app, id).await?;
    }
    Ok(team)
}

fn apply(team: &mut Team, patch: TeamPatch) {
    let set = |to: &mut String, from: Option<String>| {
        if let Some(value) = from {
            *to = value;
        }
    };
    set(&mut team.display_name, patch.display_name);
    set(&mut team.description, patch.description);
    set(&mut team.company_name, patch.company_name);
    set(&mut team.allowed_domains, patch.allowed_domains);
    team.allow_open_invite = patch.allow_open_invite.unwrap_or(team.allow_open_invite);
    team.cloud_limits_archived = patch
        .cloud_limits_archived
        .unwrap_or(team.cloud_limits_archived);
    team.group_constrained = patch.group_constrained.or(team.group_constrained);
}

/// Opens a team to everyone (`O`) or closes it (`I`), which makes old invitations worthless.
pub async fn set_privacy(app: &App, caller: &Caller, id: &str, privacy: &str) -> Result<Team> {
    if !matches!(privacy, "O" | "I") {
        return Err(invalid_body("privacy"));
    }
    access::require_team(app, caller, id, permissions::MANAGE_TEAM).await?;
    let changed = save(app, id, "update_team", |team| {
        if privacy == "I" && team.type_ != "I" {
            team.invite_id = ids::new_id();
        }
        privacy.clone_into(&mut team.type_);
        team.allow_open_invite = privacy == "O";
    });
    sanitize(app, caller, changed.await?.after).await
}

/// Changes the row as it is now, if its values are allowed then, and tells the members.
pub(super) async fn save(
    app: &App,
    id: &str,
    event: &'static str,
    apply: impl FnOnce(&mut Team) + Send,
) -> Result<Changed<Team>> {
    let checked = |team: &mut Team| {
        apply(team);
        check::clean(team);
        check::check(team)
    };
    store_and_tell(app, id, event, checked).await
}

/// As `save`, for what may change the domains: they stay among those of the server.
async fn save_within_domains(
    app: &App,
    id: &str,
    apply: impl FnOnce(&mut Team) + Send,
) -> Result<Changed<Team>> {
    let served = app.config.get().team.restrict_creation_to_domains.clone();
    let checked = |team: &mut Team| {
        apply(team);
        check::clean(team);
        check::domains(team, &served)?;
        check::check(team)
    };
    store_and_tell(app, id, "update_team", checked).await
}

async fn store_and_tell(
    app: &App,
    id: &str,
    event: &'static str,
    apply: impl FnOnce(&mut Team) -> Result<()> + Send,
) -> Result<Changed<Team>> {
    let changed = store::teams::change(&app.store, id, |team| {
        team.update_at = clock::now_ms();
        apply(team)
    })
    .await
    .map_err(|unchanged| {
        unchanged.or(|error| match error.is_not_found() {
            true => errors::NOT_FOUND.err(),
            false => error.into(),
        })
    })?;
    tell(app, event, &changed.after);
    Ok(changed)
}

/// Archives a team: it leaves the lists, but can be read by id and be joined.
pub async fn archive(app: &App, id: &str) -> Result<()> {
    let apply = |team: &mut Team| {
        team.delete_at = team.update_at;
        Ok(())
    };
    store_and_tell(app, id, "delete_team", apply)
        .await
        .map(|_| ())
}

pub async fn restore(app: &App, caller: &Caller, id: &str) -> Result<Team> {
    let apply = |team: &mut Team| {
        team.delete_at = 0;
        Ok(())
    };
    let restored = store_and_tell(app, id, "restore_team", apply).await?;
    sanitize(app, caller, restored.after).await
}

/// Deletes a team for good, with its channels and their posts.
pub async fn delete(app: &App, id: &str) -> Result<()> {
    if !app.config.get().service.enable_api_team_deletion {
        return Err(errors::DELETION_OFF.err());
    }
    let mut team = Team::clone(&*get(app, id).await?);
    team.delete_at = clock::now_ms();
    let channels = store::teams::channel_ids(&app.store, id).await?;
    // Told before it happens: afterwards there is nobody in the team who could be told.
    for channel in &channels {
        app.hub.publish(
            Event::new("channel_deleted")
                .team(id)
                .with("channel_id", channel.as_str())
                .with("delete_at", team.delete_at),
        );
    }
    tell(app, "delete_team", &team);
    app.hub.settled().await;
    store::teams::permanent_delete(&app.store, id).await?;
    crate::trash::empty(app).await;
    Ok(())
}
