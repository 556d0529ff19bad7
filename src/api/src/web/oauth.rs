//! This server as an OAuth service, where browsers and applications meet it: `/oauth/authorize`, where a person allows or
//! refuses, `/oauth/deauthorize`, and `/oauth/access_token`, where applications get tokens. Registering applications is an
//! operation of the contract. Codes, tokens and secrets appear in no log.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Query, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::oauth::{self, Asked};
use domain::{App, Caller};
use http::{HeaderValue, StatusCode, header};
use model::{AuthorizeRequest, Wire};
use rustchat_core::common;
use rustchat_core::error::{AppError, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Web, general_headers, hooks, not_found, own_page, page, pages};
use crate::gate;

/// Most bytes of what is sent here.
const MAX_BODY: usize = 64 * 1024;

#[derive(Clone)]
struct Service {
    app: Arc<App>,
    web: Web,
}

pub(crate) fn router(app: &Arc<App>) -> Router {
    let web = Web::of(app.config.clone());
    let service = Service {
        app: Arc::clone(app),
        web: web.clone(),
    };
    Router::new()
        .route("/oauth/authorize", get(ask).post(allow))
        .route("/oauth/deauthorize", post(disallow))
        .route("/oauth/access_token", post(token))
        .method_not_allowed_fallback(not_found)
        .layer(middleware::from_fn_with_state(web, general_headers))
        .with_state(service)
}

/// What an application sends a person here with.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asking {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
    resource: String,
}

impl From<Asking> for AuthorizeRequest {
    fn from(asking: Asking) -> Self {
        Self {
            response_type: asking.response_type,
            client_id: asking.client_id,
            redirect_uri: asking.redirect_uri,
            scope: asking.scope,
            state: asking.state,
            code_challenge: asking.code_challenge,
            code_challenge_method: asking.code_challenge_method,
            resource: asking.resource,
        }
    }
}

/// Shows the client's page on which a person decides; who has not signed in does so first, who need not be asked is led on.
async fn ask(
    State(service): State<Service>,
    Query(asking): Query<Asking>,
    request: Request,
) -> Response {
    let asked = AuthorizeRequest::from(asking);
    let (parts, _) = request.into_parts();
    match decide(&service.app, &parts, &asked).await {
        Ok(Some(location)) => found(&location),
        Ok(None) => page(State(service.web), parts.method, parts.uri, parts.headers).await,
        Err(error) => refused(&error),
    }
}

/// Where to send the person, unless they have to decide here.
async fn decide(
    app: &App,
    parts: &contract::RequestParts,
    asked: &AuthorizeRequest,
) -> Result<Option<String>> {
    oauth::known(app, asked).await?;
    let Some(caller) = gate::caller(app, parts, false).await? else {
        let here = parts.uri.path_and_query().map_or("/", |here| here.as_str());
        let back = form_urlencoded::Serializer::new(String::new())
            .append_pair("redirect_to", here)
            .finish();
        return Ok(Some(format!("/login?{back}")));
    };
    oauth::allow_unasked(app, &caller, asked).await
}

fn found(location: &str) -> Response {
    let mut response = StatusCode::FOUND.into_response();
    match HeaderValue::from_str(location) {
        Ok(location) => {
            response.headers_mut().insert(header::LOCATION, location);
            not_kept(response)
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn refused(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let html = pages::message(
        "The application cannot be allowed in",
        "What it asks for is not valid, or it is not known here. Go back to the application, or ask whoever runs it.",
    );
    own_page(status, pages::MESSAGE_POLICY, html)
}

/// The person decided for it: tells the client where to go.
async fn allow(State(service): State<Service>, request: Request) -> Response {
    changing(async move {
        let app = &service.app;
        let (caller, body) = signed_in(app, request).await?;
        let asked = match body {
            Value::Null => return Err(common::invalid_body("authorize_request")),
            body => AuthorizeRequest::from_value(body)
                .map_err(|cause| common::invalid_body("authorize_request").caused_by(cause))?,
        };
        Ok(json!({"redirect": oauth::allow(app, &caller, &asked).await?}))
    })
    .await
}

async fn disallow(State(service): State<Service>, request: Request) -> Response {
    changing(async move {
        let app = &service.app;
        let (caller, body) = signed_in(app, request).await?;
        let client_id = body.get("client_id").and_then(Value::as_str);
        oauth::disallow(app, &caller, client_id.unwrap_or_default()).await?;
        Ok(json!({"status": "OK"}))
    })
    .await
}

async fn token(State(service): State<Service>, request: Request) -> Response {
    changing(async move {
        let body = whole(request.into_body()).await?;
        oauth::token(&service.app, &asked(&body)).await
    })
    .await
}

fn asked(form: &[u8]) -> Asked {
    let mut asked = Asked::default();
    for (name, value) in form_urlencoded::parse(form) {
        let field = match name.as_ref() {
            "grant_type" => &mut asked.grant_type,
            "client_id" => &mut asked.client_id,
            "client_secret" => &mut asked.client_secret,
            "code" => &mut asked.code,
            "code_verifier" => &mut asked.code_verifier,
            "redirect_uri" => &mut asked.redirect_uri,
            "refresh_token" => &mut asked.refresh_token,
            "resource" => &mut asked.resource,
            _ => continue,
        };
        if field.is_empty() {
            *field = value.into_owned();
        }
    }
    asked
}

/// Who is signed in, with what they send as JSON.
async fn signed_in(app: &App, request: Request) -> Result<(Caller, Value)> {
    let (parts, body) = request.into_parts();
    let caller = gate::caller(app, &parts, true).await?;
    let caller = caller.ok_or_else(|| common::SESSION_EXPIRED.err())?;
    let body = whole(body).await?;
    let read = serde_json::from_slice(&body);
    let read = read.map_err(|cause| common::invalid_body("body").caused_by(cause))?;
    Ok((caller, read))
}

async fn whole(body: Body) -> Result<bytes::Bytes> {
    let whole = to_bytes(body, MAX_BODY).await;
    whole.map_err(|cause| common::BODY_TOO_LARGE.caused_by(cause))
}

/// In a task of its own: a client that hangs up does not stop it half-way.
async fn changing<T, F>(work: F) -> Response
where
    T: Serialize + Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let outcome = tokio::spawn(work).await;
    let outcome = outcome.unwrap_or_else(|cause| Err(common::INTERNAL.caused_by(cause)));
    match outcome {
        Ok(answer) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            let body = serde_json::to_vec(&answer).unwrap_or_default();
            not_kept((kind, body).into_response())
        }
        Err(error) => not_kept(hooks::answer(Err(error))),
    }
}

/// Nobody on the way keeps an answer of this service.
fn not_kept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
