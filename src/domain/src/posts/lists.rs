//! Pages of a channel, with the threads they touch; pinned and saved posts.

use std::collections::BTreeMap;

use model::{Channel, Post, PostList};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::permissions;
use store::posts::{Page, Side};

use super::marks::NOT_A_MEMBER;
use super::thread_extras::{add_thread_extras, add_threads};
use super::{metadata, rows};
use crate::access;
use crate::app::App;
use crate::caller::Caller;

pub const NO_CHANNEL: ErrorDef = ErrorDef::new(
    "app.channel.get.existing.app_error",
    404,
    "There is no such channel.",
);

/// What of a channel is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelPage {
    pub channel_id: String,
    pub page: i64,
    pub per_page: i64,
    pub since: i64,
    pub before: String,
    pub after: String,
    pub skip_threads: bool,
    pub collapsed: bool,
    pub collapsed_extended: bool,
    pub with_deleted: bool,
}

/// A tag that changes with every change of the channel's posts as this reader gets them.
pub async fn etag_of_channel(app: &App, channel_id: &str, collapsed: bool) -> Result<String> {
    let changed = store::posts::last_change(&app.store, channel_id).await?;
    Ok(format!(
        "{}.{channel_id}.{changed}.{collapsed}",
        config::COMPATIBLE_VERSION
    ))
}

/// The channel, if the caller may read these posts of it.
pub async fn readable_channel(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    with_deleted: bool,
) -> Result<std::sync::Arc<Channel>> {
    let channel = rows::channel(app, channel_id)
        .await?
        .ok_or_else(|| NO_CHANNEL.err())?;
    if !access::can_read_channel(app, caller, &channel).await? {
        return Err(access::refused(permissions::READ_CHANNEL_CONTENT));
    }
    if with_deleted {
        access::require_channel(app, caller, channel_id, permissions::READ_DELETED_POSTS).await?;
    }
    Ok(channel)
}

/// A page of posts with everything clients show beside them.
pub async fn channel_page(app: &App, caller: &Caller, wanted: &ChannelPage) -> Result<PostList> {
    let list = if wanted.since > 0 {
        let posts = store::posts::since(
            &app.store,
            &wanted.channel_id,
            wanted.since,
            wanted.collapsed,
        )
        .await?;
        Listing {
            next: String::new(),
            previous: String::new(),
            posts,
        }
    } else {
        cut(app, wanted).await?
    };
    finish(app, caller, list, wanted).await
}

struct Listing {
    posts: Vec<Post>,
    next: String,
    previous: String,
}

fn page_of(wanted: &ChannelPage) -> Page<'_> {
    let side = match (wanted.after.as_str(), wanted.before.as_str()) {
        ("", "") => Side::Newest,
        ("", before) => Side::Before(before),
        (after, _) => Side::After(after),
    };
    Page {
        channel_id: &wanted.channel_id,
        side,
        offset: wanted.page.saturating_mul(wanted.per_page),
        limit: wanted.per_page,
        only_roots: wanted.collapsed,
        with_deleted: wanted.with_deleted,
    }
}

/// One page, and the ids of its neighbours.
async fn cut(app: &App, wanted: &ChannelPage) -> Result<Listing> {
    let page = page_of(wanted);
    let posts = store::posts::page(&app.store, &page).await?;
    let (next, previous) = match (posts.first(), posts.last()) {
        (Some(first), Some(last)) => {
            let next = match (page.side, wanted.page) {
                (Side::Newest, 0) => String::new(),
                _ => beside(app, &page, Side::After(&first.id)).await?,
            };
            let last_page = page.side == Side::Newest && (posts.len() as i64) < wanted.per_page;
            let previous = if last_page {
                String::new()
            } else {
                beside(app, &page, Side::Before(&last.id)).await?
            };
            (next, previous)
        }
        _ => match page.side {
            Side::After(id) => (String::new(), id.to_owned()),
            Side::Before(id) => (id.to_owned(), String::new()),
            Side::Newest => (String::new(), String::new()),
        },
    };
    Ok(Listing {
        posts,
        next,
        previous,
    })
}

async fn beside(app: &App, page: &Page<'_>, side: Side<'_>) -> Result<String> {
    Ok(store::posts::neighbour(&app.store, &Page { side, ..*page }).await?)
}

/// The posts around the first one a person has not read; the newest ones when all are read.
pub async fn around_unread(
    app: &App,
    caller: &Caller,
    user_id: &str,
    wanted: &ChannelPage,
    limit_before: i64,
    limit_after: i64,
) -> Result<PostList> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    readable_channel(app, caller, &wanted.channel_id, false).await?;
    let viewed = store::posts::last_viewed(&app.store, &wanted.channel_id, user_id)
        .await?
        .ok_or_else(|| NOT_A_MEMBER.err())?;
    let first =
        store::posts::after_time(&app.store, &wanted.channel_id, viewed, wanted.collapsed).await?;
    if first.is_empty() {
        let newest = ChannelPage {
            page: 0,
            per_page: limit_before,
            ..wanted.clone()
        };
        return channel_page(app, caller, &newest).await;
    }
    let base = ChannelPage {
        page: 0,
        ..wanted.clone()
    };
    let side = |limit: i64, side| Page {
        side,
        limit,
        offset: 0,
        ..page_of(&base)
    };
    let older = store::posts::page(&app.store, &side(limit_before, Side::Before(&first))).await?;
    let newer = match limit_after - 1 {
        left if left > 0 => {
            store::posts::page(&app.store, &side(left, Side::After(&first))).await?
        }
        _ => Vec::new(),
    };
    let middle = store::posts::get(&app.store, &first).await?;
    let posts: Vec<Post> = newer.into_iter().chain(middle).chain(older).collect();
    let (Some(newest), Some(oldest)) = (posts.first(), posts.last()) else {
        return Ok(PostList::default());
    };
    let page = page_of(&base);
    let next = beside(app, &page, Side::After(&newest.id)).await?;
    let previous = beside(app, &page, Side::Before(&oldest.id)).await?;
    let mut list = finish(
        app,
        caller,
        Listing {
            posts,
            next,
            previous,
        },
        wanted,
    )
    .await?;
    list.has_next = Some(false);
    Ok(list)
}

/// Adds what the posts' threads bring along, and prepares everything for the reader.
async fn finish(
    app: &App,
    caller: &Caller,
    list: Listing,
    wanted: &ChannelPage,
) -> Result<PostList> {
    let order: Vec<String> = list.posts.iter().map(|post| post.id.clone()).collect();
    let mut posts = list.posts;
    if wanted.collapsed {
        add_thread_extras(app, caller, &mut posts, wanted.collapsed_extended).await?;
    } else {
        add_threads(app, &mut posts, wanted.skip_threads).await?;
    }
    metadata::prepare(app, Some(caller), &mut posts, metadata::Mode::Stored).await?;
    Ok(PostList {
        order: Some(order),
        posts: Some(by_id(posts)),
        next_post_id: list.next,
        prev_post_id: list.previous,
        ..PostList::default()
    })
}

pub(super) fn by_id(posts: Vec<Post>) -> BTreeMap<String, Post> {
    posts
        .into_iter()
        .map(|post| (post.id.clone(), post))
        .collect()
}
