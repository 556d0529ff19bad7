//! Moving an account between a password of its own and a provider. This server knows no provider, so all that
//! can happen is that the way is refused, after the same questions as on a server that does.

use crate::{app::App, caller::Caller, sessions, users};
use model::{SwitchRequest, User};
use rustchat_core::{
    common,
    error::{AppError, ErrorDef, Result},
};

const EMAIL: &str = "email";
const LDAP: &str = "ldap";
const PROVIDERS: &[&str] = &["gitlab", "google", "office365", "openid", "saml"];

const UNSUPPORTED: ErrorDef = ErrorDef::new(
    "api.user.authorize_oauth_user.unsupported.app_error",
    501,
    "This server has no such sign-in provider.",
);
const NO_LDAP: ErrorDef = ErrorDef::new(
    "api.user.email_to_ldap.not_available.app_error",
    501,
    "This server has no directory to sign in with.",
);
const NOT_LDAP_ACCOUNT: ErrorDef = ErrorDef::new(
    "api.user.ldap_to_email.not_ldap_account.app_error",
    400,
    "The account does not sign in with a directory.",
);
const NO_LDAP_BACK: ErrorDef = ErrorDef::new(
    "api.user.ldap_to_email.not_available.app_error",
    501,
    "This server has no directory to sign in with.",
);
const CONTEXT: ErrorDef = ErrorDef::new(
    "api.user.oauth_to_email.context.app_error",
    403,
    "The account is somebody else's.",
);

/// Answers why the switch is not possible.
pub async fn switch(app: &App, caller: &Caller, asked: &SwitchRequest) -> Result<AppError> {
    let (from, to) = (asked.current_service.as_str(), asked.new_service.as_str());
    let provider = |name: &str| PROVIDERS.contains(&name);
    match (from, to) {
        (EMAIL, to) if provider(to) => {
            let user = find(app, &asked.email).await?;
            sessions::check_password(app, &user, &asked.password).await?;
            Ok(UNSUPPORTED.err())
        }
        (EMAIL, LDAP) => {
            let user = find(app, &asked.email).await?;
            sessions::check_password(app, &user, &asked.password).await?;
            // whoever moves an account signs in anew, even if the move fails (recorded)
            sessions::revoke_all(app, &user.id).await?;
            Ok(NO_LDAP.err())
        }
        (LDAP, EMAIL) => {
            let user = find(app, &asked.email).await?;
            Ok(if user.auth_service == LDAP {
                NO_LDAP_BACK.err()
            } else {
                NOT_LDAP_ACCOUNT.err()
            })
        }
        (from, EMAIL) if provider(from) => {
            caller.session()?;
            let user = find(app, &asked.email).await?;
            if !caller.is_self(&user.id) {
                return Err(CONTEXT.err());
            }
            Ok(UNSUPPORTED.err())
        }
        _ => Err(common::invalid_body("switch_request")),
    }
}

async fn find(app: &App, email: &str) -> Result<User> {
    let found = store::users::by_email(app.store.db(), &email.to_lowercase()).await?;
    found.ok_or_else(|| users::errors::MISSING.err())
}
