//! Multi-factor authentication of accounts.

use crate::{Api, Refused};
use contract::{GenerateMfaSecret, Reply, StatusOk, UpdateUserMfa};
use domain::{Caller, mfa};
use model::MfaSecret;
use rustchat_core::common::invalid_body;

impl contract::Mfa for Api {
    async fn generate_mfa_secret(
        &self,
        _: Caller,
        req: GenerateMfaSecret,
    ) -> Result<Reply<MfaSecret>, Refused> {
        let secret = mfa::generate(self.app(), &req.user_id).await?;
        Ok(Reply::from(secret).with_header(http::header::CACHE_CONTROL, "no-cache"))
    }

    async fn update_user_mfa(
        &self,
        _: Caller,
        req: UpdateUserMfa,
    ) -> Result<Reply<StatusOk>, Refused> {
        let activate = req.body.get("activate").and_then(|yes| yes.as_bool());
        let activate = activate.ok_or_else(|| Refused::from(invalid_body("activate")))?;
        if activate {
            let code = req.body.get("code").and_then(|code| code.as_str());
            let code = code.filter(|code| !code.is_empty());
            let code = code.ok_or_else(|| Refused::from(invalid_body("code")))?;
            mfa::activate(self.app(), &req.user_id, code).await?;
        } else {
            mfa::deactivate(self.app(), &req.user_id).await?;
        }
        Ok(StatusOk::default().into())
    }
}
