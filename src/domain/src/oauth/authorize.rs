//! A person allows an application to act for them, or takes that back. The application gets a code that is good once and for
//! ten minutes, or at once a token.

use super::apps::find;
use super::tokens::{fresh, seconds_left};
use super::{CATEGORY, require_on};
use crate::{App, Caller, access};
use model::{AuthData, AuthorizeRequest, OAuthApp, Preference};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, common, ids, permissions, text::names};
use url::form_urlencoded;

const REDIRECT: ErrorDef = ErrorDef::new(
    "api.oauth.allow_oauth.redirect_callback.app_error",
    400,
    "The application was not registered with this address.",
);
const PKCE: ErrorDef = ErrorDef::new(
    "api.oauth.allow_oauth.pkce_required_public.app_error",
    400,
    "A public application has to send a code challenge.",
);

/// How long a code is good, in seconds.
pub(super) const CODE_LIFE: i64 = 600;
const SCOPE: &str = "user";

/// The caller allows what an application asks for; the answer is where to send the caller.
pub async fn allow(app: &App, caller: &Caller, asked: &AuthorizeRequest) -> Result<String> {
    let client = acceptable(app, caller, asked).await?;
    let parameters = match asked.response_type.as_str() {
        "code" => vec![
            ("code", code(app, caller, asked).await?),
            ("state", asked.state.clone()),
        ],
        "token" if !client.client_secret.is_empty() => {
            return implicit(app, caller, &client, asked).await;
        }
        _ => {
            let error = vec![
                ("error", "unsupported_response_type".to_owned()),
                ("state", asked.state.clone()),
            ];
            return Ok(with(&asked.redirect_uri, &error));
        }
    };
    remember(app, caller, asked).await?;
    Ok(with(&asked.redirect_uri, &parameters))
}

/// As `allow`, for who need not be asked: the application is trusted, or was allowed the same before. None if the person has
/// to decide.
pub async fn allow_unasked(
    app: &App,
    caller: &Caller,
    asked: &AuthorizeRequest,
) -> Result<Option<String>> {
    let client = acceptable(app, caller, asked).await?;
    let before = store::preferences::get(app.store.db(), caller.user_id(), CATEGORY, &client.id);
    if !client.is_trusted && before.await?.is_none() {
        return Ok(None);
    }
    allow(app, caller, asked).await.map(Some)
}

/// The application behind a request that may be answered; anything else is told to the person, not sent to the address.
async fn acceptable(app: &App, caller: &Caller, asked: &AuthorizeRequest) -> Result<OAuthApp> {
    check(asked)?;
    if caller.session()?.is_oauth {
        return Err(access::refused(permissions::EDIT_OTHER_USERS));
    }
    let client = known(app, asked).await?;
    if asked.response_type == "code"
        && client.client_secret.is_empty()
        && asked.code_challenge.is_empty()
    {
        return Err(PKCE.err());
    }
    Ok(client)
}

/// The application with its registered address, before anybody has signed in.
pub async fn known(app: &App, asked: &AuthorizeRequest) -> Result<OAuthApp> {
    check(asked)?;
    let client = find(app, &asked.client_id).await?;
    let addresses = client.callback_urls.as_deref().unwrap_or_default();
    if !addresses.contains(&asked.redirect_uri) {
        return Err(REDIRECT.err());
    }
    Ok(client)
}

