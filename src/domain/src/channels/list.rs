//! Lists of channels and searches in them, as far as the caller may see.

use std::collections::BTreeMap;

use model::{Channel, ChannelSearch, ChannelType, ChannelWithTeamData};
use rustchat_core::common::{invalid_body, invalid_url};
use rustchat_core::error::Result;
use rustchat_core::{ids, permissions};
use store::channels::{AllFilter, AllSearch, Mine, Scope};

use super::{DEFAULT, add_mentions, errors};
use crate::{App, Caller, access, team_members};

/// Most answers of a search or completion.
const MOST: i64 = 50;
/// Most answers of a search of the system console without pages.
const MOST_FOR_CONSOLE: i64 = 10_000;

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

pub async fn autocomplete(
    app: &App,
    caller: &Caller,
    team_id: &str,
    term: &str,
) -> Result<Vec<Channel>> {
    let scope = match caller.user()?.roles.contains("system_guest") {
        true => Scope::Mine,
        false => Scope::PublicAndMine,
    };
    Ok(
        store::channels::autocomplete(&app.store, team_id, caller.user_id(), term, scope, MOST)
            .await?,
    )
}

/// What a search in messages may be narrowed to: the caller's channels, and people by their direct channels.
pub async fn autocomplete_for_search(
    app: &App,
    caller: &Caller,
    team_id: &str,
    term: &str,
) -> Result<Vec<Channel>> {
    let me = caller.user_id();
    let mut found =
        store::channels::autocomplete(&app.store, team_id, me, term, Scope::MineAndGroups, MOST)
            .await?;
    found.extend(store::channels::search_direct(&app.store, me, term, MOST).await?);
    found.sort_by_key(|channel| channel.display_name.to_lowercase());
    found.truncate(MOST as usize);
    Ok(found)
}

/// Public channels of a team; who may not list them searches in the own ones.
pub async fn search_team(
    app: &App,
    caller: &Caller,
    team_id: &str,
    term: &str,
) -> Result<Vec<Channel>> {
    let me = caller.user_id();
    let only_of = if access::has_team(app, caller, team_id, permissions::LIST_TEAM_CHANNELS).await?
    {
        None
    } else {
        let member = team_members::get(app, team_id, me).await?;
        if member.delete_at != 0 {
            return Err(access::refused(permissions::LIST_TEAM_CHANNELS));
        }
        Some(me)
    };
    Ok(store::channels::search_team(&app.store, team_id, term, only_of, MOST).await?)
}

pub async fn search_groups(app: &App, caller: &Caller, term: &str) -> Result<Vec<Channel>> {
    Ok(store::channels::search_groups(&app.store, caller.user_id(), term, MOST).await?)
}

async fn require_console(app: &App, caller: &Caller) -> Result<()> {
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

async fn require_policies(app: &App, caller: &Caller, asked: bool) -> Result<()> {
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

fn default_names(app: &App, asked: bool) -> Vec<String> {
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

/// Searches all teams: for the system console in everything, otherwise in what the caller may see.
pub async fn search_all(
    app: &App,
    caller: &Caller,
    search: ChannelSearch,
    console: bool,
    include_deleted: bool,
) -> Result<Found> {
    if console {
        require_console(app, caller).await?;
    }
    require_policies(app, caller, search.exclude_policy_constrained).await?;
    let page = search
        .page
        .zip(search.per_page)
        .map(|(page, size)| (page.max(0), size.clamp(1, MOST_FOR_CONSOLE)));
    let wanted = AllSearch {
        term: search.term,
        visible_to: (!console).then(|| caller.user_id().to_owned()),
        team_ids: search.team_ids.unwrap_or_default(),
        not_in_group: search.not_associated_to_group,
        group_constrained: search.group_constrained,
        without_group_constrained: search.exclude_group_constrained,
        without_retention_policy: search.exclude_policy_constrained,
        without_names: default_names(app, search.exclude_default_channels),
        public: search.public,
        private: search.private,
        deleted: search.deleted,
        include_deleted: search.include_deleted || include_deleted || !console,
        by_id: search.include_search_by_id,
        without_remote: search.exclude_remote,
    };
    let (number, size) = page.unwrap_or((0, if console { MOST_FOR_CONSOLE } else { MOST }));
    let channels =
        store::channels::search_all(&app.store, &wanted, number.saturating_mul(size), size).await?;
    let total = if page.is_some() {
        Some(store::channels::search_all_count(&app.store, &wanted).await?)
    } else {
        None
    };
    Ok(Found { channels, total })
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
