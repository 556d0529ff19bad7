//! Signing in: who it is, whether the password is right, and the session that comes of it.

use super::{attempts, client::Client};
use crate::{app::App, audits, caller::Caller, mfa, users};
use model::{Session, User};
use rustchat_core::{
    clock,
    error::{AppError, ErrorDef, Result},
    ids, roles,
};
use store::cache::Kind;

const BLANK_PASSWORD: ErrorDef = ErrorDef::new(
    "api.user.login.blank_pwd.app_error",
    400,
    "Please give a password.",
);
const INACTIVE: ErrorDef = ErrorDef::new(
    "api.user.login.inactive.app_error",
    401,
    "This account has been deactivated.",
);
const BOT: ErrorDef = ErrorDef::new(
    "api.user.login.bot_login_forbidden.app_error",
    401,
    "Bots do not sign in.",
);
const NOT_VERIFIED: ErrorDef = ErrorDef::new(
    "api.user.login.not_verified.app_error",
    401,
    "The e-mail address of the account has to be verified first.",
);
const BY_EITHER: ErrorDef = ErrorDef::new(
    "api.user.login.invalid_credentials_email_username",
    401,
    "There is no account with this name or address and password.",
);
const BY_EMAIL: ErrorDef = ErrorDef::new(
    "api.user.login.invalid_credentials_email",
    401,
    "There is no account with this address and password.",
);
const BY_USERNAME: ErrorDef = ErrorDef::new(
    "api.user.login.invalid_credentials_username",
    401,
    "There is no account with this name and password.",
);
const BY_SSO: ErrorDef = ErrorDef::new(
    "api.user.login.invalid_credentials_sso",
    401,
    "Accounts sign in through a provider here.",
);

/// What somebody signs in with. Missing texts are empty.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// A user id, instead of a name.
    pub id: String,
    pub login_id: String,
    pub password: String,
    pub device_id: String,
    /// The code of the second factor.
    pub token: String,
}

/// A new session with its account as the person sees it.
pub struct SignedIn {
    pub session: Session,
    pub user: User,
}

const ACTION: &str = "/api/v4/users/login";

/// Signs in, and writes down how it went.
pub async fn login(app: &App, caller: &Caller, given: &Credentials) -> Result<SignedIn> {
    let attempt = audits::entry(
        caller,
        ACTION,
        format!("attempt - login_id={}", given.login_id),
    );
    let outcome = sign_in(app, caller, given).await;
    let mut second = audits::entry(caller, ACTION, "");
    match &outcome {
        Ok(signed) => {
            second.user_id.clone_from(&signed.session.user_id);
            second.session_id.clone_from(&signed.session.id);
            second.extra_info = format!("success session_user={}", signed.session.user_id);
        }
        Err(_) => second.extra_info = format!("failure - login_id={}", given.login_id),
    }
    audits::record(app, &[attempt, second]).await;
    outcome
}

/// Most reasons for a refusal look alike, so that names cannot be guessed.
async fn sign_in(app: &App, caller: &Caller, given: &Credentials) -> Result<SignedIn> {
    if given.password.is_empty() {
        return Err(BLANK_PASSWORD.err());
    }
    let Some(user) = find(app, given).await? else {
        // as much work as for somebody known
        app.passwords.verify(&given.password, "").await?;
        return Err(refusal(app));
    };
    if user.is_bot {
        return Err(BOT.err());
    }
    if user.delete_at > 0 {
        return Err(INACTIVE.err());
    }
    attempts::proven(app, &user, &given.password, async || {
        mfa::check(app, &user, &given.token).await
    })
    .await
    .map_err(|error| match error.is(&attempts::WRONG_PASSWORD) {
        true => refusal(app),
        false => error,
    })?;
    if app.config.get().email.require_email_verification && !user.email_verified {
        return Err(NOT_VERIFIED.err());
    }
    let session = start(app, caller, &user, &given.device_id).await?;
    Ok(SignedIn {
        session,
        user: users::sanitize::own(user),
    })
}

async fn find(app: &App, given: &Credentials) -> Result<Option<User>> {
    let db = app.store.db();
    if !given.id.is_empty() {
        return Ok(store::users::by_id(db, &given.id).await?);
    }
    if given.login_id.is_empty() {
        return Ok(None);
    }
    let config = app.config.get();
    let name = given.login_id.to_lowercase();
    let (username, email) = (
        config.email.enable_sign_in_with_username,
        config.email.enable_sign_in_with_email,
    );
    Ok(store::users::by_login(db, &name, username, email).await?)
}

/// The one refusal for an unknown name and a wrong password.
fn refusal(app: &App) -> AppError {
    let config = app.config.get();
    let def = match (
        config.email.enable_sign_in_with_username,
        config.email.enable_sign_in_with_email,
    ) {
        (true, true) => BY_EITHER,
        (true, false) => BY_USERNAME,
        (false, true) => BY_EMAIL,
        (false, false) => BY_SSO,
    };
    def.err()
}

/// Starts a session for an account that proved itself. A device has one session at a time.
async fn start(app: &App, caller: &Caller, user: &User, device_id: &str) -> Result<Session> {
    if !device_id.is_empty() {
        super::end_of_device(app, &user.id, device_id, "").await?;
    }
    let now = clock::now_ms();
    let client = Client::of(&caller.user_agent);
    let mobile = client.is_mobile_app || !device_id.is_empty();
    let hours = {
        let config = app.config.get();
        if mobile {
            config.service.session_length_mobile_in_hours
        } else {
            config.service.session_length_web_in_hours
        }
    };
    let mut props = client.props();
    for (key, value) in [
        ("csrf", ids::new_id()),
        ("isMobile", client.is_mobile_app.to_string()),
        ("isOAuthUser", "false".to_owned()),
        ("isSaml", "false".to_owned()),
        (
            "is_guest",
            roles::contains(&user.roles, roles::SYSTEM_GUEST).to_string(),
        ),
    ] {
        props.insert(key.to_owned(), value);
    }
    let session = Session {
        id: ids::new_id(),
        token: ids::new_id(),
        create_at: now,
        last_activity_at: now,
        expires_at: now.saturating_add(hours.saturating_mul(clock::HOUR)),
        user_id: user.id.clone(),
        device_id: device_id.to_owned(),
        roles: user.roles.clone(),
        props: Some(props),
        ..Session::default()
    };
    store::sessions::insert_for_login(app.store.db(), &session).await?;
    app.store.cache().invalidate(Kind::User, &user.id);
    Ok(session)
}
