//! Statuses: who is there.

use crate::{Api, Refused};
use contract::{GetUserStatus, GetUsersStatusesByIds, Reply, UpdateUserStatus};
use domain::{Caller, statuses};
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
}
