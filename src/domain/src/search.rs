//! Searching messages: what the search box means, and who and where it names. Which posts match is the store's matter.

use model::{PostList, PostSearchResults, SearchParameter};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::search::{Search, parse};
use rustchat_core::{common, ids, text};
use store::search::Scope;

use crate::app::App;
use crate::caller::Caller;
use crate::posts::metadata;

pub const DISABLED: ErrorDef = ErrorDef::new(
    "store.sql_post.search.disabled",
    501,
    "Searching is switched off.",
);
const MAX_TERMS: usize = 2_000;

/// A search, with everything it names resolved to ids.
pub struct Resolved {
    pub search: Search,
    pub scope: Scope,
}

/// Reads a search; an empty team means all teams of the caller.
pub async fn resolve(
    app: &App,
    caller: &Caller,
    team_id: &str,
    parameter: &SearchParameter,
) -> Result<Resolved> {
    let terms = parameter.terms.as_deref().unwrap_or_default();
    if terms.is_empty() {
        return Err(common::invalid_body("terms"));
    }
    let terms = text::truncated(terms, MAX_TERMS);
    let search = parse(
        terms,
        parameter.is_or_search.unwrap_or_default(),
        parameter.time_zone_offset.unwrap_or_default(),
    );
    let mut scope = Scope {
        user_id: caller.user_id().to_owned(),
        team_id: team_id.to_owned(),
        // Archived channels of all teams are searched only when asked for as well.
        with_archived: parameter.include_deleted_channels.unwrap_or_default(),
        ..Scope::default()
    };
    if !search.from.is_empty() {
        scope.from_users = Some(user_ids(app, &search.from).await?);
    }
    scope.not_from_users = user_ids(app, &search.not_from).await?;
    if !search.channels.is_empty() {
        // Channel names mean something in a team only.
        let found = if team_id.is_empty() {
            Vec::new()
        } else {
            channel_ids(app, caller, team_id, &search.channels).await?
        };
        scope.in_channels = Some(found);
    }
    if !team_id.is_empty() {
        scope.not_in_channels = channel_ids(app, caller, team_id, &search.not_channels).await?;
    }
    Ok(Resolved { search, scope })
}

/// The messages that match, newest first. There is one page.
pub async fn posts(
    app: &App,
    caller: &Caller,
    team_id: &str,
    parameter: &SearchParameter,
) -> Result<PostSearchResults> {
    if !app.config.get().service.enable_post_search {
        return Err(DISABLED.err());
    }
    let resolved = resolve(app, caller, team_id, parameter).await?;
    let mut posts = if parameter.page.unwrap_or_default() > 0 {
        Vec::new()
    } else {
        store::search::find(&app.store, &resolved.search, &resolved.scope).await?
    };
    metadata::prepare(app, Some(caller), &mut posts, metadata::Mode::Stored).await?;
    let order = posts.iter().map(|post| post.id.clone()).collect();
    let posts = posts
        .into_iter()
        .map(|post| (post.id.clone(), post))
        .collect();
    let post_list = PostList {
        order: Some(order),
        posts: Some(posts),
        ..PostList::default()
    };
    Ok(PostSearchResults {
        post_list,
        matches: None,
    })
}

async fn user_ids(app: &App, names: &[String]) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let users = store::users::by_usernames(app.store.db(), names).await?;
    Ok(users.into_iter().map(|user| user.id).collect())
}

/// Channels by name or id, direct ones by `@username`.
async fn channel_ids(
    app: &App,
    caller: &Caller,
    team_id: &str,
    names: &[String],
) -> Result<Vec<String>> {
    let (people, channels): (Vec<&String>, Vec<&String>) =
        names.iter().partition(|name| name.starts_with('@'));
    let channels: Vec<String> = channels.into_iter().cloned().collect();
    let mut out: Vec<String> = channels
        .iter()
        .filter(|name| ids::is_valid_id(name))
        .cloned()
        .collect();
    if !channels.is_empty() {
        out.extend(
            store::channels::by_names(&app.store, team_id, &channels)
                .await?
                .into_iter()
                .map(|channel| channel.id),
        );
    }
    let people: Vec<String> = people
        .iter()
        .map(|name| name.trim_start_matches('@').to_owned())
        .collect();
    let direct: Vec<String> = user_ids(app, &people)
        .await?
        .iter()
        .map(|id| text::names::direct_channel_name(caller.user_id(), id))
        .collect();
    if !direct.is_empty() {
        out.extend(
            store::channels::by_names(&app.store, "", &direct)
                .await?
                .into_iter()
                .map(|channel| channel.id),
        );
    }
    Ok(out)
}
