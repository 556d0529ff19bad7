//! Verifying addresses of accounts.

use crate::{Api, Refused};
use contract::{
    Reply, SendVerificationEmail, StatusOk, VerifyUserEmail, VerifyUserEmailWithoutToken,
};
use domain::{Caller, users};
use model::User;

impl contract::EmailVerification for Api {
    async fn send_verification_email(
        &self,
        _caller: Caller,
        req: SendVerificationEmail,
    ) -> Result<Reply<StatusOk>, Refused> {
        let email = req.body.get("email").map_or("", String::as_str);
        users::request_verification(self.app(), email).await?;
        Ok(StatusOk::default().into())
    }

    async fn verify_user_email(
        &self,
        _caller: Caller,
        req: VerifyUserEmail,
    ) -> Result<Reply<StatusOk>, Refused> {
        let token = req.body.get("token").map_or("", String::as_str);
        users::verify(self.app(), token).await?;
        Ok(StatusOk::default().into())
    }

    async fn verify_user_email_without_token(
        &self,
        caller: Caller,
        req: VerifyUserEmailWithoutToken,
    ) -> Result<Reply<User>, Refused> {
        let user = users::verify_for(self.app(), &caller, &req.user_id).await?;
        Ok(user.into())
    }
}