fn check(asked: &AuthorizeRequest) -> Result<()> {
    let invalid = |what: &str| {
        let id = format!("model.authorize.is_valid.{what}.app_error");
        Err(AppError::dynamic(
            id,
            400,
            "The application's request is not valid.",
        ))
    };
    if !ids::is_valid_id(&asked.client_id) {
        return invalid("client_id");
    }
    if asked.response_type.is_empty() {
        return invalid("response_type");
    }
    let address = &asked.redirect_uri;
    if address.is_empty() || address.len() > 256 || !names::is_http_url(address) {
        return invalid("redirect_uri");
    }
    if asked.state.len() > 1024 {
        return invalid("state");
    }
    if asked.scope.len() > 128 {
        return invalid("scope");
    }
    let resource = &asked.resource;
    if !resource.is_empty() && (resource.len() > 512 || !names::is_http_url(resource)) {
        return invalid("resource");
    }
    let (challenge, method) = (&asked.code_challenge, &asked.code_challenge_method);
    if challenge.is_empty() && method.is_empty() {
        return Ok(());
    }
    if challenge.is_empty() {
        return invalid("code_challenge");
    }
    if method.is_empty() {
        return invalid("code_challenge_method");
    }
    if !(43..=128).contains(&challenge.len()) {
        return invalid("code_challenge.length");
    }
    if method != "S256" {
        return invalid("code_challenge_method.unsupported");
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !challenge.bytes().all(plain) {
        return invalid("code_challenge.format");
    }
    Ok(())
}

async fn code(app: &App, caller: &Caller, asked: &AuthorizeRequest) -> Result<String> {
    let code = AuthData {
        client_id: asked.client_id.clone(),
        user_id: caller.user_id().to_owned(),
        // 260 random bits
        code: ids::new_id() + &ids::new_id(),
        expires_in: CODE_LIFE,
        create_at: clock::now_ms(),
        redirect_uri: asked.redirect_uri.clone(),
        state: asked.state.clone(),
        scope: scope(asked),
        code_challenge: asked.code_challenge.clone(),
        code_challenge_method: asked.code_challenge_method.clone(),
        resource: asked.resource.clone(),
    };
    store::oauth::grants::insert_code(&app.store, &code).await?;
    Ok(code.code)
}

/// The token itself, behind a `#`, where only the page that is led to reads it.
async fn implicit(
    app: &App,
    caller: &Caller,
    client: &OAuthApp,
    asked: &AuthorizeRequest,
) -> Result<String> {
    let fresh = fresh(
        app,
        client,
        caller.user()?.as_ref(),
        &asked.redirect_uri,
        &asked.resource,
    );
    let granted = store::oauth::grants::grant(&app.store, None, &fresh).await?;
    let granted = granted.ok_or_else(|| common::INTERNAL.err())?;
    remember(app, caller, asked).await?;
    let parameters = form_urlencoded::Serializer::new(String::new())
        .append_pair("access_token", &granted.token)
        .append_pair("token_type", "bearer")
        .append_pair("expires_in", &seconds_left(&granted).to_string())
        .append_pair("scope", &scope(asked))
        .append_pair("state", &asked.state)
        .finish();
    Ok(format!("{}#{parameters}", asked.redirect_uri))
}

fn scope(asked: &AuthorizeRequest) -> String {
    if asked.scope.is_empty() {
        SCOPE
    } else {
        &asked.scope
    }
    .to_owned()
}

/// Notes among the caller's preferences what was allowed.
async fn remember(app: &App, caller: &Caller, asked: &AuthorizeRequest) -> Result<()> {
    let allowed = Preference {
        user_id: caller.user_id().to_owned(),
        category: CATEGORY.to_owned(),
        name: asked.client_id.clone(),
        value: scope(asked),
    };
    Ok(store::preferences::save(app.store.db(), &[allowed]).await?)
}

/// An address with parameters behind those it has. Empty ones are left out, but for an error's state.
fn with(address: &str, parameters: &[(&str, String)]) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("{address}{mark}{text}")
}

/// Takes back what the caller allowed an application; its sessions end.
pub async fn disallow(app: &App, caller: &Caller, client_id: &str) -> Result<()> {
    if !ids::is_valid_id(client_id) {
        return Err(common::invalid_body("client_id"));
    }
    if caller.session()?.is_oauth {
        return Err(access::refused(permissions::EDIT_OTHER_USERS));
    }
    require_on(app)?;
    let ended = store::oauth::grants::revoke(&app.store, client_id, caller.user_id()).await?;
    for session in ended {
        app.hub.revoke_session(&session);
    }
    let allowed = Preference {
        user_id: caller.user_id().to_owned(),
        category: CATEGORY.to_owned(),
        name: client_id.to_owned(),
        ..Preference::default()
    };
    Ok(store::preferences::delete(app.store.db(), &[allowed]).await?)
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn parameters_follow_those_that_are_there() {
        let state = [("state", "a b".to_owned())];
        assert_eq!(with("https://a.b/c", &state), "https://a.b/c?state=a+b");
        assert_eq!(
            with("https://a.b/c?d=1", &state),
            "https://a.b/c?d=1&state=a+b"
        );
    }
}
