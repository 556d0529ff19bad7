//! The sidebar: how a person sorts the channels of a team. Built-in categories keep their names and stay.

use std::collections::HashSet;

use model::{
    OrderedSidebarCategories, SidebarCategory, SidebarCategoryType, SidebarCategoryWithChannels,
};
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, ids, permissions};

use crate::{App, Caller, access, channel_members};

const BUILT_IN: ErrorDef = ErrorDef::new(
    "app.channel.sidebar_categories.app_error",
    400,
    "Built-in categories cannot be removed.",
);
const BAD_ORDER: ErrorDef = ErrorDef::new(
    "app.channel.sidebar_categories.app_error",
    500,
    "An order names every category once.",
);

/// Most channels that one category may name.
const MOST: usize = 2_000;
/// Most channels that all categories of a request may name.
const MOST_OF_ALL: usize = 10_000;
/// Longest word for how a category is sorted, which is the client's.
const LONGEST_SORTING: usize = 64;

fn check_sorting(asked: &SidebarCategory) -> Result<()> {
    if asked.sorting.as_str().chars().count() > LONGEST_SORTING {
        return Err(invalid_body("sorting"));
    }
    Ok(())
}

/// Each category once, so that a request is no longer than a sidebar.
fn check_wishes(wishes: &[SidebarCategoryWithChannels]) -> Result<()> {
    let mut seen = HashSet::new();
    let mut channels = 0;
    for wish in wishes {
        if !seen.insert(wish.sidebar_category.id.as_str()) {
            return Err(invalid_body("category"));
        }
        channels += wish.channel_ids.as_ref().map_or(0, Vec::len);
    }
    if channels > MOST_OF_ALL {
        return Err(invalid_body("channel_ids"));
    }
    Ok(())
}

async fn all(app: &App, user_id: &str, team_id: &str) -> Result<Vec<SidebarCategoryWithChannels>> {
    let found = store::categories::list(&app.store, user_id, team_id).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    store::categories::insert_defaults(&app.store, team_id, user_id).await?;
    Ok(store::categories::list(&app.store, user_id, team_id).await?)
}

async fn require_team(app: &App, caller: &Caller, team_id: &str) -> Result<()> {
    access::require_team(app, caller, team_id, permissions::VIEW_TEAM).await
}

/// A category that is not the person's answers like one that does not exist.
async fn require_own(app: &App, user_id: &str, team_id: &str, id: &str) -> Result<()> {
    match store::categories::owner(&app.store, id).await? {
        Some((user, team)) if user == user_id && team == team_id => Ok(()),
        _ => Err(access::refused(permissions::EDIT_OTHER_USERS)),
    }
}

pub async fn list(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
) -> Result<OrderedSidebarCategories> {
    require_team(app, caller, team_id).await?;
    let categories = all(app, user_id, team_id).await?;
    let order = categories
        .iter()
        .map(|category| category.sidebar_category.id.clone())
        .collect();
    Ok(OrderedSidebarCategories {
        categories: Some(categories),
        order: Some(order),
    })
}

pub async fn order(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
) -> Result<Vec<String>> {
    Ok(list(app, caller, user_id, team_id)
        .await?
        .order
        .unwrap_or_default())
}

pub async fn get(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    id: &str,
) -> Result<SidebarCategoryWithChannels> {
    require_team(app, caller, team_id).await?;
    require_own(app, user_id, team_id, id).await?;
    find(all(app, user_id, team_id).await?, id)
}

fn find(
    categories: Vec<SidebarCategoryWithChannels>,
    id: &str,
) -> Result<SidebarCategoryWithChannels> {
    let found = categories
        .into_iter()
        .find(|category| category.sidebar_category.id == id);
    found.ok_or_else(|| access::refused(permissions::EDIT_OTHER_USERS))
}

