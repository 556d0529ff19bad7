//! Sessions: who is signed in with which token, and for how long.

mod attempts;
mod client;
mod device;
mod keep;
mod login;
mod switch;

pub use attempts::check_password;
pub use device::{Device, attach_device};
pub use login::{Credentials, SignedIn, login};
pub use switch::switch;

use crate::{app::App, tokens};
use model::{Session, User};
use rustchat_core::{
    clock, common,
    error::{ErrorDef, Result},
};
use std::sync::Arc;
use store::cache::Kind;
use store::sessions::{Ended, Which};

/// The longest token that is looked up; anything longer is garbage.
const MAX_TOKEN: usize = 64;

/// The live session of a token with its user. None for unknown, expired and deactivated.
pub async fn authenticate(app: &App, token: &str) -> Result<Option<(Arc<Session>, Arc<User>)>> {
    if token.len() > MAX_TOKEN {
        return Ok(None);
    }
    let db = app.store.db();
    let load = || async { Ok(store::sessions::by_token(db, token).await?.map(Arc::new)) };
    let session = match app.store.cache().sessions.get(token, load).await? {
        Some(session) => session,
        // the first use of an access token, or the first after its session ended
        None => match tokens::start_session(app, token).await? {
            Some(session) => Arc::new(session),
            None => return Ok(None),
        },
    };
    let now = clock::now_ms();
    if session.expires_at > 0 && session.expires_at <= now {
        return Ok(None);
    }
    if keep::is_abandoned(&app.config.get(), &session, now) {
        end(app, &session).await?;
        return Ok(None);
    }
    match crate::users::cached(app, &session.user_id).await? {
        Some(user) if user.delete_at == 0 => {
            keep::used(app, &session, now).await;
            Ok(Some((session, user)))
        }
        _ => Ok(None),
    }
}

const NO_SESSION: ErrorDef = ErrorDef::new(
    "app.session.get.app_error",
    400,
    "There is no such session.",
);

/// Somebody's live sessions, the last used first, without what they are proven by.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<Session>> {
    let mut sessions = store::sessions::of_user(app.store.db(), user_id).await?;
    let mut teams = store::team_members::for_user(&app.store, user_id).await?;
    teams.retain(|member| member.delete_at == 0);
    let now = clock::now_ms();
    sessions.retain(|session| session.expires_at <= 0 || session.expires_at > now);
    for session in &mut sessions {
        session.token = String::new();
        session.team_members = Some(teams.clone());
    }
    Ok(sessions)
}

/// Ends one session of this user.
pub async fn revoke(app: &App, user_id: &str, session_id: &str) -> Result<()> {
    if session_id.is_empty() {
        return Err(common::invalid_body("session_id"));
    }
    let found = store::sessions::by_id(app.store.db(), session_id).await?;
    let session = found.ok_or_else(|| NO_SESSION.err())?;
    if session.user_id != user_id {
        return Err(common::invalid_url("user_id"));
    }
    end(app, &session).await
}

/// Ends a session: its token stops working, its websockets hear nothing more.
pub async fn end(app: &App, session: &Session) -> Result<()> {
    if session.is_oauth {
        // an application does not come back with its refresh token
        store::oauth::grants::delete_by_token(&app.store, &session.token).await?;
    }
    store::sessions::delete(app.store.db(), &session.id).await?;
    app.store.cache().invalidate(Kind::Session, &session.token);
    app.hub.revoke_session(&session.id);
    Ok(())
}

/// Ends all sessions of a user, known or not.
pub async fn revoke_all(app: &App, user_id: &str) -> Result<()> {
    store::oauth::grants::delete_of_user(&app.store, user_id).await?;
    end_some(app, user_id, Which::default()).await?;
    app.hub.revoke_user(user_id);
    Ok(())
}

/// Ends a user's sessions on a device, except one.
pub async fn end_of_device(app: &App, user_id: &str, device_id: &str, except: &str) -> Result<()> {
    end_some(app, user_id, Which { device_id, except }).await
}

/// Ends all sessions of a user but one.
pub async fn revoke_all_but(app: &App, user_id: &str, kept: &str) -> Result<()> {
    store::oauth::grants::delete_of_user(&app.store, user_id).await?;
    let which = Which {
        except: kept,
        ..Which::default()
    };
    end_some(app, user_id, which).await
}

async fn end_some(app: &App, user_id: &str, which: Which<'_>) -> Result<()> {
    let ended = store::sessions::delete_of_user(app.store.db(), user_id, which).await?;
    tell_ended(app, &ended);
    Ok(())
}

/// Nobody is served by what is remembered of these sessions. Only after their rows are gone: whoever came in between would stay.
pub(crate) fn tell_ended(app: &App, ended: &[Ended]) {
    for session in ended {
        app.store.cache().invalidate(Kind::Session, &session.token);
        app.hub.revoke_session(&session.id);
    }
}

/// Makes the next request of each of the user's sessions read its row again.
pub async fn forget_cached(app: &App, user_id: &str) -> Result<()> {
    for session in store::sessions::of_user(app.store.db(), user_id).await? {
        app.store.cache().invalidate(Kind::Session, &session.token);
    }
    Ok(())
}

/// Ends everybody's sessions.
pub async fn revoke_everybodys(app: &App) -> Result<()> {
    store::oauth::grants::delete_all(&app.store).await?;
    let ended = store::sessions::delete_all(app.store.db()).await?;
    app.store.cache().invalidate(Kind::Session, "");
    for id in ended {
        app.hub.revoke_session(&id);
    }
    Ok(())
}
