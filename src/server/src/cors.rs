//! Which other sites' pages may call the API, by `ServiceSettings.AllowCorsFrom`. Read at the start.

use axum::http::{HeaderName, HeaderValue};
use config::settings::ServiceSettings;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

/// The layer, if any site is allowed: `*`, or origins separated by blanks or commas.
pub(crate) fn layer(settings: &ServiceSettings) -> Option<CorsLayer> {
    let words = |text: &str| -> Vec<String> {
        text.split([' ', ','])
            .filter(|word| !word.is_empty())
            .map(|word| word.trim_end_matches('/').to_owned())
            .collect()
    };
    let sites = words(&settings.allow_cors_from);
    if sites.is_empty() {
        return None;
    }
    let everyone = sites.iter().any(|site| site == "*");
    if everyone && settings.cors_allow_credentials {
        tracing::warn!(
            "ServiceSettings.CorsAllowCredentials has no effect while ServiceSettings.AllowCorsFrom is \"*\""
        );
    }
    let origins: Vec<HeaderValue> = sites.iter().filter_map(|site| site.parse().ok()).collect();
    let exposed: Vec<HeaderName> = words(&settings.cors_exposed_headers)
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    Some(
        CorsLayer::new()
            .allow_origin(if everyone {
                AllowOrigin::any()
            } else {
                AllowOrigin::list(origins)
            })
            .allow_methods(AllowMethods::mirror_request())
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(ExposeHeaders::list(exposed))
            .allow_credentials(settings.cors_allow_credentials && !everyone),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_when_asked_for() {
        let mut settings = ServiceSettings::default();
        assert!(layer(&settings).is_none());
        settings.cors_allow_credentials = true;
        for sites in ["*", "https://a.example https://b.example/"] {
            settings.allow_cors_from = sites.to_owned();
            // a combination the specification forbids would panic here
            assert!(layer(&settings).is_some());
        }
    }
}
