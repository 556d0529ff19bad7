//! Lists of channels, as far as the caller may see. Searching in them is `search`.

use std::collections::BTreeMap;

use model::{Channel, ChannelType, ChannelWithTeamData};
use rustchat_core::common::{invalid_body, invalid_url};
use rustchat_core::error::Result;
use rustchat_core::{ids, permissions};
use store::channels::{AllFilter, Mine};

use super::{DEFAULT, add_mentions, errors};
use crate::{App, Caller, access};

/// Channels with their teams, and the number of all that match if that was asked for.
#[derive(Debug)]
pub struct Found {
    pub channels: Vec<ChannelWithTeamData>,
    pub total: Option<i64>,
}

async fn shown(app: &App, mut channels: Vec<Channel>) -> Result<Vec<Channel>> {
    add_mentions(app, &mut channels).await?;
    Ok(channels)
}

pub async fn public_of_team(
    app: &App,
    team_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Channel>> {
    shown(
        app,
        store::channels::public_for_team(&app.store, team_id, offset, limit).await?,
    )
    .await
}

pub async fn private_of_team(
    app: &App,
    team_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Channel>> {
    shown(
        app,
        store::channels::private_for_team(&app.store, team_id, offset, limit).await?,
    )
    .await
}

pub async fn deleted_of_team(
    app: &App,
    caller: &Caller,
    team_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Channel>> {
    access::require_team(app, caller, team_id, permissions::LIST_TEAM_CHANNELS).await?;
    let all = access::has_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    shown(
        app,
        store::channels::deleted_for_team(
            &app.store,
            team_id,
            caller.user_id(),
            all,
            offset,
            limit,
        )
        .await?,
    )
    .await
}

/// Those of `wanted` that are public channels of the team.
pub async fn public_by_ids(
    app: &App,
    caller: &Caller,
    team_id: &str,
    wanted: &[String],
) -> Result<Vec<Channel>> {
    if wanted.is_empty() || !wanted.iter().all(|id| ids::is_valid_id(id)) {
        return Err(invalid_body("channel_ids"));
    }
    access::require_team(app, caller, team_id, permissions::VIEW_TEAM).await?;
    let found = store::channels::public_by_ids(&app.store, team_id, wanted).await?;
    if found.is_empty() {
        return Err(errors::NONE_OF_IDS.err());
    }
    shown(app, found).await
}

/// A person's channels of a team, with direct and group channels.
pub async fn mine_in_team(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    include_deleted: bool,
    last_delete_at: i64,
) -> Result<Vec<Channel>> {
    access::require_team(app, caller, team_id, permissions::VIEW_TEAM).await?;
    list_mine(
        app,
        user_id,
        Mine {
            team_id: Some(team_id),
            include_deleted,
            last_delete_at,
        },
    )
    .await
}

/// A person's channels of all teams; 404 if there are none.
pub async fn mine(
    app: &App,
    user_id: &str,
    include_deleted: bool,
    last_delete_at: i64,
) -> Result<Vec<Channel>> {
    let found = list_mine(
        app,
        user_id,
        Mine {
            team_id: None,
            include_deleted,
            last_delete_at,
        },
    )
    .await?;
    if found.is_empty() {
        Err(errors::NO_CHANNELS.err())
    } else {
        Ok(found)
    }
}

async fn list_mine(app: &App, user_id: &str, which: Mine<'_>) -> Result<Vec<Channel>> {
    if which.last_delete_at < 0 {
        return Err(invalid_url("last_delete_at"));
    }
    shown(
        app,
        store::channels::for_user(&app.store, user_id, which).await?,
    )
    .await
}

pub(super) async fn require_console(app: &App, caller: &Caller) -> Result<()> {
    for permission in [
        permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_GROUPS,
        permissions::SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS,
    ] {
        if access::has_system(app, caller, permission).await? {
            return Ok(());
        }
    }
    Err(access::refused(
        permissions::SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS,
    ))
}

pub(super) async fn require_policies(app: &App, caller: &Caller, asked: bool) -> Result<()> {
    if asked {
        access::require_system(
            app,
            caller,
            permissions::SYSCONSOLE_READ_COMPLIANCE_DATA_RETENTION_POLICY,
        )
        .await?;
    }
    Ok(())
}

pub(super) fn default_names(app: &App, asked: bool) -> Vec<String> {
    if !asked {
        return Vec::new();
    }
    let mut names = vec![DEFAULT.to_owned(), "off-topic".to_owned()];
    names.extend(
        app.config
            .get()
            .team
            .experimental_default_channels
            .iter()
            .cloned(),
    );
    names
}

/// What the list of every channel is asked for.
#[derive(Clone, Debug, Default)]
pub struct AllQuery {
    pub not_in_group: String,
    pub without_default: bool,
    pub without_policy: bool,
    pub include_deleted: bool,
    pub total: bool,
    pub offset: i64,
    pub limit: i64,
}

pub async fn all(app: &App, caller: &Caller, query: &AllQuery) -> Result<Found> {
    require_console(app, caller).await?;
    require_policies(app, caller, query.without_policy).await?;
    let filter = AllFilter {
        include_deleted: query.include_deleted,
        not_in_group: query.not_in_group.clone(),
        without_names: default_names(app, query.without_default),
        without_retention_policy: query.without_policy,
    };
    let channels = store::channels::all(&app.store, &filter, query.offset, query.limit).await?;
    let total = if query.total {
        Some(store::channels::all_count(&app.store, &filter).await?)
    } else {
        None
    };
    Ok(Found { channels, total })
}

/// How many active members channels have, which the caller has to be allowed to know of all of them.
pub async fn member_counts(
    app: &App,
    caller: &Caller,
    channel_ids: &[String],
) -> Result<BTreeMap<String, i64>> {
    let channels = store::channels::by_ids(&app.store, channel_ids).await?;
    if channel_ids
        .iter()
        .any(|id| !channels.iter().any(|channel| channel.id == *id))
    {
        return Err(errors::NOT_FOUND.err());
    }
    for channel in &channels {
        let allowed = match channel.type_ {
            ChannelType::Open => {
                access::has_team(
                    app,
                    caller,
                    &channel.team_id,
                    permissions::LIST_TEAM_CHANNELS,
                )
                .await?
            }
            _ => false,
        };
        if !allowed
            && !access::has_channel_row(app, caller, channel, permissions::READ_CHANNEL).await?
        {
            return Err(access::refused(permissions::READ_CHANNEL));
        }
    }
    let mut counts: BTreeMap<String, i64> = channel_ids.iter().map(|id| (id.clone(), 0)).collect();
    counts.extend(store::channel_members::counts_of(&app.store, channel_ids).await?);
    Ok(counts)
}
