//! Programs that register themselves as applications (RFC 7591), where the settings let them. What is refused is told in the
//! words of that standard.

use super::apps;
use crate::App;
use model::{ClientRegistrationRequest, ClientRegistrationResponse, OAuthApp, Wire};
use rustchat_core::{clock, ids};

/// Why a registration was refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub error: &'static str,
    pub description: &'static str,
}

const OFF: Refusal = Refusal {
    error: "unsupported_operation",
    description: "Applications cannot register themselves on this server.",
};
const METADATA: Refusal = Refusal {
    error: "invalid_client_metadata",
    description: "The description of the application is not valid.",
};
const REDIRECT: Refusal = Refusal {
    error: "invalid_redirect_uri",
    description: "The application needs valid addresses to lead people back to.",
};
const FAILED: Refusal = Refusal {
    error: "server_error",
    description: "The application could not be registered.",
};
const DEFAULT_NAME: &str = "Dynamically registered application";

/// Registers the application a body describes.
pub async fn register(app: &App, body: &[u8]) -> Result<ClientRegistrationResponse, Refusal> {
    let config = app.config.get();
    let service = &config.service;
    if !service.enable_oauth_service_provider || !service.enable_dynamic_client_registration {
        return Err(OFF);
    }
    let value = serde_json::from_slice(body).map_err(|_| METADATA)?;
    let asked = ClientRegistrationRequest::from_value(value).map_err(|_| METADATA)?;
    let addresses = asked.redirect_uris.unwrap_or_default();
    let allowed = &service.dcr_redirect_uri_allowlist;
    if addresses.is_empty() || !addresses.iter().all(|address| is_allowed(allowed, address)) {
        return Err(REDIRECT);
    }
    let method = asked
        .token_endpoint_auth_method
        .filter(|method| !method.is_empty())
        .unwrap_or_else(|| "client_secret_post".to_owned());
    let public = match method.as_str() {
        "none" => true,
        "client_secret_post" => false,
        _ => return Err(METADATA),
    };
    let now = clock::now_ms();
    let made = OAuthApp {
        id: ids::new_id(),
        create_at: now,
        update_at: now,
        client_secret: if public { String::new() } else { ids::new_id() },
        name: asked
            .client_name
            .clone()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| DEFAULT_NAME.to_owned()),
        callback_urls: Some(addresses),
        homepage: asked.client_uri.clone().unwrap_or_default(),
        is_dynamically_registered: true,
        ..OAuthApp::default()
    };
    apps::check(&made).map_err(|error| {
        let redirect = error.id().contains(".callback.");
        if redirect { REDIRECT } else { METADATA }
    })?;
    if let Err(error) = store::oauth::apps::insert(&app.store, &made).await {
        tracing::error!(%error, "an application could not be registered");
        return Err(FAILED);
    }
    let list = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
    let grants: &[&str] = if public {
        &["authorization_code"]
    } else {
        &["authorization_code", "refresh_token"]
    };
    Ok(ClientRegistrationResponse {
        client_id: made.id,
        client_secret: (!public).then_some(made.client_secret),
        redirect_uris: made.callback_urls,
        token_endpoint_auth_method: method,
        grant_types: list(grants),
        response_types: list(&["code"]),
        scope: "user".to_owned(),
        client_name: Some(made.name),
        client_uri: asked.client_uri,
    })
}

/// Without a list every address is; in one, `*` stands for any characters but `/`, and `**` for any at all.
fn is_allowed(patterns: &[String], address: &str) -> bool {
    patterns.is_empty()
        || patterns
            .iter()
            .any(|pattern| matches(pattern.as_bytes(), address.as_bytes()))
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', b'*', rest @ ..] => {
            (0..=text.len()).any(|at| matches(rest, text.get(at..).unwrap_or_default()))
        }
        [b'*', rest @ ..] => {
            let segment = text
                .iter()
                .position(|&byte| byte == b'/')
                .unwrap_or(text.len());
            (0..=segment).any(|at| matches(rest, text.get(at..).unwrap_or_default()))
        }
        [byte, rest @ ..] => {
            text.first() == Some(byte) && matches(rest, text.get(1..).unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn patterns() {
        let list = |pattern: &str| vec![pattern.to_owned()];
        assert!(is_allowed(&[], "https://a.b/c"));
        assert!(is_allowed(&list("https://a.b/*"), "https://a.b/c"));
        assert!(!is_allowed(&list("https://a.b/*"), "https://a.b/c/d"));
        assert!(is_allowed(&list("https://a.b/**"), "https://a.b/c/d"));
        assert!(!is_allowed(&list("https://*.b/c"), "https://x/.b/c"));
        assert!(!is_allowed(&list("https://a.b"), "https://a.b/"));
    }
}
