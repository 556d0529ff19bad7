//! The pages a server without a web client shows: the start page, and short messages. Each is one document under a policy
//! that lets its own style and script run and nothing else. The start page asks the public API for all it shows.

use super::{missing, own_page, wants_html};
use axum::response::Response;
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const STYLE: &str = include_str!("start.css");
const SCRIPT: &str = include_str!("start.js");
const DOCUMENT: &str = include_str!("start.html");

/// The start page with its policy.
static START: LazyLock<(String, String)> = LazyLock::new(|| {
    let html = DOCUMENT
        .replace("/*STYLE*/", STYLE)
        .replace("/*SCRIPT*/", SCRIPT);
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    (html, policy)
});

/// For pages that are nothing but text.
pub(super) const MESSAGE_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a browser gets where a client would be: the start page at `/`; elsewhere a pointer to it, and programs the plain
/// answer for what is not there.
pub(super) fn without_client(path: &str, headers: &HeaderMap) -> Response {
    if path == "/" {
        let (html, policy) = &*START;
        return own_page(StatusCode::OK, policy, html.as_str());
    }
    if !wants_html(headers) {
        return missing();
    }
    let html = message(
        "This server has no web client",
        "Open this address in the Mattermost mobile app instead, or go to the <a href=\"/\">start page</a> to see how to \
         connect. Administrators: start the server with <code>--client DIR</code> to serve the web client of a Mattermost \
         release from here.",
    );
    own_page(StatusCode::NOT_FOUND, MESSAGE_POLICY, html)
}

/// A page with one message. Both parts are HTML of ours; nothing a request brought may be put into them.
pub(super) fn message(title: &'static str, text: &'static str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main>\
         </body></html>"
    )
}

/// How a policy names an inline script or style.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_page_stands_alone() {
        let (html, policy) = &*START;
        assert!(html.contains(SCRIPT) && html.contains(STYLE));
        assert!(policy.contains("script-src 'sha256-"));
        for outside in [
            "src=",
            "@import",
            "url(",
            " onclick",
            " onsubmit",
            " style=",
            "innerHTML",
            "eval(",
        ] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert_eq!(html.matches("<script>").count(), 1);
        assert!(html.len() < 32 * 1024, "{}", html.len());
    }
}
