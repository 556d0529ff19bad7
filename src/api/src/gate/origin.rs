//! What a request tells about where it comes from: address, program, and the ids it carries.

use axum::extract::ConnectInfo;
use config::Config;
use contract::RequestParts;
use domain::Caller;
use rustchat_core::ids;
use std::net::{IpAddr, SocketAddr};

/// The version of the API this server speaks, as clients compare it.
pub const API_VERSION: &str = "11.6.0";

/// A caller without a session.
pub(super) fn caller(config: &Config, parts: &RequestParts) -> Caller {
    let text = |name: &str, most: usize| -> String {
        let value = parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().chars().take(most).collect()
    };
    Caller {
        request_id: ids::new_id(),
        ip: address(config, parts),
        user_agent: text("user-agent", 512),
        languages: text("accept-language", 128),
        connection_id: text("connection-id", 64),
        scripted: parts
            .headers
            .get("x-requested-with")
            .is_some_and(|value| value.as_bytes() == b"XMLHttpRequest"),
        secure: parts
            .headers
            .get("x-forwarded-proto")
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"https")),
        ..Caller::default()
    }
}

/// The client's address: from a header an administrator said to trust, else the connection's.
fn address(config: &Config, parts: &RequestParts) -> String {
    let trusted = config
        .service
        .trusted_proxy_ip_header
        .iter()
        .filter_map(|name| parts.headers.get(name.as_str()))
        .filter_map(|value| value.to_str().ok())
        .filter_map(|value| value.split(',').next())
        .find_map(|value| value.trim().parse::<IpAddr>().ok());
    let peer = || {
        parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip())
    };
    trusted
        .or_else(peer)
        .map(|ip| ip.to_string())
        .unwrap_or_default()
}

/// `X-Version-Id`: version, build and licence; clients look at its beginning.
pub fn version_id() -> String {
    format!("{API_VERSION}.{}.false", env!("CARGO_PKG_VERSION"))
}
