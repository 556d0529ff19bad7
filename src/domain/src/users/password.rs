//! New passwords: one's own with the old one, somebody's by an administrator, and a forgotten one by e-mail.

use super::{change::require_rank, errors as e, password_policy};
use crate::links::{self, Link};
use crate::mail::{Site, letters};
use crate::{access, app::App, caller::Caller, sessions};
use model::User;
use rustchat_core::{clock, common, error::Result, permissions};
use store::cache::Kind;
use store::one_time_tokens::Purpose;

/// A change as it was asked for. Missing texts are empty.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub current: String,
    pub new: String,
    pub already_hashed: bool,
}

pub async fn change_password(app: &App, caller: &Caller, id: &str, change: &Change) -> Result<()> {
    if caller.is_self(id) {
        if change.already_hashed {
            return Err(e::OWN_HASHED.err());
        }
        return change_own(app, caller, id, change).await;
    }
    let admin = permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_USERS;
    if !access::has_system(app, caller, admin).await? {
        return Err(e::PASSWORD_CONTEXT.err());
    }
    let found = store::users::by_id(app.store.db(), id).await?;
    let user = found.ok_or_else(|| e::PASSWORD_CONTEXT.err())?;
    if require_rank(app, caller, &user).await.is_err() {
        return Err(e::PASSWORD_CONTEXT.err());
    }
    if change.already_hashed {
        return Err(common::invalid_body("already_hashed"));
    }
    set(app, &user, &change.new, "").await?;
    tell(app, &user, "by an administrator");
    Ok(())
}

async fn change_own(app: &App, caller: &Caller, id: &str, change: &Change) -> Result<()> {
    if change.current.is_empty() {
        return Err(common::invalid_body("current_password"));
    }
    let found = store::users::by_id(app.store.db(), id).await?;
    let user = found.ok_or_else(|| e::MISSING.err())?;
    if !user.auth_service.is_empty() {
        return Err(e::PASSWORD_OF_PROVIDER.err());
    }
    if sessions::check_password(app, &user, &change.current)
        .await
        .is_err()
    {
        return Err(e::PASSWORD_INCORRECT.err());
    }
    let kept = caller.session()?.id.clone();
    set(app, &user, &change.new, &kept).await?;
    tell(app, &user, "in the settings of the account");
    Ok(())
}

fn tell(app: &App, user: &User, how: &str) {
    let site = Site::of(&app.config.get());
    app.mail
        .send_to(user, letters::password_changed(&site, how));
}

/// Stores a new password; other sessions end where the settings say so.
async fn set(app: &App, user: &User, password: &str, kept: &str) -> Result<()> {
    password_policy(app).check(password)?;
    let hash = app.passwords.hash(password).await?;
    store::users::set_password(app.store.db(), &user.id, &hash, clock::now_ms()).await?;
    app.store.cache().invalidate(Kind::User, &user.id);
    if app
        .config
        .get()
        .service
        .terminate_sessions_on_password_change
    {
        sessions::revoke_all_but(app, &user.id, kept).await?;
    }
    Ok(())
}

/// Begins the reset of a forgotten password. Whether there is such an account is not told.
pub async fn request_reset(app: &App, email: &str) -> Result<()> {
    let email = email.to_lowercase();
    if email.is_empty() {
        return Err(common::invalid_body("email"));
    }
    let Some(user) = store::users::by_email(app.store.db(), &email).await? else {
        return Ok(());
    };
    if !user.auth_service.is_empty() {
        return Err(e::RESET_OF_PROVIDER.err());
    }
    if user.delete_at == 0 && !user.is_bot && app.mail.may_ask(&email) {
        let token = links::make(app, Purpose::PasswordRecovery, &user.id, &email).await?;
        let site = Site::of(&app.config.get());
        app.mail
            .send_to(&user, letters::reset_password(&site, &token));
    }
    Ok(())
}

/// Ends the reset of a forgotten password with the link's secret.
pub async fn reset(app: &App, token: &str, new_password: &str) -> Result<()> {
    if token.len() != links::LENGTH || new_password.is_empty() {
        return Err(common::invalid_body("token"));
    }
    let recipient = match links::find(app, Purpose::PasswordRecovery, token).await? {
        None => return Err(e::RESET_LINK.err()),
        Some(Link::Expired) => return Err(e::RESET_EXPIRED.err()),
        Some(Link::Good(recipient)) => recipient,
    };
    let found = store::users::by_id(app.store.db(), &recipient.user_id).await?;
    let user = found.ok_or_else(|| e::RESET_LINK.err())?;
    if !user.auth_service.is_empty() {
        return Err(e::RESET_SSO.err());
    }
    // a link to an address that is not the account's any more is nobody's
    if user.delete_at > 0 || user.email != recipient.email {
        return Err(e::RESET_LINK.err());
    }
    password_policy(app).check(new_password)?;
    if !links::take(app, Purpose::PasswordRecovery, token).await? {
        return Err(e::RESET_LINK.err());
    }
    set(app, &user, new_password, "").await?;
    store::users::set_failed_attempts(app.store.db(), &user.id, 0).await?;
    app.store.cache().invalidate(Kind::User, &user.id);
    tell(app, &user, "by a link in a mail");
    Ok(())
}

/// Lets somebody try passwords again after too many wrong ones.
pub async fn forget_failures(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let admin = permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_USERS;
    if !access::has_system(app, caller, admin).await? {
        return Err(e::FAILURES_REFUSED.err());
    }
    let found = store::users::by_id(app.store.db(), id).await?;
    let user = found.ok_or_else(|| e::MISSING.err())?;
    if require_rank(app, caller, &user).await.is_err() {
        return Err(e::FAILURES_REFUSED.err());
    }
    if !matches!(user.auth_service.as_str(), "" | "email" | "ldap") {
        return Err(e::FAILURES_OF_PROVIDER.err());
    }
    store::users::set_failed_attempts(app.store.db(), id, 0).await?;
    app.store.cache().invalidate(Kind::User, id);
    Ok(())
}
