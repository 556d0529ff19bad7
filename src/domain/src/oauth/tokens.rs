//! What applications come with to get tokens: codes, once, and refresh tokens, once. Secrets are compared in constant time and
//! appear in no log.

use super::apps::NOT_FOUND;
use crate::{App, users};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{AccessData, AccessResponse, AuthData, OAuthApp, Session, User};
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, ids, roles};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use store::oauth::grants::Fresh;
use subtle::ConstantTimeEq as _;

macro_rules! errors {
    ($($name:ident = $id:literal, $status:literal, $text:literal;)*) => {
        $(const $name: ErrorDef = ErrorDef::new($id, $status, $text);)*
    };
}

errors! {
    BAD_GRANT = "api.oauth.get_access_token.bad_grant.app_error", 400, "A code or a refresh token is what tokens are given for.";
    NO_CODE = "api.oauth.get_access_token.missing_code.app_error", 400, "The code is missing.";
    NO_REFRESH = "api.oauth.get_access_token.missing_refresh_token.app_error", 400, "The refresh token is missing.";
    BAD_CLIENT = "api.oauth.get_access_token.bad_client_id.app_error", 400, "The id of the application is not valid.";
    OFF = "api.oauth.get_access_token.disabled.app_error", 501, "This server is not an OAuth service.";
    UNKNOWN = "api.oauth.get_access_token.credentials.app_error", 404, "There is no such application.";
    CREDENTIALS = "model.oauth.validate_grant.credentials.app_error", 401, "The secret of the application is wrong.";
    PUBLIC_SECRET = "model.oauth.validate_grant.public_client_secret.app_error", 400, "A public application has no secret.";
    PUBLIC_REFRESH = "model.oauth.validate_grant.public_client_refresh_token.app_error", 400, "A public application has no refresh tokens.";
    NO_VERIFIER = "model.oauth.validate_grant.pkce_required.app_error", 400, "The code verifier is missing.";
    WRONG_VERIFIER = "model.authorize.validate_pkce.verification_failed.app_error", 400, "The code verifier does not fit the challenge.";
    EXPIRED = "api.oauth.get_access_token.expired_code.app_error", 400, "The code was used before, or is too old.";
    OTHER_CLIENT = "api.oauth.get_access_token.client_id_mismatch.app_error", 400, "This was given to another application.";
    OTHER_ADDRESS = "api.oauth.get_access_token.redirect_uri.app_error", 400, "The code was given at another address.";
    OTHER_RESOURCE = "api.oauth.get_access_token.resource_mismatch.app_error", 400, "The code was given for another resource.";
    NO_USER = "api.oauth.get_access_token.internal_user.app_error", 404, "The person is not there any more.";
    REFRESH = "api.oauth.get_access_token.refresh_token.app_error", 404, "The refresh token was used before, or never given.";
}

/// What an application sends to get a token.
#[derive(Debug, Default)]
pub struct Asked {
    pub grant_type: String,
    pub client_id: String,
    pub client_secret: String,
    pub code: String,
    pub code_verifier: String,
    pub redirect_uri: String,
    pub refresh_token: String,
    pub resource: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Refresh,
}

/// A token for a code or a refresh token.
pub async fn token(app: &App, asked: &Asked) -> Result<AccessResponse> {
    let kind = match asked.grant_type.as_str() {
        "authorization_code" => Kind::Code,
        "refresh_token" => Kind::Refresh,
        _ => return Err(BAD_GRANT.err()),
    };
    if kind == Kind::Code && asked.code.is_empty() {
        return Err(NO_CODE.err());
    }
    if kind == Kind::Refresh && asked.refresh_token.is_empty() {
        return Err(NO_REFRESH.err());
    }
    if !ids::is_valid_id(&asked.client_id) {
        return Err(BAD_CLIENT.err());
    }
    if !app.config.get().service.enable_oauth_service_provider {
        return Err(OFF.err());
    }
    let client = super::apps::find(app, &asked.client_id).await;
    let client = client.map_err(|error| {
        if error.is(&NOT_FOUND) {
            UNKNOWN.err()
        } else {
            error
        }
    })?;
    prove(&client, kind, asked)?;
    let granted = match kind {
        Kind::Code => by_code(app, &client, asked).await?,
        Kind::Refresh => by_refresh_token(app, &client, asked).await?,
    };
    Ok(AccessResponse {
        expires_in: seconds_left(&granted),
        access_token: granted.token,
        token_type: "bearer".to_owned(),
        refresh_token: granted.refresh_token,
        audience: granted.audience,
        ..AccessResponse::default()
    })
}

