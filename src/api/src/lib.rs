//! Implements the contract: unpack, call the domain, pack. One file per noun; no rules of chat, no SQL.

mod access_control;
mod agents;
mod bots;
mod brand;
mod channel_lists;
mod channel_members;
mod channels;
mod commands;
mod config;
mod data_retention;
mod download;
mod drafts;
mod email_verification;
mod emoji;
mod files;
mod forms;
mod gate;
mod groups;
mod integration_actions;
mod ldap;
mod license;
mod links;
mod logs;
mod mfa;
mod multipart;
mod oauth;
mod paging;
mod passwords;
mod plugins;
mod post_lists;
mod post_marks;
mod posts;
mod preferences;
mod profile_images;
mod reactions;
mod reports;
mod roles;
mod saml;
mod schemes;
mod search;
mod sessions;
mod shared_channels;
mod sidebar_categories;
mod sockets;
mod statuses;
mod system;
mod team_icons;
mod team_imports;
mod team_invites;
mod team_members;
mod teams;
mod terms_of_service;
mod threads;
mod tokens;
mod uploads;
mod usage;
mod user_administration;
mod users;
mod web;
mod webhooks;
pub mod websocket;

pub use gate::{API_VERSION, Refused, version_id};
pub use sockets::Sockets;

use domain::App;
use std::sync::Arc;

/// The server's face: implements `contract::Gate` and the trait of each tag.
#[derive(Clone)]
pub struct Api(Arc<App>);

impl Api {
    pub fn new(app: Arc<App>) -> Self {
        Self(app)
    }

    /// What the handlers call the domain with.
    pub fn app(&self) -> &App {
        &self.0
    }
}

/// A text of a body whose other values do not matter; empty if there is none.
pub(crate) fn text<'a>(body: &'a serde_json::Map<String, serde_json::Value>, key: &str) -> &'a str {
    let value = body.get(key).and_then(serde_json::Value::as_str);
    value.unwrap_or_default()
}

/// Reading as a content reviewer takes a licence.
pub(crate) fn content_review() -> Refused {
    const LICENSE: rustchat_core::ErrorDef = rustchat_core::ErrorDef::new(
        "api.data_spillage.error.license",
        501,
        "The licence of this server does not include content review.",
    );
    LICENSE.err().into()
}

/// All that is served: the operations, the websocket, and what is outside the API.
pub fn router(app: Arc<App>) -> axum::Router {
    let sockets = websocket::WebSockets {
        hub: app.hub.clone(),
        actions: Arc::new(Sockets(Arc::clone(&app))),
        config: app.config.clone(),
        times: websocket::Times::default(),
    };
    let web = web::router(app.config.clone());
    let hooks = web::hooks::router(&app);
    let oauth = web::oauth::router(&app);
    contract::router(Api::new(app))
        .merge(websocket::router(sockets))
        .method_not_allowed_fallback(web::not_found)
        .merge(hooks)
        .merge(oauth)
        .merge(web)
}
