//! Whether an address is known to be its account's: by a link in a mail, or because an administrator says so.

use super::{change::changed, errors as e, is_admin, sanitize};
use crate::links::{self, Link};
use crate::mail::{Site, letters};
use crate::{access, app::App, caller::Caller};
use model::User;
use rustchat_core::{clock, common, error::Result, permissions};
use store::one_time_tokens::Purpose;

/// Asks for a mail with a link. Whether there is such an account is not told.
pub async fn request_verification(app: &App, email: &str) -> Result<()> {
    if email.is_empty() {
        return Err(common::invalid_body("email"));
    }
    let email = email.to_lowercase();
    let found = store::users::by_email(app.store.db(), &email).await?;
    if let Some(user) = found
        && user.delete_at == 0
        && !user.is_bot
        && app.mail.may_ask(&email)
    {
        send_link(app, &user, &email).await?;
    }
    Ok(())
}

/// Sends the link that proves that an address is read by the account's owner.
pub(super) async fn send_link(app: &App, user: &User, email: &str) -> Result<()> {
    let token = links::make(app, Purpose::VerifyEmail, &user.id, email).await?;
    let site = Site::of(&app.config.get());
    app.mail.send(crate::mail::Mail {
        to: email.to_owned(),
        letter: letters::verify(&site, &token, email),
    });
    Ok(())
}

/// Takes the secret of a link. The address it was sent to is the account's from now on.
pub async fn verify(app: &App, token: &str) -> Result<()> {
    if token.len() != links::LENGTH {
        return Err(common::invalid_body("token"));
    }
    let recipient = match links::find(app, Purpose::VerifyEmail, token).await? {
        None => return Err(e::BAD_LINK.err()),
        Some(Link::Expired) => return Err(e::LINK_EXPIRED.err()),
        Some(Link::Good(recipient)) => recipient,
    };
    let found = store::users::by_id(app.store.db(), &recipient.user_id).await?;
    let before = found.ok_or_else(|| e::MISSING.err())?;
    if !links::take(app, Purpose::VerifyEmail, token).await? {
        return Err(e::BAD_LINK.err());
    }
    let user = User {
        update_at: clock::now_ms(),
        email_verified: true,
        email: recipient.email,
        ..before.clone()
    };
    store::users::set_email_verified(app.store.db(), &user.id, &user.email, user.update_at)
        .await
        .map_err(super::create::taken)?;
    changed(app, &user).await;
    if user.email != before.email {
        let letter = letters::email_changed(&Site::of(&app.config.get()), &user.email);
        app.mail.send_to(&before, letter);
    }
    Ok(())
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
