//! What is served outside `/api`: the web client or, without one, the start page; scripts and addresses browsers ask for.
//! What programs send to webhooks comes in here as well. Files people uploaded are operations of the contract, not this.

mod client;
pub(crate) mod hooks;
pub(crate) mod oauth;
mod pages;
mod plugins;
mod providers;
mod root_page;
#[cfg(test)]
mod tests;

use crate::gate::version_id;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::any,
};
use client::Client;
use config::{Config, ConfigHandle};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use rustchat_core::{common, ids};
use std::{path::PathBuf, sync::Arc};

const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";
const UNSUPPORTED_BROWSER: &str = include_str!("unsupported_browser.js");

/// What the pages need to know.
#[derive(Clone)]
struct Web {
    config: ConfigHandle,
    client: Option<Arc<Client>>,
}

impl Web {
    fn of(config: ConfigHandle) -> Self {
        let folder = config.get().rustchat.client_directory.clone();
        let client = (!folder.is_empty()).then(|| Arc::new(Client::new(PathBuf::from(folder))));
        Self { config, client }
    }
}

/// Everything outside the API, and the answer to whatever nobody else serves. The client's folder is the one the
/// settings name now: a folder set while the server runs counts from the next start.
pub(crate) fn router(config: ConfigHandle) -> Router {
    let web = Web::of(config);
    let pages = Router::new()
        .route("/robots.txt", any(robots))
        .route("/unsupported_browser.js", any(unsupported_browser))
        .route("/static/{*path}", any(client::file))
        .route("/static/", any(not_found))
        .merge(providers::router())
        .merge(plugins::router())
        .fallback(page)
        .method_not_allowed_fallback(not_found)
        .layer(middleware::from_fn_with_state(web.clone(), general_headers));
    pages.with_state(web)
}

async fn robots() -> Response {
    ([(header::CONTENT_TYPE, TEXT)], ROBOTS).into_response()
}

async fn unsupported_browser() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, UNSUPPORTED_BROWSER).into_response()
}

/// Any other address: the client's document, which reads the address itself.
async fn page(State(web): State<Web>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if is_api(uri.path()) || !matches!(method, Method::GET | Method::HEAD) {
        return not_found(uri).await;
    }
    let config = web.config.get();
    if let Some(client) = &web.client
        && let Some(document) = client.document(&config).await
    {
        return client::root(document, &headers);
    }
    pages::without_client(uri.path(), &headers)
}

/// The answer where nothing is served: JSON below `/api/`, text elsewhere.
pub(crate) async fn not_found(uri: Uri) -> Response {
    if is_api(uri.path()) {
        let path: String = uri.path().chars().take(200).collect();
        let error = common::NOT_FOUND
            .err()
            .detail(format!("There is no such operation: {path}"));
        let body = serde_json::to_vec(&error).unwrap_or_default();
        let kind = [(header::CONTENT_TYPE, "application/json")];
        return (StatusCode::NOT_FOUND, kind, body).into_response();
    }
    missing()
}

fn missing() -> Response {
    let kind = [(header::CONTENT_TYPE, TEXT)];
    (StatusCode::NOT_FOUND, kind, "404 page not found\n").into_response()
}

fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// What every answer outside the API has, unless it brought its own.
async fn general_headers(State(web): State<Web>, request: Request, next: Next) -> Response {
    let api = is_api(request.uri().path());
    let mut response = next.run(request).await;
    if api {
        return response;
    }
    let config = web.config.get();
    let version = version_id();
    let policy = content_policy(&config);
    for (name, value) in [
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (HeaderName::from_static("permissions-policy"), ""),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-request-id"), &ids::new_id()),
        (HeaderName::from_static("x-version-id"), version.as_str()),
    ] {
        // a value that is no header (of a setting gone wrong) is left out
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().entry(name).or_insert(value);
        }
    }
    response
}

/// Who may frame the pages, and that only scripts of this server run. Nothing else may be limited: the client needs
/// inline styles, blobs and sockets.
fn content_policy(config: &Config) -> String {
    let ancestors = &config.service.frame_ancestors;
    let ancestors = ancestors.split([';', ',']).next().unwrap_or_default();
    let ancestors = ancestors.split_whitespace().collect::<Vec<_>>().join(" ");
    let gap = if ancestors.is_empty() { "" } else { " " };
    format!("frame-ancestors 'self'{gap}{ancestors}; script-src 'self'")
}

/// A page of ours: nothing loads, runs or sends but what its own policy names.
fn own_page(status: StatusCode, policy: &str, html: impl Into<Body>) -> Response {
    let mut response = Response::new(html.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
