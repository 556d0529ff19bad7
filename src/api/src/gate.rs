//! The way into every operation: session, proof of origin, access rule; and what all answers have in common.
//! What an operation does is in the file of its noun.

mod origin;
pub(crate) mod token;

use crate::Api;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use config::Config;
use contract::{Access, Gate, Operation, PathValues, Rejection, RequestParts};
use domain::{App, Caller, access, sessions};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, EXPIRES, SET_COOKIE},
};
use model::Session;
use rustchat_core::{AppError, common, error::Result, ids, permissions};
use token::Place;

pub use origin::{API_VERSION, version_id};

/// What a multipart body may have beyond its file.
const MULTIPART_OVERHEAD: usize = 64 * 1024;

/// An error on its way out. A session that was offered and refused takes its cookie with it.
#[derive(Debug)]
pub struct Refused {
    error: AppError,
    clear_cookie: bool,
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self {
            error,
            clear_cookie: false,
        }
    }
}

/// The request's id, kept with the request so that errors and headers can name it.
#[derive(Clone)]
struct RequestId(String);

impl Gate for Api {
    type Caller = Caller;
    type Error = Refused;

    async fn authenticate(
        &self,
        op: &'static Operation,
        parts: &mut RequestParts,
    ) -> Result<Caller, Refused> {
        let config = self.app().config.get();
        let mut caller = origin::caller(&config, parts);
        parts
            .extensions
            .insert(RequestId(caller.request_id.clone()));
        if op.special_token {
            // Other servers have tokens of their own; none has been given one.
            return Err(common::SESSION_EXPIRED.err().into());
        }
        let Some((place, token)) = token::find(parts) else {
            return if op.session_required {
                Err(common::SESSION_EXPIRED.err().into())
            } else {
                Ok(caller)
            };
        };
        let Some((session, user)) = sessions::authenticate(self.app(), &token).await? else {
            return if op.session_required {
                Err(expired())
            } else {
                Ok(caller)
            };
        };
        if place == Place::Query && !session.is_oauth {
            return Err(common::TOKEN_PROVIDED.err().into());
        }
        caller.by_cookie = place == Place::Cookie;
        let writes = op.mutates() && !op.trust_requester;
        if writes && !is_meant(&config, &caller, &session, parts) {
            return Err(expired());
        }
        // Clients ask who they are before they show how to set a second factor up.
        if op.mfa_required && parts.uri.path() != "/api/v4/users/me" {
            domain::mfa::require_set_up(self.app(), &session, &user)?;
        }
        caller.session = Some(session);
        caller.user = Some(user);
        Ok(caller)
    }

    async fn authorize(
        &self,
        op: &'static Operation,
        caller: &mut Caller,
        ids: &PathValues,
    ) -> Result<(), Refused> {
        if op.busy_503 && domain::busy::is_busy(self.app()) {
            return Err(common::SERVER_BUSY.err().into());
        }
        if self.allows(op, caller, ids.object()).await? {
            return Ok(());
        }
        let error = match op.refusal {
            Some(refusal) => AppError::dynamic(
                refusal.id,
                refusal.status,
                "You are not allowed to do this, or it does not exist.",
            ),
            None => common::PERMISSIONS.err(),
        };
        Err(error.into())
    }

    fn user_id<'a>(&self, caller: &'a Caller) -> &'a str {
        caller.user_id()
    }

    fn body_limit(&self, op: &'static Operation) -> usize {
        let config = self.app().config.get();
        let most = if op.files {
            usize::try_from(config.file.max_file_size)
                .unwrap_or(usize::MAX)
                .saturating_add(MULTIPART_OVERHEAD)
        } else {
            usize::try_from(config.service.maximum_payload_size_bytes).unwrap_or(usize::MAX)
        };
        most.max(1)
    }

    fn reject(&self, op: &'static Operation, rejection: Rejection) -> Refused {
        let refusal = rejection.refusal();
        let error = match rejection {
            Rejection::BadPath { name } => common::INVALID_URL_PARAM.with("Name", name),
            Rejection::TooLarge => common::BODY_TOO_LARGE.err(),
            Rejection::Failed => {
                tracing::error!(operation = op.id, "a handler died");
                AppError::dynamic(refusal.id, refusal.status, "The server failed.")
            }
            other => AppError::dynamic(refusal.id, refusal.status, sentence(&other.to_string())),
        };
        error.into()
    }

    fn respond_error(
        &self,
        op: &'static Operation,
        parts: &RequestParts,
        refused: Refused,
    ) -> Response {
        let Refused {
            mut error,
            clear_cookie,
        } = refused;
        error.set_request_id(request_id(parts));
        log(op, &error);
        let mut response = json(error.status(), &error);
        if clear_cookie {
            let config = self.app().config.get();
            if let Ok(cookie) = HeaderValue::from_str(&token::cleared(&config.service.site_url)) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
        }
        response
    }

    fn not_found(&self, parts: &RequestParts) -> Response {
        let path: String = parts.uri.path().chars().take(200).collect();
        let detail = format!("There is no such operation: {path}");
        json(404, &common::NOT_FOUND.err().detail(detail))
    }

    fn finish(&self, _op: &'static Operation, parts: &RequestParts, response: &mut Response) {
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(&request_id(parts)) {
            headers.insert("x-request-id", id);
        }
        if let Ok(version) = HeaderValue::from_str(&origin::version_id()) {
            headers.insert("x-version-id", version);
        }
        headers.insert("permissions-policy", HeaderValue::from_static(""));
        headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
        headers.insert(
            "x-content-type-options",
            HeaderValue::from_static("nosniff"),
        );
        if parts.method == http::Method::GET && !headers.contains_key(CACHE_CONTROL) {
            headers.insert(EXPIRES, HeaderValue::from_static("0"));
        }
    }
}

