//! A request's way through an operation: match, authenticate, path ids, body, authorize, handler, answer.
//! One copy of this code serves every operation; what differs is a row of `OPERATIONS` and a function pointer.
use crate::body::{self, Input};
use crate::gate::{Gate, PathValues, Rejection, RequestParts};
use crate::matching::{Matcher, clean_path};
use crate::operation::{BodyKind, Check, Operation, Scope, Source};
use crate::query::Query;
use crate::reply::Outcome;
use crate::rest::Rest;
use axum::body::Body;
use axum::response::Response;
use axum::routing::any;
use futures_util::future::{BoxFuture, FutureExt};
use http::header::{CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, LOCATION};
use http::{Method, StatusCode};
use model::WireError;
use std::future::Future;
use std::sync::Arc;
use tracing::Instrument;

/// A decoded request, waiting for its caller.
pub(crate) type Prepared<S> = Box<
    dyn FnOnce(S, <S as Gate>::Caller) -> BoxFuture<'static, Result<Outcome, <S as Gate>::Error>>
        + Send,
>;

/// Decodes a request for its handler.
pub(crate) type Call<S> = fn(Input) -> Result<Prepared<S>, WireError>;

/// What stands behind an operation.
pub(crate) enum Handler<S: Gate> {
    Call(Call<S>),
    /// Only decodes: a licensed operation refuses bad bodies before it asks for a licence.
    Refuse(fn(Input) -> Result<(), WireError>),
    Pending,
}

/// An operation and its handler.
pub(crate) struct Route<S: Gate> {
    pub(crate) op: &'static Operation,
    pub(crate) handler: Handler<S>,
}

/// A generated request type.
pub(crate) trait Request: Sized + Send + 'static {
    fn decode(input: Input) -> Result<Self, WireError>;
}

/// Decodes now, handles later. `answer` is the only part written once per operation.
pub(crate) fn prepare<S, R, F, Fut>(input: Input, answer: F) -> Result<Prepared<S>, WireError>
where
    S: Gate,
    R: Request,
    F: FnOnce(S, S::Caller, R) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Outcome, S::Error>> + Send + 'static,
{
    let request = R::decode(input)?;
    Ok(Box::new(move |service, caller| {
        answer(service, caller, request).boxed()
    }))
}

struct Table<S: Gate> {
    service: S,
    routes: Vec<Route<S>>,
    matcher: Matcher,
}

pub(crate) fn router<S: Gate>(service: S, routes: Vec<Route<S>>) -> axum::Router {
    let matcher = Matcher::new(routes.iter().map(|route| route.op));
    let outside: Vec<&str> = routes
        .iter()
        .map(|r| r.op.path)
        .filter(|path| !path.starts_with("/api/"))
        .collect();
    let mut paths = vec!["/api/", "/api/{*rest}"];
    paths.extend(outside);
    paths.sort_unstable();
    paths.dedup();
    let table = Arc::new(Table {
        service,
        routes,
        matcher,
    });
    paths.into_iter().fold(axum::Router::new(), |router, path| {
        let table = Arc::clone(&table);
        router.route(
            path,
            any(move |request: axum::extract::Request| serve(Arc::clone(&table), request)),
        )
    })
}

