//! What people do with a message: pin it, read from it again, be reminded of it.

use contract::{
    BurnPost, PinPost, Reply, RevealPost, SetPostReminder, SetPostUnread, StatusOk, UnpinPost,
};
use domain::{Caller, posts};
use model::{ChannelUnreadAt, Post};

use crate::{Api, Refused};

impl contract::PostMarks for Api {
    async fn burn_post(&self, caller: Caller, req: BurnPost) -> Result<Reply<StatusOk>, Refused> {
        posts::burn(self.app(), &caller, &req.post_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn pin_post(&self, caller: Caller, req: PinPost) -> Result<Reply<StatusOk>, Refused> {
        posts::set_pinned(self.app(), &caller, &req.post_id, true).await?;
        Ok(StatusOk::default().into())
    }

    async fn reveal_post(&self, caller: Caller, req: RevealPost) -> Result<Reply<Post>, Refused> {
        Ok(posts::reveal(self.app(), &caller, &req.post_id)
            .await?
            .into())
    }

    async fn set_post_reminder(
        &self,
        caller: Caller,
        req: SetPostReminder,
    ) -> Result<Reply<StatusOk>, Refused> {
        posts::set_reminder(
            self.app(),
            &caller,
            &req.user_id,
            &req.post_id,
            req.body.target_time,
        )
        .await?;
        Ok(StatusOk::default().into())
    }

    async fn set_post_unread(
        &self,
        caller: Caller,
        req: SetPostUnread,
    ) -> Result<Reply<ChannelUnreadAt>, Refused> {
        let collapsed = req
            .body
            .get("collapsed_threads_supported")
            .copied()
            .unwrap_or_default();
        Ok(
            posts::set_unread(self.app(), &caller, &req.user_id, &req.post_id, collapsed)
                .await?
                .into(),
        )
    }

    async fn unpin_post(&self, caller: Caller, req: UnpinPost) -> Result<Reply<StatusOk>, Refused> {
        posts::set_pinned(self.app(), &caller, &req.post_id, false).await?;
        Ok(StatusOk::default().into())
    }
}
