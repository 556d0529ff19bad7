//! Threads: their messages, and following, reading and listing them.

use contract::{
    GetPostThread, GetUserThread, GetUserThreads, Reply, SetThreadUnreadByPostId,
    StartFollowingThread, StatusOk, StopFollowingThread, UpdateThreadReadForUser,
    UpdateThreadsReadForUser,
};
use domain::posts::{self, ThreadRequest};
use domain::threads::Wanted;
use domain::{Caller, threads};
use model::{PostList, ThreadResponse, Threads};

use crate::{Api, Refused};

fn is_true(text: Option<&String>) -> bool {
    text.is_some_and(|text| text == "true")
}

impl contract::Threads for Api {
    async fn get_post_thread(
        &self,
        caller: Caller,
        req: GetPostThread,
    ) -> Result<Reply<PostList>, Refused> {
        let request = ThreadRequest {
            per_page: req.per_page,
            from_post: req.from_post.unwrap_or_default(),
            from_create_at: req.from_create_at,
            from_update_at: req.from_update_at,
            updates_only: req.updates_only.is_true(),
            direction: req.direction.unwrap_or_default(),
            skip_threads: req.skip_fetch_threads.is_true(),
            collapsed: req.collapsed_threads.is_true(),
            collapsed_extended: req.collapsed_threads_extended.is_true(),
        };
        let (list, etag) = posts::thread(self.app(), &caller, &req.post_id, &request).await?;
        Ok(Reply::from(list).etag(etag))
    }

    async fn get_user_thread(
        &self,
        caller: Caller,
        req: GetUserThread,
    ) -> Result<Reply<ThreadResponse>, Refused> {
        let extended = is_true(req.extended.as_ref());
        Ok(
            threads::one(self.app(), &caller, &req.user_id, &req.thread_id, extended)
                .await?
                .into(),
        )
    }

    async fn get_user_threads(
        &self,
        caller: Caller,
        req: GetUserThreads,
    ) -> Result<Reply<Threads>, Refused> {
        let (totals_only, threads_only) = (req.totals_only.is_true(), req.threads_only.is_true());
        let wanted = Wanted {
            user_id: req.user_id,
            team_id: req.team_id,
            since: req.since.or(0),
            before: req.before.unwrap_or_default(),
            after: req.after.unwrap_or_default(),
            with_deleted: req.deleted.is_true(),
            only_unread: is_true(req.unread.as_ref()),
            without_direct: is_true(req.exclude_direct.as_ref()),
            limit: req.per_page,
        };
        let request = threads::Request {
            wanted,
            extended: req.extended.is_true(),
            totals_only,
            threads_only,
        };
        Ok(threads::list(self.app(), &caller, &request).await?.into())
    }

    async fn set_thread_unread_by_post_id(
        &self,
        caller: Caller,
        req: SetThreadUnreadByPostId,
    ) -> Result<Reply<ThreadResponse>, Refused> {
        let (user, team) = (&req.user_id, &req.team_id);
        Ok(threads::set_unread(
            self.app(),
            &caller,
            user,
            team,
            &req.thread_id,
            &req.post_id,
        )
        .await?
        .into())
    }

    async fn start_following_thread(
        &self,
        caller: Caller,
        req: StartFollowingThread,
    ) -> Result<Reply<StatusOk>, Refused> {
        threads::follow(
            self.app(),
            &caller,
            &req.user_id,
            &req.team_id,
            &req.thread_id,
        )
        .await?;
        Ok(StatusOk::default().into())
    }

    async fn stop_following_thread(
        &self,
        caller: Caller,
        req: StopFollowingThread,
    ) -> Result<Reply<StatusOk>, Refused> {
        threads::unfollow(
            self.app(),
            &caller,
            &req.user_id,
            &req.team_id,
            &req.thread_id,
        )
        .await?;
        Ok(StatusOk::default().into())
    }

    async fn update_thread_read_for_user(
        &self,
        caller: Caller,
        req: UpdateThreadReadForUser,
    ) -> Result<Reply<ThreadResponse>, Refused> {
        let moment = req.timestamp.parse().unwrap_or_default();
        let (user, team) = (&req.user_id, &req.team_id);
        Ok(
            threads::read(self.app(), &caller, user, team, &req.thread_id, moment)
                .await?
                .into(),
        )
    }

    async fn update_threads_read_for_user(
        &self,
        caller: Caller,
        req: UpdateThreadsReadForUser,
    ) -> Result<Reply<StatusOk>, Refused> {
        threads::read_all(self.app(), &caller, &req.user_id, &req.team_id).await?;
        Ok(StatusOk::default().into())
    }
}
