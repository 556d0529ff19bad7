//! Where a session token may stand in a request: cookie, then Authorization, then the address.

use contract::RequestParts;
use http::header::{AUTHORIZATION, COOKIE};
use subtle::ConstantTimeEq;
use url::Url;

pub(crate) const SESSION_COOKIE: &str = "MMAUTHTOKEN";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Cookie,
    Header,
    Query,
}

/// The token and where it was. The cookie beats the header, the header beats the address.
pub(super) fn find(parts: &RequestParts) -> Option<(Place, String)> {
    if let Some(token) = cookie(parts, SESSION_COOKIE) {
        return Some((Place::Cookie, token));
    }
    if let Some(token) = bearer(parts) {
        return Some((Place::Header, token));
    }
    let query = parts.uri.query()?;
    let token = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("access_token="))?;
    (!token.is_empty()).then(|| (Place::Query, token.to_owned()))
}

/// The value of a cookie, if it is there and not empty.
pub(crate) fn cookie(parts: &RequestParts, name: &str) -> Option<String> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

fn bearer(parts: &RequestParts) -> Option<String> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    (known && !token.trim().is_empty()).then(|| token.trim().to_owned())
}

/// The request proves by header that its sender can read this site's cookies.
pub(super) fn has_csrf(parts: &RequestParts, csrf: &str) -> bool {
    !csrf.is_empty()
        && parts
            .headers
            .get("x-csrf-token")
            .is_some_and(|given| bool::from(given.as_bytes().ct_eq(csrf.as_bytes())))
}

/// The path cookies are for: the one of the site, so that browsers do not show them to its neighbours on the same host.
pub(crate) fn cookie_path(site_url: &str) -> String {
    let path = Url::parse(site_url).map_or_else(|_| String::new(), |url| url.path().to_owned());
    let path = path.trim_end_matches('/');
    // in a cookie, the next attribute begins here
    match path.is_empty() || path.contains(';') {
        true => "/".to_owned(),
        false => path.to_owned(),
    }
}

/// A `Set-Cookie` that makes the browser forget the session.
pub(crate) fn cleared(site_url: &str) -> String {
    let path = cookie_path(site_url);
    format!("{SESSION_COOKIE}=; Path={path}; Max-Age=0; HttpOnly")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(headers: &[(&str, &str)], uri: &str) -> RequestParts {
        let mut request = http::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_cookie_beats_the_header_and_the_header_the_address() {
        let both = [
            ("cookie", "a=b; MMAUTHTOKEN=one"),
            ("authorization", "Bearer two"),
        ];
        assert_eq!(
            find(&parts(&both, "/?access_token=three")),
            Some((Place::Cookie, "one".into()))
        );
        assert_eq!(
            find(&parts(&both[1..], "/?access_token=three")),
            Some((Place::Header, "two".into()))
        );
        assert_eq!(
            find(&parts(&[], "/?x=1&access_token=three")),
            Some((Place::Query, "three".into()))
        );
    }

    #[test]
    fn cookies_are_for_the_path_of_the_site() {
        for (site, path) in [
            ("", "/"),
            ("https://chat.example.com", "/"),
            ("https://example.com/", "/"),
            ("https://example.com/company/chat/", "/company/chat"),
            ("https://example.com/a;Domain=b", "/"),
        ] {
            assert_eq!(cookie_path(site), path, "{site}");
        }
        assert_eq!(
            cleared("https://example.com/chat"),
            "MMAUTHTOKEN=; Path=/chat; Max-Age=0; HttpOnly"
        );
    }

    #[test]
    fn the_proof_of_origin_is_compared_whole() {
        for (given, good) in [("abc", true), ("ab", false), ("abcd", false), ("", false)] {
            let parts = parts(&[("x-csrf-token", given)], "/");
            assert_eq!(has_csrf(&parts, "abc"), good, "{given}");
        }
        assert!(!has_csrf(&parts(&[("x-csrf-token", "")], "/"), ""));
    }

    #[test]
    fn only_bearer_and_token_are_schemes() {
        for (value, found) in [
            ("BEARER x", true),
            ("token x", true),
            ("x", false),
            ("Basic x", false),
            ("Bearer", false),
        ] {
            assert_eq!(
                find(&parts(&[("authorization", value)], "/")).is_some(),
                found,
                "{value}"
            );
        }
    }
}
