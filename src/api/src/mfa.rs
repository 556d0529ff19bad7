//! Multi-factor authentication, which this server does not offer: it can only be left off.

use crate::{Api, Refused};
use contract::{GenerateMfaSecret, Reply, StatusOk, UpdateUserMfa};
use domain::{Caller, users};
use model::MfaSecret;
use rustchat_core::{common, error::ErrorDef};
use serde_json::Value;

const DISABLED: ErrorDef = ErrorDef::new(
    "mfa.mfa_disabled.app_error",
    501,
    "Multi-factor authentication is turned off on this server.",
);

impl contract::Mfa for Api {
    async fn generate_mfa_secret(
        &self,
        _caller: Caller,
        req: GenerateMfaSecret,
    ) -> Result<Reply<MfaSecret>, Refused> {
        users::get(self.app(), &req.user_id).await?;
        Err(DISABLED.err().into())
    }

    async fn update_user_mfa(
        &self,
        _caller: Caller,
        req: UpdateUserMfa,
    ) -> Result<Reply<StatusOk>, Refused> {
        let Some(activate) = req.body.get("activate").and_then(Value::as_bool) else {
            return Err(common::invalid_body("activate").into());
        };
        if !activate {
            users::stop_mfa(self.app(), &req.user_id).await?;
            return Ok(StatusOk::default().into());
        }
        let code = req.body.get("code").and_then(Value::as_str);
        if code.is_none_or(str::is_empty) {
            return Err(common::invalid_body("code").into());
        }
        Err(DISABLED.err().into())
    }
}