/// Channels the person is not in are dropped, and every channel counts once.
async fn own_channels(app: &App, user_id: &str, asked: Option<Vec<String>>) -> Result<Vec<String>> {
    let asked = asked.unwrap_or_default();
    if asked.len() > MOST {
        return Err(invalid_body("channel_ids"));
    }
    let mine = store::memberships::channels_of(&app.store, user_id).await?;
    let mut out: Vec<String> = Vec::with_capacity(asked.len());
    for id in asked {
        if mine.contains_key(&id) && !out.contains(&id) {
            out.push(id);
        }
    }
    Ok(out)
}

/// Adds a category below the first; it takes its channels out of the others.
pub async fn create(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    wish: SidebarCategoryWithChannels,
) -> Result<SidebarCategoryWithChannels> {
    require_team(app, caller, team_id).await?;
    let asked = wish.sidebar_category;
    if asked.user_id != user_id || asked.team_id != team_id {
        return Err(invalid_body("category"));
    }
    if asked.display_name.chars().count() > 64 {
        return Err(invalid_body("display_name"));
    }
    check_sorting(&asked)?;
    all(app, user_id, team_id).await?;
    let category = SidebarCategoryWithChannels {
        sidebar_category: SidebarCategory {
            id: ids::new_id(),
            type_: SidebarCategoryType::Custom,
            sort_order: 10,
            collapsed: false,
            ..asked
        },
        channel_ids: Some(own_channels(app, user_id, wish.channel_ids).await?),
    };
    store::categories::create(&app.store, &category).await?;
    let event = event("sidebar_category_created", user_id, team_id);
    app.hub
        .publish(event.with("category_id", category.sidebar_category.id.as_str()));
    Ok(category)
}

fn event(name: &'static str, user_id: &str, team_id: &str) -> Event {
    Event::new(name).user(user_id).team(team_id)
}

/// Changes one category.
pub async fn update_one(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    id: &str,
    mut wish: SidebarCategoryWithChannels,
) -> Result<SidebarCategoryWithChannels> {
    require_team(app, caller, team_id).await?;
    require_own(app, user_id, team_id, id).await?;
    if wish.sidebar_category.user_id != user_id || wish.sidebar_category.team_id != team_id {
        return Err(invalid_body("category"));
    }
    wish.sidebar_category.id = id.to_owned();
    let mut updated = change(app, user_id, team_id, vec![wish]).await?;
    updated
        .pop()
        .ok_or_else(|| access::refused(permissions::EDIT_OTHER_USERS))
}

/// Changes several categories at once.
pub async fn update_many(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    wishes: Vec<SidebarCategoryWithChannels>,
) -> Result<Vec<SidebarCategoryWithChannels>> {
    require_team(app, caller, team_id).await?;
    check_wishes(&wishes)?;
    let own = all(app, user_id, team_id).await?;
    let own: HashSet<&str> = own
        .iter()
        .map(|category| category.sidebar_category.id.as_str())
        .collect();
    for wish in &wishes {
        let asked = &wish.sidebar_category;
        let known = own.contains(asked.id.as_str());
        if !known || asked.user_id != user_id || asked.team_id != team_id {
            return Err(invalid_body("category"));
        }
    }
    change(app, user_id, team_id, wishes).await
}

async fn change(
    app: &App,
    user_id: &str,
    team_id: &str,
    wishes: Vec<SidebarCategoryWithChannels>,
) -> Result<Vec<SidebarCategoryWithChannels>> {
    let before = all(app, user_id, team_id).await?;
    let mut updated = Vec::with_capacity(wishes.len());
    let (mut muted, mut unmuted, mut favorites) = (Vec::new(), Vec::new(), None);
    for wish in wishes {
        let syncs = wish.sidebar_category.type_ == SidebarCategoryType::Favorites;
        let Some(old) = before
            .iter()
            .find(|category| category.sidebar_category.id == wish.sidebar_category.id)
        else {
            continue;
        };
        let new = merged(app, user_id, old, wish).await?;
        let channels = new.channel_ids.clone().unwrap_or_default();
        match (old.sidebar_category.muted, new.sidebar_category.muted) {
            (_, true) => muted.extend(channels.clone()),
            (true, false) => unmuted.extend(channels.clone()),
            (false, false) => {}
        }
        if syncs && new.sidebar_category.type_ == SidebarCategoryType::Favorites {
            favorites = Some((old.channel_ids.clone().unwrap_or_default(), channels));
        }
        updated.push(new);
    }
    store::categories::update(&app.store, &updated).await?;
    mute(app, user_id, &muted, true).await?;
    mute(app, user_id, &unmuted, false).await?;
    if let Some((old, new)) = favorites {
        store::categories::sync_favorites(&app.store, user_id, &old, &new).await?;
    }
    app.hub.publish(
        event("sidebar_category_updated", user_id, team_id)
            .with_json("updatedCategories", &updated),
    );
    Ok(updated)
}