/// The application proves that it is the one: by its secret or, if it is public, by the code's verifier.
fn prove(client: &OAuthApp, kind: Kind, asked: &Asked) -> Result<()> {
    if client.client_secret.is_empty() {
        if !asked.client_secret.is_empty() {
            return Err(PUBLIC_SECRET.err());
        }
        if kind == Kind::Refresh {
            return Err(PUBLIC_REFRESH.err());
        }
        if asked.code_verifier.is_empty() {
            return Err(NO_VERIFIER.err());
        }
        return Ok(());
    }
    if is_same(&client.client_secret, &asked.client_secret) {
        Ok(())
    } else {
        Err(CREDENTIALS.err())
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

async fn by_code(app: &App, client: &OAuthApp, asked: &Asked) -> Result<AccessData> {
    let code = store::oauth::grants::code(&app.store, &asked.code)
        .await?
        .ok_or_else(|| EXPIRED.err())?;
    if clock::now_ms()
        > code
            .create_at
            .saturating_add(code.expires_in.saturating_mul(clock::SECOND))
    {
        return Err(EXPIRED.err().with_status(403));
    }
    if code.client_id != client.id {
        return Err(OTHER_CLIENT.err());
    }
    if code.redirect_uri != asked.redirect_uri {
        return Err(OTHER_ADDRESS.err());
    }
    if !asked.resource.is_empty() && asked.resource != code.resource {
        return Err(OTHER_RESOURCE.err());
    }
    verify(&code, &asked.code_verifier)?;
    let user = person(app, &code.user_id).await?;
    let fresh = fresh(app, client, &user, &code.redirect_uri, &code.resource);
    let granted = store::oauth::grants::grant(&app.store, Some(&asked.code), &fresh).await?;
    granted.ok_or_else(|| EXPIRED.err())
}

/// The verifier is what the challenge was made of (RFC 7636).
fn verify(code: &AuthData, verifier: &str) -> Result<()> {
    if code.code_challenge.is_empty() {
        return Ok(());
    }
    if verifier.is_empty() {
        return Err(NO_VERIFIER.err());
    }
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    if is_same(&challenge, &code.code_challenge) {
        Ok(())
    } else {
        Err(WRONG_VERIFIER.err())
    }
}

async fn by_refresh_token(app: &App, client: &OAuthApp, asked: &Asked) -> Result<AccessData> {
    let old = store::oauth::grants::by_refresh_token(&app.store, &asked.refresh_token)
        .await?
        .ok_or_else(|| REFRESH.err())?;
    if old.client_id != client.id {
        return Err(OTHER_CLIENT.err());
    }
    if !asked.resource.is_empty() && asked.resource != old.audience {
        return Err(OTHER_RESOURCE.err());
    }
    let user = person(app, &old.user_id).await?;
    let fresh = fresh(app, client, &user, &old.redirect_uri, &old.audience);
    if store::oauth::grants::refresh(&app.store, &old, &fresh).await? {
        Ok(fresh.grant)
    } else {
        Err(REFRESH.err())
    }
}

async fn person(app: &App, id: &str) -> Result<std::sync::Arc<User>> {
    let user = users::cached(app, id).await?;
    user.filter(|user| user.delete_at == 0)
        .ok_or_else(|| NO_USER.err())
}

/// A session of the person's for the application, with what comes of it.
pub(super) fn fresh(
    app: &App,
    client: &OAuthApp,
    user: &User,
    redirect_uri: &str,
    audience: &str,
) -> Fresh {
    let now = clock::now_ms();
    let hours = app.config.get().service.session_length_sso_in_hours;
    let expires_at = now.saturating_add(hours.max(1).saturating_mul(clock::HOUR));
    let guest = roles::contains(&user.roles, roles::SYSTEM_GUEST);
    let props = [
        ("platform", client.name.clone()),
        ("os", "OAuth2".to_owned()),
        ("browser", "OAuth2".to_owned()),
        ("oauth_app_id", client.id.clone()),
        ("is_guest", guest.to_string()),
    ];
    let session = Session {
        id: ids::new_id(),
        token: ids::new_id(),
        create_at: now,
        last_activity_at: now,
        expires_at,
        user_id: user.id.clone(),
        roles: user.roles.clone(),
        is_oauth: true,
        props: Some(
            props
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
        ),
        ..Session::default()
    };
    let public = client.client_secret.is_empty();
    let grant = AccessData {
        client_id: client.id.clone(),
        user_id: user.id.clone(),
        token: session.token.clone(),
        refresh_token: if public { String::new() } else { ids::new_id() },
        redirect_uri: redirect_uri.to_owned(),
        expires_at,
        scope: "user".to_owned(),
        audience: audience.to_owned(),
    };
    Fresh { session, grant }
}

pub(super) fn seconds_left(granted: &AccessData) -> i64 {
    // just made, it lasts its whole length
    let left = granted.expires_at.saturating_sub(clock::now_ms());
    left.saturating_add(clock::SECOND - 1) / clock::SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_of_the_standard_fits_its_challenge() {
        let code = AuthData {
            code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned(),
            ..AuthData::default()
        };
        assert!(verify(&code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").is_ok());
        assert!(verify(&code, "wrong").is_err());
        assert!(verify(&code, "").is_err());
        assert!(verify(&AuthData::default(), "").is_ok());
    }

    #[test]
    fn who_asks_proves_it() {
        let secret = OAuthApp {
            client_secret: "s".to_owned(),
            ..OAuthApp::default()
        };
        let asked = |secret: &str, verifier: &str| Asked {
            client_secret: secret.to_owned(),
            code_verifier: verifier.to_owned(),
            ..Asked::default()
        };
        assert!(prove(&secret, Kind::Code, &asked("s", "")).is_ok());
        for wrong in ["", "t", "ss"] {
            assert!(prove(&secret, Kind::Refresh, &asked(wrong, "v")).is_err());
        }
        let public = OAuthApp::default();
        assert!(prove(&public, Kind::Code, &asked("", "v")).is_ok());
        assert!(prove(&public, Kind::Code, &asked("", "")).is_err());
        assert!(prove(&public, Kind::Code, &asked("s", "v")).is_err());
        assert!(prove(&public, Kind::Refresh, &asked("", "v")).is_err());
    }
}
