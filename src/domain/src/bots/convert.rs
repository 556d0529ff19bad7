//! Turning a person's account into a bot, and a bot into an account to sign in to.

use super::{NOT_MADE, find};
use crate::{access, app::App, caller::Caller, sessions, users};
use model::{Bot, User, UserPatch};
use rustchat_core::{clock, common, error::Result, permissions, roles};

/// Makes a person's account a bot of its own.
pub async fn from_user(app: &App, caller: &Caller, id: &str) -> Result<Bot> {
    let user = users::get(app, id).await?;
    access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    let now = clock::now_ms();
    let bot = Bot {
        user_id: user.id.clone(),
        username: user.username.clone(),
        display_name: user.username.clone(),
        owner_id: user.id.clone(),
        create_at: now,
        update_at: now,
        ..Bot::default()
    };
    let made = store::bots::from_user(&app.store, &bot).await;
    made.map_err(|error| NOT_MADE.caused_by(error))?;
    sessions::revoke_all(app, id).await?;
    Ok(bot)
}

/// Makes a bot an account to sign in to, with a password and perhaps as an administrator.
pub async fn into_user(
    app: &App,
    caller: &Caller,
    id: &str,
    patch: UserPatch,
    admin: bool,
) -> Result<User> {
    find(app, id).await?;
    access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    let password = patch.password.as_deref().unwrap_or_default();
    if password.is_empty() {
        return Err(common::invalid_body("userPatch"));
    }
    users::password_policy(app).check(password)?;
    let hash = app.passwords.hash(password).await?;
    let user = users::get(app, id).await?;
    let mut names = user.roles.clone();
    if admin {
        names = roles::with(&names, roles::SYSTEM_ADMIN);
    }
    store::bots::into_user(&app.store, id, &hash, &names, clock::now_ms()).await?;
    if patch
        != (UserPatch {
            password: patch.password.clone(),
            ..UserPatch::default()
        })
    {
        return users::patch(app, caller, id, patch).await;
    }
    let user = User::clone(&*users::get(app, id).await?);
    users::tell(app, &user);
    Ok(users::sanitize::own(user))
}
