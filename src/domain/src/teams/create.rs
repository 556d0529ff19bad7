//! Creating a team, with its default channels and its creator in it.

use model::{Channel, ChannelType, Team};
use rustchat_core::error::Result;
use rustchat_core::{clock, ids, permissions, text};

use super::{check, errors, sanitize};
use crate::{App, Caller, access, team_members};

/// The channels every team has from the start: name and display name.
const FIRST_CHANNELS: [(&str, &str); 2] =
    [("town-square", "Town Square"), ("off-topic", "Off-Topic")];

/// Creates a team that the caller administers.
pub async fn create(app: &App, caller: &Caller, mut team: Team) -> Result<Team> {
    access::require_system(app, caller, permissions::CREATE_TEAM).await?;
    if team.scheme_id.as_deref().is_some_and(|id| !id.is_empty()) {
        access::require_system(
            app,
            caller,
            permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_PERMISSIONS,
        )
        .await?;
    }
    let user = caller.user()?;
    let restricted = app.config.get().team.restrict_creation_to_domains.clone();
    let allowed = |domains: &str| {
        domains.trim().is_empty() || text::email::is_in_domains(&user.email, domains)
    };
    let welcome = user.is_bot || (allowed(&restricted) && allowed(&team.allowed_domains));
    if !welcome {
        return Err(errors::CREATOR_DOMAIN.err());
    }
    if !team.id.is_empty() {
        return Err(errors::EXISTS.err());
    }
    team.id = ids::new_id();
    team.create_at = clock::now_ms();
    team.update_at = team.create_at;
    team.invite_id = ids::new_id();
    team.email = user.email.to_lowercase();
    check::clean(&mut team);
    check::check(&team)?;
    let first = team_members::joining(&[team_members::person(app, &user.id).await?], true);
    let channels = FIRST_CHANNELS.map(|(name, shown)| first_channel(&team, name, shown));
    store::teams::create(&app.store, &team, &channels, &first)
        .await
        .map_err(|error| match error.is_conflict() {
            true => errors::EXISTS.caused_by(error),
            false => error.into(),
        })?;
    team_members::tell_joined(app, &team, &first.user_ids, &channels, None).await?;
    sanitize(app, caller, team).await
}

fn first_channel(team: &Team, name: &str, display_name: &str) -> Channel {
    Channel {
        id: ids::new_id(),
        create_at: team.create_at,
        update_at: team.create_at,
        team_id: team.id.clone(),
        type_: ChannelType::Open,
        display_name: display_name.to_owned(),
        name: name.to_owned(),
        ..Channel::default()
    }
}
