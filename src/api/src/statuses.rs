//! Statuses: who is there.

use crate::{Api, Refused};
use contract::{
    GetUserStatus, GetUsersStatusesByIds, PostUserRecentCustomStatusDelete, PublishUserTyping,
    RemoveRecentCustomStatus, Reply, StatusOk, UnsetUserCustomStatus, UpdateUserCustomStatus,
    UpdateUserStatus,
};
use domain::{Caller, custom_status, statuses, typing};
use model::Status;

impl contract::Statuses for Api {
    async fn get_user_status(
        &self,
        _caller: Caller,
        req: GetUserStatus,
    ) -> Result<Reply<Status>, Refused> {
        Ok(statuses::get(self.app(), &req.user_id).await?.into())
    }

    async fn get_users_statuses_by_ids(
        &self,
        _caller: Caller,
        req: GetUsersStatusesByIds,
    ) -> Result<Reply<Vec<Status>>, Refused> {
        Ok(statuses::of_users(self.app(), &req.body).await?.into())
    }

    async fn update_user_status(
        &self,
        _caller: Caller,
        req: UpdateUserStatus,
    ) -> Result<Reply<Status>, Refused> {
        let status = statuses::choose(self.app(), &req.user_id, &req.body).await?;
        Ok(status.into())
    }

    async fn update_user_custom_status(
        &self,
        caller: Caller,
        req: UpdateUserCustomStatus,
    ) -> Result<Reply<StatusOk>, Refused> {
        custom_status::set(self.app(), &caller, &req.user_id, req.body).await?;
        Ok(StatusOk::default().into())
    }

    async fn unset_user_custom_status(
        &self,
        _caller: Caller,
        req: UnsetUserCustomStatus,
    ) -> Result<Reply<StatusOk>, Refused> {
        custom_status::unset(self.app(), &req.user_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn remove_recent_custom_status(
        &self,
        _caller: Caller,
        req: RemoveRecentCustomStatus,
    ) -> Result<Reply<StatusOk>, Refused> {
        custom_status::forget(self.app(), &req.user_id, &req.body).await?;
        Ok(StatusOk::default().into())
    }

    async fn post_user_recent_custom_status_delete(
        &self,
        _caller: Caller,
        req: PostUserRecentCustomStatusDelete,
    ) -> Result<Reply<StatusOk>, Refused> {
        custom_status::forget(self.app(), &req.user_id, &req.body).await?;
        Ok(StatusOk::default().into())
    }

    async fn publish_user_typing(
        &self,
        caller: Caller,
        req: PublishUserTyping,
    ) -> Result<Reply<StatusOk>, Refused> {
        let (channel, parent) = (&req.body.channel_id, &req.body.parent_id);
        typing::tell(self.app(), &caller, &req.user_id, channel, parent).await?;
        Ok(StatusOk::default().into())
    }
}
