//! Which values settings may have. A table for single settings, a few functions for settings that depend on each other.
//! Only what the server acts on is checked; the ids are the ones clients of the original know.

mod rules;

use crate::{error::Problem, masks, settings::Settings, tree};
use serde_json::Value;

/// What a single setting is held to.
enum Rule {
    AtLeast(i64),
    Between(i64, i64),
    OneOf(&'static [&'static str]),
    NotEmpty,
    MinLength(usize),
    MaxLength(usize),
    Address(&'static [&'static str]),
}
use Rule::{Address, AtLeast, Between, MaxLength, MinLength, NotEmpty, OneOf};

impl Rule {
    fn holds(&self, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        let number = value.as_i64().unwrap_or_default();
        match self {
            AtLeast(least) => number >= *least,
            Between(least, most) => (*least..=*most).contains(&number),
            OneOf(words) => words.contains(&text),
            NotEmpty => !text.trim().is_empty(),
            MinLength(least) => text.len() >= *least,
            MaxLength(most) => text.chars().count() <= *most,
            Address(schemes) => text.is_empty() || is_address(text, schemes),
        }
    }

    fn allowed(&self) -> String {
        match self {
            AtLeast(least) => format!("{least} or more"),
            Between(least, most) => format!("from {least} to {most}"),
            OneOf(words) => format!(
                "one of {}",
                words
                    .iter()
                    .map(|word| format!("{word:?}"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            NotEmpty => "set".to_owned(),
            MinLength(least) => format!("at least {least} characters long"),
            MaxLength(most) => format!("at most {most} characters long"),
            Address(schemes) => format!("an address that starts with {}", schemes.join(" or ")),
        }
    }
}

/// A scheme, `://` and a host, without blanks.
fn is_address(text: &str, schemes: &[&str]) -> bool {
    schemes.iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            !host.is_empty() && !text.chars().any(char::is_whitespace)
        })
    })
}

/// Everything that is wrong.
pub(crate) fn check(values: &Value, settings: &Settings) -> Vec<Problem> {
    let single = rules::RULES.iter().filter_map(|(path, rule, id)| {
        let value = tree::get(values, path).unwrap_or(&Value::Null);
        (!rule.holds(value)).then(|| problem(values, path, rule.allowed(), id))
    });
    single.chain(together(values, settings)).collect()
}

fn problem(values: &Value, path: &str, allowed: impl Into<String>, id: &'static str) -> Problem {
    let given = masks::shown(path, tree::get(values, path).unwrap_or(&Value::Null));
    Problem {
        setting: path.to_owned(),
        variable: None,
        given,
        allowed: allowed.into(),
        id,
    }
}

/// Settings that depend on each other.
fn together(values: &Value, s: &Settings) -> Vec<Problem> {
    let tls = s.service.connection_security == "TLS" && !s.service.use_lets_encrypt;
    let rules: [(bool, &str, &str, &'static str); 10] = [
        (
            s.service.site_url.is_empty() && s.service.allow_cookies_for_subdomains,
            "ServiceSettings.AllowCookiesForSubdomains",
            "false while ServiceSettings.SiteURL is empty",
            "model.config.is_valid.allow_cookies_for_subdomains.app_error",
        ),
        (
            s.service.site_url.is_empty() && s.email.enable_email_batching,
            "EmailSettings.EnableEmailBatching",
            "false while ServiceSettings.SiteURL is empty",
            "model.config.is_valid.site_url_email_batching.app_error",
        ),
        (
            s.cluster.enable && s.email.enable_email_batching,
            "EmailSettings.EnableEmailBatching",
            "false while ClusterSettings.Enable is true",
            "model.config.is_valid.cluster_email_batching.app_error",
        ),
        (
            s.service.collapsed_threads != "disabled" && !s.service.thread_auto_follow,
            "ServiceSettings.ThreadAutoFollow",
            "true unless ServiceSettings.CollapsedThreads is \"disabled\"",
            "model.config.is_valid.collapsed_threads.autofollow.app_error",
        ),
        (
            s.service.enable_local_mode && s.service.local_mode_socket_location.is_empty(),
            "ServiceSettings.LocalModeSocketLocation",
            "a path while ServiceSettings.EnableLocalMode is true",
            "model.config.is_valid.local_mode_socket.app_error",
        ),
        (
            tls && s.service.tls_cert_file.is_empty(),
            "ServiceSettings.TLSCertFile",
            "a file while ServiceSettings.ConnectionSecurity is \"TLS\"",
            "model.config.is_valid.tls_cert_file_missing.app_error",
        ),
        (
            tls && s.service.tls_key_file.is_empty(),
            "ServiceSettings.TLSKeyFile",
            "a file while ServiceSettings.ConnectionSecurity is \"TLS\"",
            "model.config.is_valid.tls_key_file_missing.app_error",
        ),
        (
            s.cache.cache_type == "redis" && s.cache.redis_address.is_empty(),
            "CacheSettings.RedisAddress",
            "an address while CacheSettings.CacheType is \"redis\"",
            "model.config.is_valid.empty_redis_address.app_error",
        ),
        (
            s.cache.cache_type == "redis" && s.cache.redis_db < 0,
            "CacheSettings.RedisDB",
            "0 or more while CacheSettings.CacheType is \"redis\"",
            "model.config.is_valid.invalid_redis_db.app_error",
        ),
        (
            s.image_proxy.enable
                && !["local", "atmos/camo"].contains(&s.image_proxy.image_proxy_type.as_str()),
            "ImageProxySettings.ImageProxyType",
            "one of \"local\", \"atmos/camo\"",
            "model.config.is_valid.image_proxy_type.app_error",
        ),
    ];
    let mut out: Vec<Problem> = rules
        .into_iter()
        .filter(|rule| rule.0)
        .map(|(_, path, allowed, id)| problem(values, path, allowed, id))
        .collect();
    let schemes: Vec<_> = s
        .display
        .custom_url_schemes
        .iter()
        .filter(|scheme| !is_scheme(scheme))
        .collect();
    if !schemes.is_empty() {
        let allowed = "names of schemes: a letter, then letters, digits, '+', '.' or '-'";
        out.push(problem(
            values,
            "DisplaySettings.CustomURLSchemes",
            allowed,
            "model.config.is_valid.display.custom_url_schemes.app_error",
        ));
    }
    out
}

fn is_scheme(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
}
