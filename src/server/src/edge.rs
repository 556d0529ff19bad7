//! What is decided before routing: requests without a host, over-long addresses and paths that have to be cleaned.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use config::ConfigHandle;
use rustchat_core::{AppError, ErrorDef, ids};

const ADDRESS_TOO_LONG: ErrorDef = ErrorDef::new(
    "basic_security_check.url.too_long_error",
    414,
    "The address is too long.",
);

/// Refuses over-long addresses and sends clients with unclean paths to the clean ones.
pub(crate) async fn check_address(
    State(config): State<ConfigHandle>,
    request: Request,
    next: Next,
) -> Response {
    if !names_one_host(&request) {
        return (
            StatusCode::BAD_REQUEST,
            "The request has to name one host.\n",
        )
            .into_response();
    }
    let most = usize::try_from(config.get().service.maximum_url_length).unwrap_or(usize::MAX);
    if request
        .uri()
        .path_and_query()
        .is_some_and(|address| address.as_str().len() > most)
    {
        let mut error = ADDRESS_TOO_LONG.err();
        error.set_request_id(ids::new_id());
        return refusal(&error);
    }
    match cleaned(request.uri()) {
        Some(location) => moved(&location),
        None => next.run(request).await,
    }
}

/// Two hosts, or none where the protocol wants one, are read differently by whatever stands before this server.
fn names_one_host(request: &Request) -> bool {
    match request.headers().get_all(header::HOST).iter().count() {
        0 => request.version() < Version::HTTP_11,
        count => count == 1,
    }
}

fn refusal(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Ok(id) = HeaderValue::from_str(error.request_id())
        && !id.is_empty()
    {
        headers.insert("x-request-id", id);
    }
    (
        status,
        headers,
        serde_json::to_vec(error).unwrap_or_default(),
    )
        .into_response()
}

fn moved(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (
            StatusCode::MOVED_PERMANENTLY,
            [(header::LOCATION, location)],
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The address to go to instead, if the path is untidy.
fn cleaned(uri: &Uri) -> Option<String> {
    let mut out = contract::clean_path(uri.path())?;
    if let Some(query) = uri.query() {
        out.push('?');
        out.push_str(query);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        let clean = |path: &'static str| cleaned(&Uri::from_static(path));
        assert_eq!(clean("/api/v4/users/me"), None);
        assert_eq!(clean("/api/v4/users/"), None);
        assert_eq!(
            clean("/api/v4//users/me?a=//"),
            Some("/api/v4/users/me?a=//".to_owned())
        );
        assert_eq!(clean("/a/../../b/./c//"), Some("/b/c/".to_owned()));
        assert_eq!(
            clean("//evil.example/x"),
            Some("/evil.example/x".to_owned())
        );
        assert_eq!(clean("//"), Some("/".to_owned()));
    }
}
