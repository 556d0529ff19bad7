//! Looking at accounts: one, or some by id or name, as the caller may see them.

use super::{cached, errors as e, rules, sanitize, sanitize::Viewer};
use crate::{access, app::App, caller::Caller};
use model::User;
use rustchat_core::{common, error::Result, permissions, text::names};
use std::collections::HashSet;
use std::sync::Arc;

/// Whom the caller may see at all.
pub enum Visible {
    Everyone,
    /// The members of the caller's channels (what guests see).
    Only(HashSet<String>),
}

impl Visible {
    pub fn has(&self, user_id: &str) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(ids) => ids.contains(user_id),
        }
    }
}

/// Whom the caller may see: everyone with `view_members`, else those of the same channels.
pub async fn visible(app: &App, caller: &Caller) -> Result<Visible> {
    if access::has_system(app, caller, permissions::VIEW_MEMBERS).await? {
        return Ok(Visible::Everyone);
    }
    let known = store::users::known_to(app.store.db(), caller.user_id()).await?;
    let mut ids: HashSet<String> = known.into_iter().collect();
    ids.insert(caller.user_id().to_owned());
    Ok(Visible::Only(ids))
}

/// Refuses users the caller may not see, as one refuses a missing permission.
pub async fn require_visible(app: &App, caller: &Caller, user_id: &str) -> Result<()> {
    if caller.is_self(user_id) || visible(app, caller).await?.has(user_id) {
        Ok(())
    } else {
        Err(access::refused(permissions::VIEW_MEMBERS))
    }
}

/// The user as stored, or 404.
pub async fn get(app: &App, id: &str) -> Result<Arc<User>> {
    cached(app, id).await?.ok_or_else(|| e::MISSING.err())
}

pub async fn is_admin(app: &App, caller: &Caller) -> Result<bool> {
    access::has_system(app, caller, permissions::MANAGE_SYSTEM).await
}

/// A user's own, an administrator's or another person's view.
pub async fn sanitize_for(app: &App, caller: &Caller, user: User) -> Result<User> {
    if caller.is_self(&user.id) {
        return Ok(sanitize::own(user));
    }
    Ok(for_others(app, is_admin(app, caller).await?, user))
}

/// The view of somebody who is not the user, or is treated so.
pub fn for_others(app: &App, admin: bool, user: User) -> User {
    let viewer = if admin { Viewer::Admin } else { Viewer::Other };
    sanitize::sanitize(user, viewer, privacy(app))
}

/// What the settings show of people to each other.
pub fn privacy(app: &App) -> sanitize::Privacy {
    let config = app.config.get();
    sanitize::Privacy {
        show_email: config.privacy.show_email_address,
        show_full_name: config.privacy.show_full_name,
    }
}

/// One user by id.
pub async fn view(app: &App, caller: &Caller, id: &str) -> Result<User> {
    let seen = visible(app, caller).await?;
    if !seen.has(id) && !caller.is_self(id) {
        return Err(access::refused(permissions::VIEW_MEMBERS));
    }
    let user = get(app, id).await?;
    sanitize_for(app, caller, (*user).clone()).await
}

pub async fn view_by_username(app: &App, caller: &Caller, username: &str) -> Result<User> {
    if !names::is_valid_username(username) {
        return Err(common::invalid_body("username"));
    }
    let found = store::users::by_username(app.store.db(), username).await?;
    let seen = visible(app, caller).await?;
    match found {
        Some(user) if seen.has(&user.id) => sanitize_for(app, caller, user).await,
        None if matches!(seen, Visible::Everyone) => Err(e::BY_USERNAME.err()),
        _ => Err(access::refused(permissions::VIEW_MEMBERS)),
    }
}

/// By address; even the own account is answered as others see it.
pub async fn view_by_email(app: &App, caller: &Caller, email: &str) -> Result<User> {
    let email = email.to_lowercase();
    if !rules::is_email(&email) {
        return Err(common::invalid_url("email"));
    }
    let admin = is_admin(app, caller).await?;
    if !admin && !app.config.get().privacy.show_email_address {
        return Err(e::BY_EMAIL_HIDDEN.err());
    }
    let found = store::users::by_email(app.store.db(), &email).await?;
    let seen = visible(app, caller).await?;
    match found {
        Some(user) if seen.has(&user.id) => Ok(for_others(app, admin, user)),
        None if matches!(seen, Visible::Everyone) => Err(e::MISSING.err()),
        _ => Err(access::refused(permissions::VIEW_MEMBERS)),
    }
}

/// The users of a list the caller may see, each as the caller may see it.
pub async fn present(app: &App, caller: &Caller, users: Vec<User>) -> Result<Vec<User>> {
    let seen = visible(app, caller).await?;
    let admin = is_admin(app, caller).await?;
    let users = users.into_iter().filter(|user| seen.has(&user.id));
    Ok(users.map(|user| for_others(app, admin, user)).collect())
}

pub async fn view_by_ids(
    app: &App,
    caller: &Caller,
    ids: &[String],
    since: i64,
) -> Result<Vec<User>> {
    if ids.is_empty() {
        return Err(common::invalid_body("user_ids"));
    }
    let users = store::users::by_ids(app.store.db(), ids, since).await?;
    present(app, caller, users).await
}

pub async fn view_by_usernames(
    app: &App,
    caller: &Caller,
    usernames: &[String],
) -> Result<Vec<User>> {
    if usernames.is_empty() {
        return Err(common::invalid_body("usernames"));
    }
    let users = store::users::by_usernames(app.store.db(), usernames).await?;
    present(app, caller, users).await
}

/// Tells versions of a user's view apart, as far as the settings and the account change it.
pub fn etag(app: &App, user: &User) -> String {
    let privacy = privacy(app);
    format!(
        "{}.{}.{}.{}.{}.{}",
        user.id,
        user.update_at,
        user.terms_of_service_id,
        user.bot_last_icon_update,
        privacy.show_full_name,
        privacy.show_email
    )
}