async fn serve<S: Gate>(table: Arc<Table<S>>, request: axum::extract::Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Some(clean) = clean_path(parts.uri.path()) {
        return redirect(&parts, clean);
    }
    let path = percent_encoding::percent_decode_str(parts.uri.path())
        .decode_utf8_lossy()
        .into_owned();
    let Some((number, values)) = table.matcher.find(parts.method.as_str(), &path) else {
        return table.service.not_found(&parts);
    };
    let route = &table.routes[number];
    let names = route.op.params.iter().map(|param| param.name);
    let path = PathValues {
        values: names.zip(values).collect(),
        object: String::new(),
    };
    let waits = parts.headers.contains_key(http::header::EXPECT);
    let (body, rest) = Rest::split(body);
    let mut response = match operate(&table.service, route, &mut parts, path, body).await {
        Ok(response) => not_modified(&parts, response),
        Err(error) => table.service.respond_error(route.op, &parts, error),
    };
    // a client that waits for leave to send has not sent what was not read
    if let Some(rest) = rest.filter(|_| !waits) {
        rest.clear().await;
    }
    table.service.finish(route.op, &parts, &mut response);
    response.extensions_mut().insert(route.op);
    if parts.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

fn redirect(parts: &RequestParts, mut path: String) -> Response {
    if let Some(query) = parts.uri.query() {
        path = format!("{path}?{query}");
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(location) = HeaderValue::from_str(&path) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A GET that names the answer's etag gets 304 and no body.
fn not_modified(parts: &RequestParts, mut response: Response) -> Response {
    let asked = parts.headers.get(IF_NONE_MATCH);
    if parts.method == Method::GET && asked.is_some() && asked == response.headers().get(ETAG) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(CONTENT_TYPE);
    }
    response
}

async fn operate<S: Gate>(
    service: &S,
    route: &Route<S>,
    parts: &mut RequestParts,
    mut path: PathValues,
    body: Body,
) -> Result<Response, S::Error> {
    let op = route.op;
    let reject = |rejection| service.reject(op, rejection);
    let mut caller = service.authenticate(op, parts).await?;
    if matches!(route.handler, Handler::Pending) {
        return Err(reject(Rejection::Pending));
    }
    check_path(op, &mut path, service.user_id(&caller)).map_err(reject)?;
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    if op.body_after_access {
        path.object = object(op, &path, &query, None);
        service.authorize(op, &mut caller, &path).await?;
        if matches!(route.handler, Handler::Refuse(_)) {
            return Err(reject(licence(op)));
        }
    }
    let limit = op
        .body_limit
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or_else(|| service.body_limit(op));
    let input = read(op, parts, path, query, body, limit)
        .await
        .map_err(reject)?;
    let ids = input.path.clone();
    let unfit = |error: WireError| reject(body::unreadable(op, error.to_string()));
    let prepared = match &route.handler {
        Handler::Call(call) => Some(call(input).map_err(unfit)?),
        Handler::Refuse(check) => check(input).map(|()| None).map_err(unfit)?,
        Handler::Pending => None,
    };
    if !op.body_after_access {
        service.authorize(op, &mut caller, &ids).await?;
    }
    let Some(prepared) = prepared else {
        return Err(reject(licence(op)));
    };
    let outcome = if op.mutates() {
        // A client that hangs up must not stop a half-done change.
        match tokio::spawn(prepared(service.clone(), caller).in_current_span()).await {
            Ok(result) => result?,
            Err(_) => return Err(reject(Rejection::Failed)),
        }
    } else {
        prepared(service.clone(), caller).await?
    };
    outcome
        .into_response(op.status)
        .ok_or_else(|| reject(Rejection::Failed))
}

/// Reads the body and finds the id the access rule is about.
async fn read(
    op: &'static Operation,
    parts: &RequestParts,
    path: PathValues,
    query: Query,
    body: Body,
    limit: usize,
) -> Result<Input, Rejection> {
    let mut input = Input {
        path,
        query,
        json: serde_json::Value::Null,
        raw: None,
        headers: parts.headers.clone(),
        lenient: matches!(op.body, BodyKind::Json { lenient: true, .. }),
    };
    match op.body {
        BodyKind::None => {}
        BodyKind::Json { .. } => input.json = body::json(op, body, limit).await?,
        BodyKind::Raw => input.raw = Some(body::raw(&parts.headers, body, limit)?),
    }
    input.path.object = object(op, &input.path, &input.query, Some(&input.json));
    Ok(input)
}

fn licence(op: &Operation) -> Rejection {
    match op.scope {
        Scope::Licensed(refusal) => Rejection::Licensed(refusal),
        Scope::Implemented | Scope::Pending | Scope::ByHand => Rejection::Pending,
    }
}

/// Replaces `me` and refuses what is not an id.
fn check_path(op: &'static Operation, path: &mut PathValues, me: &str) -> Result<(), Rejection> {
    for (param, (_, value)) in op.params.iter().zip(&mut path.values) {
        if matches!(param.check, Check::UserId | Check::Me) && value == "me" {
            me.clone_into(value);
        }
        if matches!(param.check, Check::Id | Check::UserId) && !is_id(value) {
            return Err(Rejection::BadPath { name: param.name });
        }
    }
    Ok(())
}

fn is_id(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The id the access rule is about.
fn object(
    op: &Operation,
    path: &PathValues,
    query: &Query,
    json: Option<&serde_json::Value>,
) -> String {
    match op.access.source() {
        None => String::new(),
        Some(Source::Path(name)) => path.get(name).to_owned(),
        Some(Source::Query(name)) => query.get(name).unwrap_or_default().to_owned(),
        Some(Source::Body(name)) => json
            .map(|json| body::member(json, name))
            .unwrap_or_default(),
    }
}