impl Api {
    async fn allows(&self, op: &'static Operation, caller: &Caller, object: &str) -> Result<bool> {
        let app = self.app();
        let any = match op.access {
            Access::Nobody => return Ok(false),
            Access::Public | Access::Session | Access::InDomain { .. } => return Ok(true),
            Access::User { .. } if caller.is_self(object) => return Ok(true),
            Access::System { any }
            | Access::Team { any, .. }
            | Access::Channel { any, .. }
            | Access::Post { any, .. } => any,
            Access::User { self_or, .. } => self_or,
        };
        // One of the permissions is enough; an id nobody defined grants nothing.
        for permission in any.iter().filter_map(|id| permissions::find(id)) {
            let held = match op.access {
                Access::Team { .. } => access::has_team(app, caller, object, permission).await?,
                Access::Channel { .. } => {
                    access::has_channel(app, caller, object, permission).await?
                }
                Access::Post { .. } => access::has_post(app, caller, object, permission).await?,
                _ => access::has_system(app, caller, permission).await?,
            };
            if held {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A write by cookie comes from a page of this site, as far as the settings ask for proof.
fn is_meant(config: &Config, caller: &Caller, session: &Session, parts: &RequestParts) -> bool {
    let strict = config.service.experimental_strict_csrf_enforcement;
    let props = session.props.as_ref();
    let csrf = props.and_then(|props| props.get("csrf"));
    !caller.by_cookie
        || token::has_csrf(parts, csrf.map_or("", String::as_str))
        || (!strict && caller.scripted)
}

/// Who sends a request outside the contract; None without a live session.
pub(crate) async fn caller(
    app: &App,
    parts: &RequestParts,
    writes: bool,
) -> Result<Option<Caller>> {
    let config = app.config.get();
    let mut caller = origin::caller(&config, parts);
    let Some((place, token)) = token::find(parts) else {
        return Ok(None);
    };
    let Some((session, user)) = sessions::authenticate(app, &token).await? else {
        return Ok(None);
    };
    caller.by_cookie = place == Place::Cookie;
    if place == Place::Query || (writes && !is_meant(&config, &caller, &session, parts)) {
        return Ok(None);
    }
    domain::mfa::require_set_up(app, &session, &user)?;
    caller.session = Some(session);
    caller.user = Some(user);
    Ok(Some(caller))
}

fn expired() -> Refused {
    Refused {
        error: common::SESSION_EXPIRED.err(),
        clear_cookie: true,
    }
}

fn request_id(parts: &RequestParts) -> String {
    parts
        .extensions
        .get::<RequestId>()
        .map_or_else(ids::new_id, |id| id.0.clone())
}

/// Failures of the server are logged with their cause; refusals are the client's business.
fn log(op: &'static Operation, error: &AppError) {
    if error.status() >= 500 && error.status() != 501 {
        tracing::error!(operation = op.id, request_id = error.request_id(), id = error.id(), cause = ?error.cause(), "request failed");
    } else {
        tracing::debug!(
            operation = op.id,
            request_id = error.request_id(),
            id = error.id(),
            "request refused"
        );
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
        .unwrap_or_default()
}

fn json(status: u16, error: &AppError) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(error).unwrap_or_default();
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, kind, Body::from(body)).into_response()
}
