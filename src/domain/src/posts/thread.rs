//! The messages of one thread, whole or in pages.

use model::{Post, PostList};
use rustchat_core::common;
use rustchat_core::error::Result;
use store::posts::{ThreadFrom, ThreadQuery};

use super::lists::by_id;
use super::thread_extras::add_thread_extras;
use super::{NOT_FOUND, metadata, read};
use crate::access;
use crate::app::App;
use crate::caller::Caller;

const MAX_PER_PAGE: i64 = 200;

/// The parameters as sent: numbers are checked here, because a wrong one is refused and not ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadRequest {
    pub per_page: Option<String>,
    pub from_post: String,
    pub from_create_at: Option<String>,
    pub from_update_at: Option<String>,
    pub updates_only: bool,
    pub direction: String,
    pub skip_threads: bool,
    pub collapsed: bool,
    pub collapsed_extended: bool,
}

impl ThreadRequest {
    fn number(text: Option<&String>, name: &str) -> Result<i64> {
        match text.map(String::as_str) {
            None | Some("") => Ok(0),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number| *number >= 0)
                .ok_or_else(|| common::invalid_body(name)),
        }
    }

    fn check(&self) -> Result<(i64, ThreadFrom<'_>, bool)> {
        let per_page = Self::number(self.per_page.as_ref(), "perPage")?;
        if per_page > MAX_PER_PAGE {
            return Err(common::invalid_body("perPage"));
        }
        let created = Self::number(self.from_create_at.as_ref(), "fromCreateAt")?;
        let updated = Self::number(self.from_update_at.as_ref(), "fromUpdateAt")?;
        if !self.from_post.is_empty() && created == 0 && updated == 0 {
            return Err(common::invalid_body(
                "if fromPost is set, then either fromCreateAt or fromUpdateAt",
            ));
        }
        if created != 0 && updated != 0 {
            return Err(common::invalid_body("fromUpdateAt beside fromCreateAt"));
        }
        if self.updates_only && updated == 0 {
            return Err(common::invalid_body("fromUpdateAt"));
        }
        let upwards = match self.direction.as_str() {
            "" | "down" => false,
            "up" if self.updates_only => {
                return Err(common::invalid_body("updatesOnly flag with direction up"));
            }
            "up" => true,
            _ => return Err(common::invalid_body("direction")),
        };
        let from = match (created, updated) {
            (0, 0) => ThreadFrom::End,
            (0, updated) => ThreadFrom::Updated(updated, &self.from_post),
            (created, _) => ThreadFrom::Created(created, &self.from_post),
        };
        Ok((per_page, from, upwards))
    }
}

/// The thread of a post the caller may read, with the tag of its state.
pub async fn thread(
    app: &App,
    caller: &Caller,
    id: &str,
    request: &ThreadRequest,
) -> Result<(PostList, String)> {
    let (per_page, from, upwards) = request.check()?;
    let asked = store::posts::get(&app.store, id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())?;
    if !read::may_read(app, caller, &asked).await? {
        return Err(access::refused(
            rustchat_core::permissions::READ_CHANNEL_CONTENT,
        ));
    }
    let root = if asked.root_id.is_empty() {
        asked.id.clone()
    } else {
        asked.root_id.clone()
    };
    let (mut posts, more) = if request.skip_threads && !request.collapsed {
        (Vec::new(), None)
    } else {
        let query = ThreadQuery {
            root_id: if request.collapsed { &asked.id } else { &root },
            with_root: !request.collapsed,
            from,
            upwards,
            limit: per_page,
            counted: !request.collapsed,
        };
        let (posts, more) = store::posts::thread(&app.store, &query).await?;
        (posts, Some(more))
    };
    posts.retain(|post| post.id != asked.id);
    posts.insert(0, asked);
    if request.collapsed {
        for post in &mut posts {
            post.reply_count = 0;
        }
        let asked = posts.get_mut(..1).unwrap_or_default();
        add_thread_extras(app, caller, asked, request.collapsed_extended).await?;
    }
    let etag = etag(&posts, request.collapsed);
    metadata::prepare(app, Some(caller), &mut posts, metadata::Mode::Stored).await?;
    let order = posts.iter().map(|post| post.id.clone()).collect();
    let list = PostList {
        order: Some(order),
        posts: Some(by_id(posts)),
        has_next: more,
        ..PostList::default()
    };
    Ok((list, etag))
}

fn etag(posts: &[Post], collapsed: bool) -> String {
    let latest = posts.iter().max_by_key(|post| post.update_at);
    let (id, at) = latest.map_or(("", 0), |post| (post.id.as_str(), post.update_at));
    format!(
        "{}.{id}.{at}.{}.{collapsed}",
        config::COMPATIBLE_VERSION,
        posts.len()
    )
}
