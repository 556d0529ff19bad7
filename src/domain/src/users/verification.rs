//! Whether an address is known to be its account's: by a link in a mail, or because an administrator says so.

use super::{change::changed, errors as e, is_admin, sanitize};
use crate::{access, app::App, caller::Caller};
use model::User;
use rustchat_core::{clock, common, error::Result, permissions};

/// Length of the secret in a link that verifies an address.
const LINK_LENGTH: usize = 64;

/// Asks for a mail with a link. Whether there is such an account is not told; without a mail server nothing is sent.
pub fn request_verification(email: &str) -> Result<()> {
    if email.is_empty() {
        return Err(common::invalid_body("email"));
    }
    Ok(())
}

/// Takes the secret of a link. None was ever sent, so none is good.
pub fn verify(token: &str) -> Result<()> {
    if token.len() != LINK_LENGTH {
        return Err(common::invalid_body("token"));
    }
    Err(e::BAD_LINK.err())
}

/// Verifies somebody's address without a link.
pub async fn verify_for(app: &App, caller: &Caller, id: &str) -> Result<User> {
    let found = store::users::by_id(app.store.db(), id).await?;
    let mut user = found.ok_or_else(|| e::MISSING.err())?;
    let admin = is_admin(app, caller).await?;
    if !admin {
        return Err(access::refused(permissions::MANAGE_SYSTEM));
    }
    user.update_at = clock::now_ms();
    user.email_verified = true;
    store::users::set_email_verified(app.store.db(), id, &user.email, user.update_at).await?;
    changed(app, &user).await;
    Ok(sanitize::own(user))
}
