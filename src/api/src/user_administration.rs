//! What administrators do with accounts.

use crate::{Api, Refused, paging};
use contract::{
    GetUsersWithInvalidEmails, NotifyAdmin, PromoteGuestToUser, Reply, StatusOk, UpdateUserActive,
    UpdateUserAuth, UpdateUserRoles,
};
use domain::{Caller, admin_notices, users};
use model::{NotifyAdminToUpgradeRequest, User, UserAuth};
use rustchat_core::common;
use serde_json::Value;

impl contract::UserAdministration for Api {
    async fn update_user_active(
        &self,
        caller: Caller,
        req: UpdateUserActive,
    ) -> Result<Reply<StatusOk>, Refused> {
        let Some(active) = req.body.get("active").and_then(Value::as_bool) else {
            return Err(common::invalid_body("active").into());
        };
        users::set_active(self.app(), &caller, &req.user_id, active).await?;
        Ok(StatusOk::default().into())
    }

    async fn update_user_roles(
        &self,
        caller: Caller,
        req: UpdateUserRoles,
    ) -> Result<Reply<StatusOk>, Refused> {
        let names = req.body.get("roles").map_or("", String::as_str);
        users::set_roles(self.app(), &caller, &req.user_id, names).await?;
        Ok(StatusOk::default().into())
    }

    async fn update_user_auth(
        &self,
        _caller: Caller,
        req: UpdateUserAuth,
    ) -> Result<Reply<UserAuth>, Refused> {
        let auth = users::set_auth(self.app(), &req.user_id, req.body).await?;
        Ok(auth.into())
    }

    async fn promote_guest_to_user(
        &self,
        caller: Caller,
        req: PromoteGuestToUser,
    ) -> Result<Reply<StatusOk>, Refused> {
        users::promote(self.app(), &caller, &req.user_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn notify_admin(
        &self,
        caller: Caller,
        req: NotifyAdmin,
    ) -> Result<Reply<StatusOk>, Refused> {
        let NotifyAdminToUpgradeRequest {
            trial_notification,
            required_plan,
            required_feature,
        } = req.body;
        let feature = required_feature.as_str();
        let (app, plan) = (self.app(), &required_plan);
        admin_notices::wish(app, &caller, plan, feature, trial_notification).await?;
        Ok(StatusOk::default().into())
    }

    async fn get_users_with_invalid_emails(
        &self,
        caller: Caller,
        req: GetUsersWithInvalidEmails,
    ) -> Result<Reply<Vec<User>>, Refused> {
        let (offset, limit) = paging::rows(req.page, req.per_page);
        let found = users::with_foreign_emails(self.app(), &caller, offset, limit).await?;
        Ok(found.into())
    }
}
