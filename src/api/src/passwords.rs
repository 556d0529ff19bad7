//! Passwords: changed, reset, and tried too often.

use crate::{Api, Refused};
use contract::{
    Reply, ResetPassword, ResetPasswordFailedAttempts, SendPasswordResetEmail, StatusOk,
    UpdateUserPassword,
};
use domain::{Caller, users};

impl contract::Passwords for Api {
    async fn update_user_password(
        &self,
        caller: Caller,
        mut req: UpdateUserPassword,
    ) -> Result<Reply<StatusOk>, Refused> {
        let mut text = |key: &str| req.body.remove(key).unwrap_or_default();
        let change = users::Change {
            current: text("current_password"),
            new: text("new_password"),
            already_hashed: text("already_hashed") == "true",
        };
        users::change_password(self.app(), &caller, &req.user_id, &change).await?;
        Ok(StatusOk::default().into())
    }

    async fn send_password_reset_email(
        &self,
        _caller: Caller,
        mut req: SendPasswordResetEmail,
    ) -> Result<Reply<StatusOk>, Refused> {
        let email = req.body.remove("email").unwrap_or_default();
        users::request_reset(self.app(), &email).await?;
        Ok(StatusOk::default().into())
    }

    async fn reset_password(
        &self,
        _caller: Caller,
        req: ResetPassword,
    ) -> Result<Reply<StatusOk>, Refused> {
        let text = |key: &str| req.body.get(key).map_or("", String::as_str);
        users::reset(self.app(), text("token"), text("new_password")).await?;
        Ok(StatusOk::default().into())
    }

    async fn reset_password_failed_attempts(
        &self,
        caller: Caller,
        req: ResetPasswordFailedAttempts,
    ) -> Result<Reply<StatusOk>, Refused> {
        users::forget_failures(self.app(), &caller, &req.user_id).await?;
        Ok(StatusOk::default().into())
    }
}
