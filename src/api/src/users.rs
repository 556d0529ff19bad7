//! Users: accounts to make, to look at and to change.

use crate::{Api, Refused};
use contract::{
    CreateUser, DeleteUser, GetUser, GetUserByEmail, GetUserByUsername, GetUsersByIds,
    GetUsersByUsernames, PatchUser, Reply, StatusOk, UpdateUser,
};
use domain::{Caller, users};
use model::User;

impl contract::Users for Api {
    async fn create_user(&self, caller: Caller, req: CreateUser) -> Result<Reply<User>, Refused> {
        let invitation = users::Invitation {
            invite_id: req.iid.unwrap_or_default(),
            token: req.t.unwrap_or_default(),
        };
        let user = users::create(self.app(), &caller, req.body, &invitation).await?;
        Ok(user.into())
    }

    async fn get_user(&self, caller: Caller, req: GetUser) -> Result<Reply<User>, Refused> {
        let user = users::view(self.app(), &caller, &req.user_id).await?;
        let etag = users::etag(self.app(), &user);
        Ok(Reply::from(user).etag(etag))
    }

    async fn get_user_by_username(
        &self,
        caller: Caller,
        req: GetUserByUsername,
    ) -> Result<Reply<User>, Refused> {
        let user = users::view_by_username(self.app(), &caller, &req.username).await?;
        let etag = format!("name.{}", users::etag(self.app(), &user));
        Ok(Reply::from(user).etag(etag))
    }

    async fn get_user_by_email(
        &self,
        caller: Caller,
        req: GetUserByEmail,
    ) -> Result<Reply<User>, Refused> {
        let user = users::view_by_email(self.app(), &caller, &req.email).await?;
        let etag = format!("address.{}", users::etag(self.app(), &user));
        Ok(Reply::from(user).etag(etag))
    }

    async fn get_users_by_ids(
        &self,
        caller: Caller,
        req: GetUsersByIds,
    ) -> Result<Reply<Vec<User>>, Refused> {
        let since = req.since.given().ok().flatten().unwrap_or_default();
        let users = users::view_by_ids(self.app(), &caller, &req.body, since).await?;
        Ok(users.into())
    }

    async fn get_users_by_usernames(
        &self,
        caller: Caller,
        req: GetUsersByUsernames,
    ) -> Result<Reply<Vec<User>>, Refused> {
        let users = users::view_by_usernames(self.app(), &caller, &req.body).await?;
        Ok(users.into())
    }

    async fn patch_user(&self, caller: Caller, req: PatchUser) -> Result<Reply<User>, Refused> {
        let user = users::patch(self.app(), &caller, &req.user_id, req.body).await?;
        Ok(user.into())
    }

    async fn update_user(&self, caller: Caller, req: UpdateUser) -> Result<Reply<User>, Refused> {
        let user = users::replace(self.app(), &caller, &req.user_id, req.body).await?;
        Ok(user.into())
    }

    async fn delete_user(
        &self,
        caller: Caller,
        req: DeleteUser,
    ) -> Result<Reply<StatusOk>, Refused> {
        users::delete(self.app(), &caller, &req.user_id, req.permanent).await?;
        Ok(StatusOk::default().into())
    }
}
