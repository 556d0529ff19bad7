//! Signing in through other providers, as far as a server answers that has none: browsers are told so in a page.
//! This server's own OAuth service for applications is not here.

use super::{Web, own_page, pages};
use axum::{
    Router,
    extract::{Path, Query},
    response::{IntoResponse, Response},
    routing::{MethodFilter, get, on},
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

/// The answers for GitLab, Google, Office 365, OpenID and SAML.
pub(super) fn router() -> Router<Web> {
    let saml = MethodFilter::GET.or(MethodFilter::POST);
    let mut router = Router::new().route("/login/sso/saml", on(saml, without_saml));
    for path in ["login", "signup", "mobile_login"] {
        router = router.route(&format!("/oauth/{{service}}/{path}"), get(start));
    }
    for path in ["oauth", "signup", "login", "api/v3/oauth"] {
        router = router.route(&format!("/{path}/{{service}}/complete"), get(complete));
    }
    router
}

/// What a provider sends people back with.
#[derive(Deserialize)]
struct Returned {
    #[serde(default)]
    code: String,
}

async fn start() -> Response {
    unsupported()
}

async fn complete(Path(service): Path<String>, Query(returned): Query<Returned>) -> Response {
    if !returned.code.is_empty() {
        return unsupported();
    }
    let known = ["gitlab", "google", "office365", "openid"];
    let service = known.into_iter().find(|known| *known == service);
    let location = match service {
        Some(service) => format!("/error?type=oauth_missing_code&service={service}"),
        None => "/error?type=oauth_missing_code".to_owned(),
    };
    moved(StatusCode::TEMPORARY_REDIRECT, &location)
}

async fn without_saml() -> Response {
    moved(StatusCode::FOUND, "/error?type=saml_not_available")
}

/// The recorded redirections name JSON as the kind of their empty bodies.
fn moved(status: StatusCode, location: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (status, kind).into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn unsupported() -> Response {
    let html = pages::message(
        "Signing in this way is not possible here",
        "This server is not connected to that provider. Sign in with your e-mail address or username and password, or ask \
         your administrator.",
    );
    let mut response = own_page(StatusCode::NOT_IMPLEMENTED, pages::MESSAGE_POLICY, html);
    // as recorded
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}
