//! This server as an OAuth service: the `apps` that are registered here or `register` themselves, people who let them in
//! (`authorize`), the `tokens` they get, and what the server tells about itself.

pub mod apps;
mod authorize;
mod register;
mod tokens;

pub use authorize::{allow, allow_unasked, disallow, known};
pub use register::{Refusal, register};
pub use tokens::{Asked, token};

use crate::app::App;
use model::AuthorizationServerMetadata;
use rustchat_core::clock;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::permissions::{self, Permission};

/// The category of the preferences that name what a person allowed.
const CATEGORY: &str = "oauth_app";
/// The permission over applications of others.
const MANAGE_ALL: Permission = permissions::MANAGE_SYSTEM_WIDE_OAUTH;

const OFF: ErrorDef = ErrorDef::new(
    "api.oauth.allow_oauth.turn_off.app_error",
    501,
    "This server is not an OAuth service.",
);
const DISABLED: ErrorDef = ErrorDef::new(
    "api.oauth.authorization_server_metadata.disabled.app_error",
    501,
    "This server is not an OAuth service; an administrator can change that (EnableOAuthServiceProvider).",
);
const NO_ADDRESS: ErrorDef = ErrorDef::new(
    "api.oauth.authorization_server_metadata.site_url_required.app_error",
    500,
    "The server does not know its own address; an administrator has to set SiteURL.",
);

/// The document of RFC 8414.
pub fn metadata(app: &App) -> Result<AuthorizationServerMetadata> {
    let config = app.config.get();
    let service = &config.service;
    if !service.enable_oauth_service_provider {
        return Err(DISABLED.err());
    }
    let address = service.site_url.trim_end_matches('/');
    if address.is_empty() {
        return Err(NO_ADDRESS.err());
    }
    let list = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    let registration = if service.enable_dynamic_client_registration {
        format!("{address}/api/v4/oauth/apps/register")
    } else {
        String::new()
    };
    Ok(AuthorizationServerMetadata {
        issuer: address.to_owned(),
        authorization_endpoint: format!("{address}/oauth/authorize"),
        token_endpoint: format!("{address}/oauth/access_token"),
        response_types_supported: Some(list(&["code"])),
        registration_endpoint: registration,
        scopes_supported: list(&["user"]),
        grant_types_supported: list(&["authorization_code", "refresh_token"]),
        token_endpoint_auth_methods_supported: list(&["none", "client_secret_post"]),
        code_challenge_methods_supported: list(&["S256"]),
    })
}

fn require_on(app: &App) -> Result<()> {
    if app.config.get().service.enable_oauth_service_provider {
        Ok(())
    } else {
        Err(OFF.err())
    }
}

/// Removes codes that nobody came with in time.
pub(crate) async fn clean_up(app: &App) -> Result<()> {
    let oldest = clock::now_ms() - authorize::CODE_LIFE * clock::SECOND;
    store::oauth::grants::delete_codes_before(&app.store, oldest).await?;
    Ok(())
}
