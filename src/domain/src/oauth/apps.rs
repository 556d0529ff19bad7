//! Applications that may ask people of this server for access: registering, reading, changing and deleting them.

use super::{CATEGORY, MANAGE_ALL, require_on};
use crate::webhooks::outgoing::listed;
use crate::{App, Caller, access};
use model::{OAuthApp, OAuthAppRequest};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, common, ids, permissions, text};

macro_rules! errors {
    ($($name:ident = $id:literal, $status:literal, $text:literal;)*) => {
        $(const $name: ErrorDef = ErrorDef::new($id, $status, $text);)*
    };
}

errors! {
    OFF_FOR_NEW = "api.oauth.register_oauth_app.turn_off.app_error", 501, "This server is not an OAuth service.";
    PUBLIC = "api.oauth.regenerate_secret.public_client.app_error", 400, "The application is public: it has no secret.";
}
pub(super) const NOT_FOUND: ErrorDef = ErrorDef::new(
    "app.oauth.get_app.find.app_error",
    404,
    "There is no such application.",
);

/// A new application of the caller's. Only administrators say that people need not be asked.
pub async fn create(app: &App, caller: &Caller, asked: OAuthAppRequest) -> Result<OAuthApp> {
    if !app.config.get().service.enable_oauth_service_provider {
        return Err(OFF_FOR_NEW.err());
    }
    let now = clock::now_ms();
    let trusts = access::has_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    let made = OAuthApp {
        id: ids::new_id(),
        creator_id: caller.user_id().to_owned(),
        create_at: now,
        update_at: now,
        client_secret: if asked.is_public {
            String::new()
        } else {
            ids::new_id()
        },
        name: asked.name,
        description: asked.description,
        icon_url: asked.icon_url,
        callback_urls: asked.callback_urls,
        homepage: asked.homepage,
        is_trusted: asked.is_trusted && trusts,
        ..OAuthApp::default()
    };
    check(&made)?;
    store::oauth::apps::insert(&app.store, &made).await?;
    Ok(made)
}

pub(super) async fn find(app: &App, id: &str) -> Result<OAuthApp> {
    require_on(app)?;
    let found = store::oauth::apps::get(&app.store, id).await?;
    found.ok_or_else(|| NOT_FOUND.err())
}

/// An application the caller registered, or any for who may manage all.
async fn manageable(app: &App, caller: &Caller, id: &str) -> Result<OAuthApp> {
    let found = find(app, id).await?;
    if !caller.is_self(&found.creator_id) {
        access::require_system(app, caller, MANAGE_ALL).await?;
    }
    Ok(found)
}

pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<OAuthApp> {
    manageable(app, caller, id).await
}

/// What everybody may know of an application, so as to decide about it.
pub async fn info(app: &App, id: &str) -> Result<OAuthApp> {
    find(app, id).await.map(without_secret)
}

fn without_secret(app: OAuthApp) -> OAuthApp {
    OAuthApp {
        client_secret: String::new(),
        ..app
    }
}

/// The caller's own applications, or all of them.
pub async fn list(
    app: &App,
    caller: &Caller,
    (offset, limit): (i64, i64),
) -> Result<Vec<OAuthApp>> {
    require_on(app)?;
    let all = access::has_system(app, caller, MANAGE_ALL).await?;
    let creator_id = if all { "" } else { caller.user_id() };
    Ok(store::oauth::apps::list(&app.store, creator_id, offset, limit).await?)
}

/// The applications a person has allowed something.
pub async fn allowed_by(app: &App, user_id: &str, page: (i64, i64)) -> Result<Vec<OAuthApp>> {
    require_on(app)?;
    let found = store::oauth::apps::allowed_by(&app.store, user_id, CATEGORY, page).await?;
    Ok(found.into_iter().map(without_secret).collect())
}

/// Changes an application. Its secret and whose it is stay.
pub async fn update(app: &App, caller: &Caller, id: &str, changed: OAuthApp) -> Result<OAuthApp> {
    if changed.id != id {
        return Err(common::invalid_body("app_id"));
    }
    let old = manageable(app, caller, id).await?;
    let trusts = access::has_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    let new = OAuthApp {
        update_at: clock::now_ms(),
        name: changed.name,
        description: changed.description,
        icon_url: changed.icon_url,
        callback_urls: changed.callback_urls,
        homepage: changed.homepage,
        is_trusted: if trusts {
            changed.is_trusted
        } else {
            old.is_trusted
        },
        ..old
    };
    check(&new)?;
    write(app, new).await
}

/// Gives an application another secret; the old one is worth nothing.
pub async fn regenerate_secret(app: &App, caller: &Caller, id: &str) -> Result<OAuthApp> {
    let mut found = manageable(app, caller, id).await?;
    if found.client_secret.is_empty() {
        return Err(PUBLIC.err());
    }
    found.client_secret = ids::new_id();
    found.update_at = clock::now_ms();
    write(app, found).await
}

async fn write(app: &App, changed: OAuthApp) -> Result<OAuthApp> {
    if store::oauth::apps::update(&app.store, &changed).await? {
        Ok(changed)
    } else {
        Err(NOT_FOUND.err())
    }
}

/// Deletes an application; what people allowed it ends.
pub async fn delete(app: &App, caller: &Caller, id: &str) -> Result<()> {
    manageable(app, caller, id).await?;
    for session in store::oauth::apps::delete(&app.store, id).await? {
        app.hub.revoke_session(&session);
    }
    Ok(())
}

/// What an application has to be. Programs that register themselves need no homepage.
pub(super) fn check(app: &OAuthApp) -> Result<()> {
    let invalid = |what: &str| {
        let id = format!("model.oauth.is_valid.{what}.app_error");
        Err(AppError::dynamic(id, 400, "The application is not valid."))
    };
    let is_address = text::names::is_http_url;
    let addresses = app.callback_urls.as_deref().unwrap_or_default();
    let homepage = &app.homepage;
    if app.name.is_empty() || app.name.len() > 64 {
        return invalid("name");
    }
    if addresses.is_empty()
        || listed(addresses) > 1024
        || !addresses
            .iter()
            .all(|address| is_address(address) && address.len() <= 256)
    {
        return invalid("callback");
    }
    if (homepage.is_empty() && !app.is_dynamically_registered)
        || homepage.len() > 256
        || !(homepage.is_empty() || is_address(homepage))
    {
        return invalid("homepage");
    }
    if !text::at_most(&app.description, 512) {
        return invalid("description");
    }
    let icon = &app.icon_url;
    if !icon.is_empty() && (icon.len() > 512 || !is_address(icon)) {
        return invalid("icon_url");
    }
    Ok(())
}
