//! Searching messages: what the search box means, and who and where it names. Which posts match is the store's matter.

use std::collections::HashMap;

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
        scope.in_channels = Some(channel_ids(app, caller, team_id, &search.channels).await?);
    }
    scope.not_in_channels = channel_ids(app, caller, team_id, &search.not_channels).await?;
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

/// Channels by name or id, direct ones by `@username`, those of a group by `@one,two,three`. Names of a team's channels mean
/// something in that team only, the others to their members.
async fn channel_ids(
    app: &App,
    caller: &Caller,
    team_id: &str,
    names: &[String],
) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let (people, channels): (Vec<&str>, Vec<&str>) = names
        .iter()
        .map(String::as_str)
        .partition(|name| name.starts_with('@'));
    let channels: Vec<String> = channels.into_iter().map(str::to_owned).collect();
    let mut out: Vec<String> = channels
        .iter()
        .filter(|name| ids::is_valid_id(name))
        .cloned()
        .collect();
    if !team_id.is_empty() && !channels.is_empty() {
        let found = store::channels::by_names(&app.store, team_id, &channels).await?;
        out.extend(found.into_iter().map(|channel| channel.id));
    }
    let mut private = channels;
    private.extend(names_between(app, caller.user_id(), &people).await?);
    if !private.is_empty() {
        let mine = store::memberships::channels_of(&app.store, caller.user_id()).await?;
        let found = store::channels::by_names(&app.store, "", &private).await?;
        let found = found.into_iter().map(|channel| channel.id);
        out.extend(found.filter(|id| mine.contains_key(id)));
    }
    Ok(out)
}

/// What the channels between somebody and those listed are called, one for each list of usernames.
async fn names_between(app: &App, user_id: &str, lists: &[&str]) -> Result<Vec<String>> {
    let lists: Vec<Vec<String>> = lists.iter().map(|list| usernames(list)).collect();
    let names: Vec<String> = lists.concat();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let known: HashMap<String, String> = store::users::by_usernames(app.store.db(), &names)
        .await?
        .into_iter()
        .map(|user| (user.username, user.id))
        .collect();
    Ok(lists
        .iter()
        .filter_map(|list| {
            let named: Option<Vec<String>> =
                list.iter().map(|name| known.get(name).cloned()).collect();
            name_between(user_id, named?)
        })
        .collect())
}

fn usernames(list: &str) -> Vec<String> {
    list.split(',')
        .map(|name| name.trim_start_matches('@'))
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The name of the channel of somebody with others; they may be named themselves among them, as clients do for groups.
fn name_between(user_id: &str, mut named: Vec<String>) -> Option<String> {
    if let [other] = named.as_slice() {
        return Some(text::names::direct_channel_name(user_id, other));
    }
    named.push(user_id.to_owned());
    named.sort_unstable();
    named.dedup();
    match named.as_slice() {
        [one, other] => Some(text::names::direct_channel_name(one, other)),
        [_, _, _, ..] => Some(text::names::group_channel_name(&named)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustchat_core::text::names::{direct_channel_name, group_channel_name};

    fn between(named: &[&str]) -> Option<String> {
        name_between("b", named.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn lists_of_names() {
        assert_eq!(usernames("@admin,bob,@carol,"), ["admin", "bob", "carol"]);
        assert_eq!(usernames("@,"), Vec::<String>::new());
    }

    #[test]
    fn channels_between_people() {
        let group = group_channel_name(&["a".into(), "b".into(), "c".into()]);
        assert_eq!(between(&["c", "a"]), Some(group.clone()));
        assert_eq!(between(&["c", "b", "a"]), Some(group));
        assert_eq!(between(&["a"]), Some(direct_channel_name("b", "a")));
        assert_eq!(between(&["a", "b"]), Some(direct_channel_name("b", "a")));
        assert_eq!(between(&[]), None);
    }
}
