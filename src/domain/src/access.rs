//! Permission questions, and nothing else: who may do what, from the roles of the system, a team and a channel.
//! A wider scope answers where a narrower one does not: channel, then its team, then the system.

use crate::{app::App, caller::Caller};
use model::{Channel, ChannelType, Role};
use rustchat_core::{
    common,
    error::Result,
    permissions::{self, Permission},
    roles,
};
use std::sync::Arc;
use store::cache::Place;

/// True when one of the named roles grants the permission, as the stored rows have it.
/// A role that is not stored (any more) grants nothing.
pub async fn granted(app: &App, role_names: &str, permission: Permission) -> Result<bool> {
    for name in roles::split(role_names) {
        if let Some(role) = role(app, name).await?
            && role_has(&role, permission)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn role_has(role: &Role, permission: Permission) -> bool {
    role.delete_at == 0
        && role
            .permissions
            .as_deref()
            .is_some_and(|ids| ids.iter().any(|id| id == permission.id))
}

async fn role(app: &App, name: &str) -> Result<Option<Arc<Role>>> {
    Ok(store::roles::cached(&app.store, name).await?)
}

/// The refusal of every permission check.
pub fn refused(permission: Permission) -> rustchat_core::error::AppError {
    common::PERMISSIONS.with("Permission", permission)
}

fn require(allowed: bool, permission: Permission) -> Result<()> {
    if allowed {
        Ok(())
    } else {
        Err(refused(permission))
    }
}

/// The caller's system roles grant it. Roles come from the user's row, so a change counts at once.
pub async fn has_system(app: &App, caller: &Caller, permission: Permission) -> Result<bool> {
    match &caller.user {
        Some(user) => granted(app, &user.roles, permission).await,
        None => Ok(false),
    }
}

pub async fn require_system(app: &App, caller: &Caller, permission: Permission) -> Result<()> {
    require(has_system(app, caller, permission).await?, permission)
}

/// The user's roles in a team or the system grant it. A membership that was ended counts for nothing.
pub async fn has_team(
    app: &App,
    caller: &Caller,
    team_id: &str,
    permission: Permission,
) -> Result<bool> {
    if team_id.is_empty() || caller.user_id().is_empty() {
        return Ok(false);
    }
    let memberships = store::memberships::teams_of(&app.store, caller.user_id()).await?;
    if let Some(roles) = memberships.get(team_id)
        && granted(app, roles, permission).await?
    {
        return Ok(true);
    }
    has_system(app, caller, permission).await
}

pub async fn require_team(
    app: &App,
    caller: &Caller,
    team_id: &str,
    permission: Permission,
) -> Result<()> {
    require(
        has_team(app, caller, team_id, permission).await?,
        permission,
    )
}

/// The user's roles in the channel, its team or the system grant it; false for a channel that does not exist.
pub async fn has_channel(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    permission: Permission,
) -> Result<bool> {
    if channel_id.is_empty() || caller.user_id().is_empty() {
        return Ok(false);
    }
    match store::memberships::place_of(&app.store, channel_id).await? {
        Some(place) => has_in(app, caller, &place, permission).await,
        None => Ok(false),
    }
}

async fn has_in(app: &App, caller: &Caller, place: &Place, permission: Permission) -> Result<bool> {
    let memberships = store::memberships::channels_of(&app.store, caller.user_id()).await?;
    if let Some(roles) = memberships.get(&place.channel_id)
        && granted(app, roles, permission).await?
    {
        return Ok(true);
    }
    if place.team_id.is_empty() {
        has_system(app, caller, permission).await
    } else {
        has_team(app, caller, &place.team_id, permission).await
    }
}

/// As `has_channel`, for a channel that was loaded already.
pub async fn has_channel_row(
    app: &App,
    caller: &Caller,
    channel: &Channel,
    permission: Permission,
) -> Result<bool> {
    if caller.user_id().is_empty() {
        return Ok(false);
    }
    let place = Place {
        channel_id: channel.id.clone(),
        team_id: channel.team_id.clone(),
        kind: channel.type_.clone(),
    };
    has_in(app, caller, &place, permission).await
}

/// The caller's roles where the post is grant it; false for a post that does not exist.
pub async fn has_post(
    app: &App,
    caller: &Caller,
    post_id: &str,
    permission: Permission,
) -> Result<bool> {
    match store::memberships::channel_of_post(&app.store, post_id).await? {
        Some(channel_id) => has_channel(app, caller, &channel_id, permission).await,
        None => Ok(false),
    }
}

pub async fn require_channel(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    permission: Permission,
) -> Result<()> {
    require(
        has_channel(app, caller, channel_id, permission).await?,
        permission,
    )
}

/// The caller may read the channel's messages: by `read_channel_content` there, or because the channel is public
/// in a team where the caller has `read_public_channel`.
pub async fn can_read_channel(app: &App, caller: &Caller, channel: &Channel) -> Result<bool> {
    if has_channel_row(app, caller, channel, permissions::READ_CHANNEL_CONTENT).await? {
        return Ok(true);
    }
    can_read_as_public(app, caller, channel).await
}

/// The caller may see that the channel exists and what it is, but perhaps not its messages.
pub async fn can_see_channel(app: &App, caller: &Caller, channel: &Channel) -> Result<bool> {
    if has_channel_row(app, caller, channel, permissions::READ_CHANNEL).await? {
        return Ok(true);
    }
    can_read_as_public(app, caller, channel).await
}

async fn can_read_as_public(app: &App, caller: &Caller, channel: &Channel) -> Result<bool> {
    if channel.type_ != ChannelType::Open {
        return Ok(false);
    }
    has_team(
        app,
        caller,
        &channel.team_id,
        permissions::READ_PUBLIC_CHANNEL,
    )
    .await
}

/// The caller is this user, or their system roles grant the permission over others.
pub async fn is_self_or(
    app: &App,
    caller: &Caller,
    user_id: &str,
    permission: Permission,
) -> Result<bool> {
    if caller.is_self(user_id) {
        return Ok(true);
    }
    has_system(app, caller, permission).await
}

pub async fn require_self_or(
    app: &App,
    caller: &Caller,
    user_id: &str,
    permission: Permission,
) -> Result<()> {
    require(
        is_self_or(app, caller, user_id, permission).await?,
        permission,
    )
}
