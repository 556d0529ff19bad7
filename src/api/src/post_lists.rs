//! Lists of messages: pages of a channel, around the first unread one, pinned and saved ones.

use contract::{
    GetFlaggedPostsForUser, GetPinnedPosts, GetPostsAroundLastUnread, GetPostsForChannel, Reply,
};
use domain::posts::{self, ChannelPage};
use domain::{Caller, posts::lists};
use model::PostList;
use rustchat_core::common;

use crate::{Api, Refused};

/// How many posts stand before and after the first unread one, unless asked otherwise.
const AROUND: i64 = 60;
const MAX_AROUND: i64 = 200;

fn is_true(text: Option<&String>) -> bool {
    text.is_some_and(|text| text == "true")
}

impl contract::PostLists for Api {
    async fn get_flagged_posts_for_user(
        &self,
        caller: Caller,
        req: GetFlaggedPostsForUser,
    ) -> Result<Reply<PostList>, Refused> {
        let channel = req.channel_id.unwrap_or_default();
        let team = req.team_id.unwrap_or_default();
        let page = (req.page, req.per_page);
        Ok(
            posts::flagged(self.app(), &caller, &req.user_id, &channel, &team, page)
                .await?
                .into(),
        )
    }

    async fn get_pinned_posts(
        &self,
        caller: Caller,
        req: GetPinnedPosts,
    ) -> Result<Reply<PostList>, Refused> {
        let list = posts::pinned(self.app(), &caller, &req.channel_id).await?;
        let etag = posts::etag_of_channel(self.app(), &req.channel_id, false).await?;
        Ok(Reply::from(list).etag(etag))
    }

    async fn get_posts_around_last_unread(
        &self,
        caller: Caller,
        req: GetPostsAroundLastUnread,
    ) -> Result<Reply<PostList>, Refused> {
        let before = req.limit_before.or(AROUND).clamp(0, MAX_AROUND);
        let after = match req.limit_after.given() {
            Ok(Some(0)) => return Err(common::invalid_url("limit_after").into()),
            _ => req.limit_after.or(AROUND).clamp(1, MAX_AROUND),
        };
        let wanted = ChannelPage {
            channel_id: req.channel_id,
            skip_threads: req.skip_fetch_threads.is_true(),
            collapsed: req.collapsed_threads.is_true(),
            collapsed_extended: req.collapsed_threads_extended.is_true(),
            ..ChannelPage::default()
        };
        Ok(
            posts::around_unread(self.app(), &caller, &req.user_id, &wanted, before, after)
                .await?
                .into(),
        )
    }

    async fn get_posts_for_channel(
        &self,
        caller: Caller,
        req: GetPostsForChannel,
    ) -> Result<Reply<PostList>, Refused> {
        let bad = |name| common::invalid_body(name);
        let since = match req.since.given() {
            Ok(since) => since.unwrap_or_default(),
            Err(_) => return Err(bad("since").into()),
        };
        let wanted = ChannelPage {
            page: req.page,
            per_page: req.per_page,
            since,
            before: req.before.unwrap_or_default(),
            after: req.after.unwrap_or_default(),
            skip_threads: is_true(req.skip_fetch_threads.as_ref()),
            collapsed: is_true(req.collapsed_threads.as_ref()),
            collapsed_extended: is_true(req.collapsed_threads_extended.as_ref()),
            with_deleted: req.include_deleted.is_true(),
            channel_id: req.channel_id,
        };
        for (name, id) in [("before", &wanted.before), ("after", &wanted.after)] {
            if !id.is_empty() && !rustchat_core::ids::is_valid_id(id) {
                return Err(bad(name).into());
            }
        }
        lists::readable_channel(self.app(), &caller, &wanted.channel_id, wanted.with_deleted)
            .await?;
        let etag = posts::etag_of_channel(self.app(), &wanted.channel_id, wanted.collapsed).await?;
        let list = posts::channel_page(self.app(), &caller, &wanted).await?;
        let reply = Reply::from(list);
        Ok(if since > 0 { reply } else { reply.etag(etag) })
    }
}
