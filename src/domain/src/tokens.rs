//! Personal access tokens: secrets that sign a program in as a user or bot. Making, listing, switching off; and the
//! session one of them stands for. Sessions themselves are `sessions`.

use crate::mail::{Site, letters};
use crate::{access, app::App, bots, caller::Caller, sessions, users};
use model::{Session, User, UserAccessToken};
use rustchat_core::{
    clock, common,
    error::{ErrorDef, Result},
    ids,
    permissions::{self, Permission},
    roles,
};
use std::collections::BTreeMap;

const NOT_FOUND: ErrorDef = ErrorDef::new(
    "app.user_access_token.get_by_user.app_error",
    404,
    "There is no such access token.",
);
const DISABLED: ErrorDef = ErrorDef::new(
    "app.user_access_token.disabled",
    501,
    "Personal access tokens are switched off on this server.",
);
const LONG_DESCRIPTION: ErrorDef = ErrorDef::new(
    "model.user_access_token.is_valid.description.app_error",
    400,
    "The description is too long.",
);

const MAX_DESCRIPTION: usize = 255;
/// How long the session of a token lives; a hundred years, for all that count in times.
const SESSION_LIFE: i64 = 876_000 * clock::HOUR;
/// How many matches a search answers with.
const SEARCH_LIMIT: i64 = 200;

/// The permission over tokens, and then the right over this user's or bot's.
async fn require(app: &App, caller: &Caller, user_id: &str, needed: Permission) -> Result<()> {
    access::require_system(app, caller, needed).await?;
    if !bots::is_user_or_bot_of(app, caller, user_id).await? {
        return Err(access::refused(permissions::EDIT_OTHER_USERS));
    }
    Ok(())
}

/// A new token of a user; the answer is the only time its secret is shown.
pub async fn create(
    app: &App,
    caller: &Caller,
    user_id: &str,
    description: String,
) -> Result<UserAccessToken> {
    if caller.session()?.is_oauth {
        return Err(access::refused(permissions::CREATE_USER_ACCESS_TOKEN));
    }
    let user = users::get(app, user_id).await?;
    require(app, caller, user_id, permissions::CREATE_USER_ACCESS_TOKEN).await?;
    if description.is_empty() {
        return Err(common::invalid_body("description"));
    }
    if roles::contains(&user.roles, roles::SYSTEM_ADMIN) {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    if !user.is_bot && !app.config.get().service.enable_user_access_tokens {
        return Err(DISABLED.err());
    }
    if description.len() > MAX_DESCRIPTION {
        return Err(LONG_DESCRIPTION.err());
    }
    let token = UserAccessToken {
        id: ids::new_id(),
        token: ids::new_id(),
        user_id: user_id.to_owned(),
        description,
        is_active: true,
    };
    store::tokens::insert(&app.store, &token).await?;
    let site = Site::of(&app.config.get());
    app.mail.send_to(&user, letters::token_added(&site));
    Ok(token)
}

fn without_secrets(mut tokens: Vec<UserAccessToken>) -> Vec<UserAccessToken> {
    for token in &mut tokens {
        token.token.clear();
    }
    tokens
}

/// Everybody's tokens.
pub async fn all(app: &App, offset: i64, limit: i64) -> Result<Vec<UserAccessToken>> {
    Ok(without_secrets(
        store::tokens::all(&app.store, offset, limit).await?,
    ))
}

pub async fn search(app: &App, term: &str) -> Result<Vec<UserAccessToken>> {
    if term.is_empty() {
        return Err(common::invalid_body("term"));
    }
    let found = store::tokens::search(&app.store, term, SEARCH_LIMIT).await?;
    Ok(without_secrets(found))
}

pub async fn of_user(
    app: &App,
    caller: &Caller,
    user_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<UserAccessToken>> {
    require(app, caller, user_id, permissions::READ_USER_ACCESS_TOKEN).await?;
    let found = store::tokens::of_user(&app.store, user_id, offset, limit).await?;
    Ok(without_secrets(found))
}

/// A token the caller has this permission over.
async fn find(app: &App, caller: &Caller, id: &str, needed: Permission) -> Result<UserAccessToken> {
    access::require_system(app, caller, needed).await?;
    let token = store::tokens::by_id(&app.store, id)
        .await?
        .ok_or_else(|| NOT_FOUND.err())?;
    require(app, caller, &token.user_id, needed).await?;
    Ok(token)
}

pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<UserAccessToken> {
    let mut token = find(app, caller, id, permissions::READ_USER_ACCESS_TOKEN).await?;
    token.token.clear();
    Ok(token)
}

/// Ends a token for good, and the sessions it made.
pub async fn revoke(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let token = find(app, caller, id, permissions::REVOKE_USER_ACCESS_TOKEN).await?;
    let ended = store::tokens::delete(&app.store, &token).await?;
    sessions::tell_ended(app, &ended);
    Ok(())
}

pub async fn disable(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let token = find(app, caller, id, permissions::REVOKE_USER_ACCESS_TOKEN).await?;
    let ended = store::tokens::set_active(&app.store, &token, false).await?;
    sessions::tell_ended(app, &ended);
    Ok(())
}

pub async fn enable(app: &App, caller: &Caller, id: &str) -> Result<()> {
    let token = find(app, caller, id, permissions::CREATE_USER_ACCESS_TOKEN).await?;
    store::tokens::set_active(&app.store, &token, true).await?;
    Ok(())
}

/// Starts the session a secret stands for; `None` if it is no working token's.
pub async fn start_session(app: &App, secret: &str) -> Result<Option<Session>> {
    if secret.len() != ids::ID_LENGTH {
        return Ok(None);
    }
    let Some(token) = store::tokens::by_secret(&app.store, secret).await? else {
        return Ok(None);
    };
    let Some(user) = users::cached(app, &token.user_id).await? else {
        return Ok(None);
    };
    let allowed = user.is_bot || app.config.get().service.enable_user_access_tokens;
    if !token.is_active || user.delete_at != 0 || !allowed {
        return Ok(None);
    }
    let id = token.id.clone();
    let session = session_of(&user, token);
    let started = store::tokens::start_session(&app.store, &id, &session).await?;
    Ok(started.then_some(session))
}

fn session_of(user: &User, token: UserAccessToken) -> Session {
    let now = clock::now_ms();
    let guest = roles::contains(&user.roles, roles::SYSTEM_GUEST);
    let mut props = BTreeMap::from([
        ("type".to_owned(), "UserAccessToken".to_owned()),
        ("is_guest".to_owned(), guest.to_string()),
        ("user_access_token_id".to_owned(), token.id),
    ]);
    if user.is_bot {
        props.insert("is_bot".to_owned(), "true".to_owned());
    }
    Session {
        id: ids::new_id(),
        token: token.token,
        create_at: now,
        last_activity_at: now,
        expires_at: now + SESSION_LIFE,
        user_id: user.id.clone(),
        roles: user.roles.clone(),
        props: Some(props),
        ..Session::default()
    }
}
