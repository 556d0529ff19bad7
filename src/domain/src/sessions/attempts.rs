//! Proving to be somebody with a password, as often as the settings let it fail. An attempt counts as failed before it is made
//! and is taken back when it was none, so that guesses made at once are no more than those made one by one.

use crate::{app::App, mfa, passwords::Verdict};
use model::User;
use rustchat_core::error::{ErrorDef, Result};
use store::cache::Kind;

const TOO_MANY: ErrorDef = ErrorDef::new(
    "api.user.check_user_login_attempts.too_many.app_error",
    401,
    "The account is locked after too many wrong passwords.",
);
pub(super) const WRONG_PASSWORD: ErrorDef = ErrorDef::new(
    "api.user.check_user_password.invalid.app_error",
    401,
    "The password is wrong.",
);
/// Compares a password and counts the wrong ones; after too many of them even the right one is refused.
pub async fn check_password(app: &App, user: &User, password: &str) -> Result<()> {
    proven(app, user, password, async || Ok(())).await
}

/// The password, and then what else has to be shown. Earlier failures are forgotten once both are good.
pub(super) async fn proven(
    app: &App,
    user: &User,
    password: &str,
    second: impl AsyncFnOnce() -> Result<()>,
) -> Result<()> {
    let most = app.config.get().service.maximum_login_attempts;
    if !user.auth_service.is_empty() {
        return provided(app, user, password, most).await;
    }
    let db = app.store.db();
    let _turn = app.passwords.turn(&user.id).await?;
    if !store::users::reserve_attempt(db, &user.id, most).await? {
        return Err(TOO_MANY.err());
    }
    let verdict = match app.passwords.verify(password, &user.password).await {
        Ok(verdict) => verdict,
        Err(busy) => {
            store::users::return_attempt(db, &user.id).await?;
            return Err(busy);
        }
    };
    if verdict == Verdict::Wrong {
        app.store.cache().invalidate(Kind::User, &user.id);
        return Err(WRONG_PASSWORD.err());
    }
    if let Err(error) = second().await {
        if mfa::is_question(&error) {
            // it was only asked whether a code is needed; wrong ones count as wrong passwords do
            store::users::return_attempt(db, &user.id).await?;
        } else {
            app.store.cache().invalidate(Kind::User, &user.id);
        }
        return Err(error);
    }
    store::users::set_failed_attempts(db, &user.id, 0).await?;
    if verdict == Verdict::Outdated {
        let hash = app.passwords.hash(password).await?;
        store::users::set_password_form(db, &user.id, &user.password, &hash).await?;
    }
    app.store.cache().invalidate(Kind::User, &user.id);
    Ok(())
}

/// A provider counts for itself, and no password of this server is its account's.
async fn provided(app: &App, user: &User, password: &str, most: i64) -> Result<()> {
    if user.failed_attempts >= most {
        return Err(TOO_MANY.err());
    }
    app.passwords.verify(password, "").await?;
    Err(WRONG_PASSWORD.err())
}
