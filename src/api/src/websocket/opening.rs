//! What an upgrade request says: who asks, from which page, and which connection it had before.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use config::settings::ServiceSettings;
use rustchat_core::error::ErrorDef;
use rustchat_core::ids::is_valid_id;
use serde::Deserialize;
use url::Url;

const UPGRADE: ErrorDef = ErrorDef::new(
    "api.web_socket.connect.upgrade.app_error",
    400,
    "This address is for websocket connections of this server's own pages and apps.",
);

/// The query of the upgrade request; unknown parts are ignored.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    connection_id: String,
    #[serde(default)]
    sequence_number: String,
    #[serde(default)]
    posted_ack: String,
}

/// How an authenticated client begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    Fresh,
    Resume(String, u64),
    /// A connection id that can be none, or one without a number: the socket closes.
    Malformed,
}

impl Wish {
    pub(super) fn opening(&self) -> Opening {
        if self.connection_id.is_empty() {
            return Opening::Fresh;
        }
        match self.sequence_number.parse::<i64>() {
            Ok(seq) if is_valid_id(&self.connection_id) => match u64::try_from(seq) {
                Ok(seq) => Opening::Resume(self.connection_id.clone(), seq),
                Err(_negative) => Opening::Fresh, // a number never sent
            },
            _ => Opening::Malformed,
        }
    }

    pub(super) fn can_ack(&self) -> bool {
        self.posted_ack == "true"
    }
}

/// The token of the request: the cookie's, else that of the Authorization header.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let cookie = cookies
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("MMAUTHTOKEN="));
    let header = || {
        let (scheme, token) = headers
            .get(AUTHORIZATION)?
            .to_str()
            .ok()?
            .trim()
            .split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token"))
            .then_some(token)
    };
    let token = cookie.or_else(header)?.trim().trim_matches('"');
    (!token.is_empty()).then(|| token.to_owned())
}

/// Whether the page that asks may: one of this host or of the address people use, one of those allowed, or no page at all.
pub(super) fn is_allowed_origin(headers: &HeaderMap, service: &ServiceSettings) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let mut allowed = service
        .allow_cors_from
        .split([' ', ','])
        .filter(|one| !one.is_empty());
    if allowed.any(|one| one == "*" || one.trim_end_matches('/').eq_ignore_ascii_case(origin)) {
        return true;
    }
    let parse = |address: &str| Some(Url::parse(address).ok()?.origin());
    if parse(&service.site_url).is_some_and(|own| own.is_tuple() && Some(own) == parse(origin)) {
        return true;
    }
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    host_and_port(origin).is_some_and(|of_page| of_page.eq_ignore_ascii_case(host))
}

fn host_and_port(origin: &str) -> Option<String> {
    let url = Url::parse(origin).ok()?;
    let host = url.host_str()?;
    Some(
        url.port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
    )
}

pub(super) fn refused(status: u16) -> Response {
    let error = UPGRADE.err().with_status(status);
    let body = serde_json::to_string(&error).unwrap_or_default();
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(axum::http::HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn pages_of_other_hosts_are_refused() {
        let settings = |allowed: &str| ServiceSettings {
            allow_cors_from: allowed.to_owned(),
            site_url: "https://public.example.com/chat".to_owned(),
            ..ServiceSettings::default()
        };
        let ask = |origin, allowed| {
            is_allowed_origin(
                &headers(&[(HOST, "chat.example.com:8065"), (ORIGIN, origin)]),
                &settings(allowed),
            )
        };
        assert!(ask("https://public.example.com", ""));
        assert!(ask(
            "https://public.example.com",
            "https://other.example.com"
        ));
        assert!(!ask("http://public.example.com", ""));
        assert!(ask("http://chat.example.com:8065", ""));
        assert!(ask("HTTP://CHAT.example.com:8065", ""));
        assert!(!ask("http://chat.example.com", ""));
        assert!(!ask("http://evil.example.com", ""));
        assert!(!ask("null", ""));
        assert!(ask("http://evil.example.com", "*"));
        assert!(ask(
            "https://other.example.com",
            "http://a,https://other.example.com/"
        ));
        assert!(ask(
            "http://chat.example.com:8065",
            "https://other.example.com"
        ));
        assert!(
            is_allowed_origin(&headers(&[(HOST, "x")]), &settings("")),
            "apps have no page"
        );
    }

    #[test]
    fn the_cookie_beats_the_header() {
        assert_eq!(
            token(&headers(&[
                (COOKIE, "a=b; MMAUTHTOKEN=c"),
                (AUTHORIZATION, "Bearer h")
            ]))
            .as_deref(),
            Some("c")
        );
        assert_eq!(
            token(&headers(&[(AUTHORIZATION, "TOKEN h")])).as_deref(),
            Some("h")
        );
        assert_eq!(token(&headers(&[(AUTHORIZATION, "Basic h")])), None);
        assert_eq!(token(&headers(&[(AUTHORIZATION, "h")])), None);
    }

    #[test]
    fn openings_are_judged_as_recorded() {
        let open = |id: &str, seq: &str| {
            Wish {
                connection_id: id.into(),
                sequence_number: seq.into(),
                ..Wish::default()
            }
            .opening()
        };
        let id = "z".repeat(26);
        assert_eq!(open("", "0"), Opening::Fresh);
        assert_eq!(open(&id, "5"), Opening::Resume(id.clone(), 5));
        assert_eq!(open("short", "x"), Opening::Malformed);
        assert_eq!(open(&id, ""), Opening::Malformed);
    }
}