/// What a request may change of a category: built-in ones keep their name, direct messages are never muted.
async fn merged(
    app: &App,
    user_id: &str,
    old: &SidebarCategoryWithChannels,
    wish: SidebarCategoryWithChannels,
) -> Result<SidebarCategoryWithChannels> {
    let asked = wish.sidebar_category;
    check_sorting(&asked)?;
    let mut new = old.clone();
    let own = &mut new.sidebar_category;
    if own.type_ == SidebarCategoryType::Custom {
        if asked.display_name.chars().count() > 64 {
            return Err(invalid_body("display_name"));
        }
        own.display_name = asked.display_name;
    }
    if own.type_ != SidebarCategoryType::DirectMessages {
        own.muted = asked.muted;
    }
    own.sorting = asked.sorting;
    own.collapsed = asked.collapsed;
    new.channel_ids = Some(own_channels(app, user_id, wish.channel_ids).await?);
    Ok(new)
}

pub(crate) async fn mute(
    app: &App,
    user_id: &str,
    channel_ids: &[String],
    muted: bool,
) -> Result<()> {
    let changed =
        store::channel_members::set_muted(&app.store, user_id, channel_ids, muted, clock::now_ms())
            .await?;
    for member in store::channel_members::in_channels(&app.store, user_id, &changed).await? {
        channel_members::tell(app, &member);
    }
    Ok(())
}

/// Puts the categories into an order that names every one of them.
pub async fn reorder(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    order: Vec<String>,
) -> Result<Vec<String>> {
    require_team(app, caller, team_id).await?;
    let own = all(app, user_id, team_id).await?;
    if order.iter().any(|id| {
        !own.iter()
            .any(|category| category.sidebar_category.id == *id)
    }) {
        return Err(invalid_body("category"));
    }
    if !store::categories::reorder(&app.store, user_id, team_id, &order).await? {
        return Err(BAD_ORDER.err());
    }
    app.hub.publish(
        event("sidebar_category_order_updated", user_id, team_id).with("order", order.clone()),
    );
    Ok(order)
}

/// Removes a category of the person's own; its channels fall back into the built-in ones.
pub async fn delete(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    id: &str,
) -> Result<()> {
    require_team(app, caller, team_id).await?;
    require_own(app, user_id, team_id, id).await?;
    let category = find(all(app, user_id, team_id).await?, id)?;
    if category.sidebar_category.type_ != SidebarCategoryType::Custom {
        return Err(BUILT_IN.err());
    }
    store::categories::delete(&app.store, user_id, team_id, id).await?;
    app.hub
        .publish(event("sidebar_category_deleted", user_id, team_id).with("category_id", id));
    Ok(())
}

/// Tells a person what the favourites of a team are now.
pub(crate) async fn tell_favorites(app: &App, user_id: &str, team_id: &str) -> Result<()> {
    let favorites: Vec<SidebarCategoryWithChannels> = all(app, user_id, team_id)
        .await?
        .into_iter()
        .filter(|category| category.sidebar_category.type_ == SidebarCategoryType::Favorites)
        .collect();
    app.hub.publish(
        event("sidebar_category_updated", user_id, team_id)
            .with_json("updatedCategories", &favorites),
    );
    Ok(())
}
