//! Searching channels, and completing their names while somebody types.

use model::{Channel, ChannelSearch};
use rustchat_core::error::Result;
use rustchat_core::permissions;
use store::channels::{AllSearch, Scope};

use super::list::{Found, default_names, require_console, require_policies};
use crate::{App, Caller, access, team_members};

/// Most answers of a search or completion.
const MOST: i64 = 50;
/// Most answers of a search of the system console without pages.
const MOST_FOR_CONSOLE: i64 = 10_000;

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
