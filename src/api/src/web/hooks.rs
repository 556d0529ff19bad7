//! `POST /hooks/…`: what programs send to incoming webhooks, as JSON or as a form whose `payload` is JSON. No session; who knows
//! the address may write, so the address is in no log.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    middleware,
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use domain::webhooks::deliver;
use domain::{App, commands};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{common, ids};
use url::form_urlencoded;

use super::{Web, general_headers, not_found};

const MEDIA_TYPE: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.media_type.app_error",
    400,
    "The kind of what was sent could not be read.",
);
/// The field of a form that holds the message.
const PAYLOAD: &str = "payload";
const JSON: &str = "application/json";

pub(crate) fn router(app: &Arc<App>) -> Router {
    let web = Web {
        config: app.config.clone(),
        client: None,
    };
    Router::new()
        .route("/hooks/{id}", post(incoming))
        .route("/hooks/commands/{id}", post(answering))
        .method_not_allowed_fallback(not_found)
        .layer(middleware::from_fn_with_state(web, general_headers))
        .with_state(Arc::clone(app))
}

async fn incoming(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    // in a task of its own: a program that hangs up does not stop it half-way
    let work = tokio::spawn(async move {
        let payload = payload(&app, &headers, body).await?;
        deliver::deliver(&app, &id, deliver::read(&payload)?).await
    });
    answer(
        work.await
            .unwrap_or_else(|cause| Err(common::INTERNAL.caused_by(cause))),
    )
}

/// What the program of a command says later.
async fn answering(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let work = tokio::spawn(async move {
        let kind = kind(&headers)?.to_owned();
        let said = payload(&app, &headers, body).await?;
        // a form holds JSON, as it does for webhooks
        let form = kind.starts_with("application/x-www-form") || kind.starts_with("multipart/");
        let kind = if form { JSON } else { kind.as_str() };
        commands::answer_later(&app, &id, commands::read_later(kind, &said)?).await
    });
    answer(
        work.await
            .unwrap_or_else(|cause| Err(common::INTERNAL.caused_by(cause))),
    )
}

/// `ok`, or the error as the API writes one.
pub(super) fn answer(outcome: Result<()>) -> Response {
    let Err(mut error) = outcome else {
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"))];
        return (kind, "ok").into_response();
    };
    let request_id = ids::new_id();
    error.set_request_id(&request_id);
    if error.status() >= 500 && error.status() != 501 {
        tracing::error!(request_id, id = error.id(), cause = ?error.cause(), "a message of a webhook was not written");
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&error).unwrap_or_default();
    let kind = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    )];
    let mut response = (status, kind, body).into_response();
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        let name = HeaderName::from_static("x-request-id");
        response.headers_mut().insert(name, id);
    }
    response
}

/// The message in a body, whichever way it was sent.
pub(super) async fn payload(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes> {
    let most = app.config.get().service.maximum_payload_size_bytes;
    let most = usize::try_from(most).unwrap_or_default().max(1);
    let kind = kind(headers)?;
    let whole = to_bytes(body, most).await;
    let whole = whole.map_err(|cause| common::BODY_TOO_LARGE.caused_by(cause))?;
    let plain = kind.split(';').next().unwrap_or_default().trim();
    match plain.to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Ok(field(&whole)),
        "multipart/form-data" => part(kind, whole).await,
        _ => Ok(whole),
    }
}

fn kind(headers: &HeaderMap) -> Result<&str> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.map_or(Ok(""), HeaderValue::to_str);
    kind.map_err(|cause| MEDIA_TYPE.caused_by(cause))
}

fn field(form: &[u8]) -> Bytes {
    let mut fields = form_urlencoded::parse(form);
    let found = fields.find(|(name, _)| name == PAYLOAD);
    found.map_or_else(Bytes::new, |(_, value)| value.into_owned().into())
}

async fn part(kind: &str, form: Bytes) -> Result<Bytes> {
    let boundary = multer::parse_boundary(kind).map_err(|cause| MEDIA_TYPE.caused_by(cause))?;
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>(form)]);
    let mut form = multer::Multipart::new(stream, boundary);
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        if part.name() == Some(PAYLOAD) {
            return part.bytes().await.map_err(unreadable);
        }
    }
    Ok(Bytes::new())
}

fn unreadable(cause: multer::Error) -> AppError {
    deliver::UNREADABLE.caused_by(cause)
}
