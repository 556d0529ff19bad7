//! What an account may look like: names, addresses, languages, passwords, and what a new one starts with.
//! Pure; asks neither the store nor permissions.

use super::errors as e;
use model::User;
use rustchat_core::error::{AppError, Result};
use rustchat_core::text::names;
use std::collections::BTreeMap;

const MAX_EMAIL: usize = 128;
const MAX_NAME: usize = 64;
const MAX_POSITION: usize = 128;
const MAX_AUTH_DATA: usize = 128;
/// What the column holds.
pub(super) const MAX_ROLES: usize = 256;
const MAX_TIMEZONE: usize = 256;
const MAX_LOCALE: usize = 5;
/// Longest password of any server, in bytes: what bcrypt can hold.
pub const MAX_PASSWORD: usize = 72;
pub const DEFAULT_LOCALE: &str = "en";

/// Which passwords the configuration accepts.
#[derive(Clone, Debug, Default)]
pub struct PasswordPolicy {
    pub minimum_length: usize,
    pub lowercase: bool,
    pub uppercase: bool,
    pub number: bool,
    pub symbol: bool,
}

impl PasswordPolicy {
    pub fn check(&self, password: &str) -> Result<()> {
        if password.len() < self.minimum_length {
            return Err(password_error("_min_length", self));
        }
        if password.len() > MAX_PASSWORD {
            return Err(password_error("_max_length", self));
        }
        let has = |class: fn(&char) -> bool| password.chars().any(|c| class(&c));
        let classes = [
            (self.lowercase, "_lowercase", has(char::is_ascii_lowercase)),
            (self.uppercase, "_uppercase", has(char::is_ascii_uppercase)),
            (self.number, "_number", has(char::is_ascii_digit)),
            (
                self.symbol,
                "_symbol",
                has(|c| c.is_ascii_punctuation() || *c == ' '),
            ),
        ];
        let asked = classes.iter().filter(|(asked, ..)| *asked);
        if asked.clone().all(|(_, _, found)| *found) {
            return Ok(());
        }
        // the id names every class that is asked for, so that a client can list them
        let suffix: String = asked.map(|(_, name, _)| *name).collect();
        Err(password_error(&suffix, self))
    }
}

fn password_error(suffix: &str, policy: &PasswordPolicy) -> AppError {
    let id = format!("model.user.is_valid.pwd{suffix}.app_error");
    let text = "A password has {Min} to {Max} characters and every kind of character this server asks for.";
    AppError::dynamic(id, 400, text)
        .with("Min", policy.minimum_length)
        .with("Max", MAX_PASSWORD)
}

/// Brings names and addresses into the form they are stored and compared in.
pub fn normalize(user: &mut User) {
    user.username = user.username.to_lowercase();
    user.email = user.email.to_lowercase();
}

/// Refuses what no account may hold. The password is checked only for being there or not.
pub fn validate(user: &User) -> Result<()> {
    let auth_data = user.auth_data.as_deref().unwrap_or_default();
    let too_long = |text: &str, max: usize| text.chars().count() > max;
    let timezone = user.timezone.as_ref().filter(|zone| !zone.is_empty());
    let timezone = timezone.and_then(|zone| serde_json::to_string(zone).ok());
    let checks = [
        (
            !names::is_valid_username(&user.username),
            e::INVALID_USERNAME,
        ),
        (!is_email(&user.email), e::INVALID_EMAIL),
        (too_long(&user.nickname, MAX_NAME), e::INVALID_NICKNAME),
        (too_long(&user.position, MAX_POSITION), e::INVALID_POSITION),
        (too_long(&user.first_name, MAX_NAME), e::INVALID_FIRST_NAME),
        (too_long(&user.last_name, MAX_NAME), e::INVALID_LAST_NAME),
        (auth_data.len() > MAX_AUTH_DATA, e::INVALID_AUTH_DATA),
        (
            !auth_data.is_empty() && user.auth_service.is_empty(),
            e::AUTH_DATA_TYPE,
        ),
        (
            !auth_data.is_empty() && !user.password.is_empty(),
            e::AUTH_DATA_PASSWORD,
        ),
        (!is_locale(&user.locale), e::INVALID_LOCALE),
        (
            timezone.is_some_and(|zone| too_long(&zone, MAX_TIMEZONE)),
            e::TIMEZONE_LIMIT,
        ),
        (user.roles.len() > MAX_ROLES, e::ROLES_LIMIT),
    ];
    match checks.iter().find(|(bad, _)| *bad) {
        Some((_, def)) => Err(def.err()),
        None => Ok(()),
    }
}

/// One lower-case address as RFC 5322 writes it without a display name; the domain may be a single label.
pub fn is_email(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    address.len() <= MAX_EMAIL
        && address == address.to_lowercase()
        && is_dot_atom(local)
        && (is_dot_atom(domain) || is_domain_literal(domain))
}

fn is_dot_atom(text: &str) -> bool {
    let atom = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(c)
            || (!c.is_ascii() && !c.is_control())
    };
    text.split('.')
        .all(|part| !part.is_empty() && part.chars().all(atom))
}

fn is_domain_literal(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|ip| {
        ip.strip_prefix("ipv6:")
            .unwrap_or(ip)
            .parse::<std::net::IpAddr>()
            .is_ok()
    })
}

/// Empty, or a language with an optional region. Two-letter languages have to be registered ones.
pub fn is_locale(locale: &str) -> bool {
    if locale.is_empty() {
        return true;
    }
    let mut parts = locale.split(['-', '_']);
    let language = parts.next().unwrap_or_default().to_ascii_lowercase();
    let region = parts.next();
    locale.len() <= MAX_LOCALE
        && parts.next().is_none()
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && (language.len() == 3 || LANGUAGES.split(' ').any(|known| known == language))
        && region.is_none_or(|r| r.len() == 2 && r.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// ISO 639-1, and the old codes that are still in use.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in \
io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo \
mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl \
sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// The address belongs to one of the domains, given as a list with commas or spaces; an empty list takes all.
pub fn in_domains(email: &str, domains: &str) -> bool {
    let mut domains = domains
        .split([',', ' '])
        .map(|domain| domain.trim().trim_start_matches('@').to_lowercase())
        .filter(|domain| !domain.is_empty())
        .peekable();
    let own = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    domains.peek().is_none() || domains.any(|domain| domain == own)
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

/// What a new account is notified of.
pub fn default_notify_props() -> BTreeMap<String, String> {
    map(&[
        ("channel", "true"),
        ("comments", "never"),
        ("desktop", "mention"),
        ("desktop_sound", "true"),
        ("desktop_threads", "all"),
        ("email", "true"),
        ("email_threads", "all"),
        ("first_name", "false"),
        ("mention_keys", ""),
        ("push", "mention"),
        ("push_status", "online"),
        ("push_threads", "all"),
    ])
}

pub fn default_timezone() -> BTreeMap<String, String> {
    map(&[
        ("automaticTimezone", ""),
        ("manualTimezone", ""),
        ("useAutomaticTimezone", "true"),
    ])
}

/// Mention keys without empty ones, in lower case.
pub fn clean_mention_keys(notify_props: &mut BTreeMap<String, String>) {
    if let Some(keys) = notify_props.get_mut("mention_keys") {
        let clean: Vec<String> = keys
            .split(',')
            .filter(|key| !key.is_empty())
            .map(str::to_lowercase)
            .collect();
        *keys = clean.join(",");
    }
}

/// Drops the keys that were the old name, with and without `@`.
pub fn forget_username_in_keys(notify_props: &mut BTreeMap<String, String>, old: &str) {
    if let Some(keys) = notify_props.get_mut("mention_keys") {
        let kept: Vec<&str> = keys
            .split(',')
            .filter(|key| {
                let key = key.trim();
                !key.is_empty() && key.strip_prefix('@').unwrap_or(key) != old
            })
            .collect();
        *keys = kept.join(",");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "a@example.com",
            "bot@localhost",
            "a.b+c@x-y.org",
            "ü@exämple.de",
            "a@[127.0.0.1]",
        ] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@x.y", "a".repeat(126));
        for bad in [
            "",
            "a",
            "a@",
            "@b",
            "not an email",
            "A@b.c",
            "a@b@c",
            "a <a@b.c>",
            "a..b@c",
            "a@b.",
            &long,
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn locales() {
        for good in ["", "en", "de", "zh-CN", "pt_BR", "fil"] {
            assert!(is_locale(good), "{good}");
        }
        for bad in ["xx", "not a locale", "e", "en-", "en-1x", "en-GBx"] {
            assert!(!is_locale(bad), "{bad}");
        }
    }

    #[test]
    fn password_classes_are_named_in_the_id() {
        let policy = PasswordPolicy {
            minimum_length: 5,
            lowercase: true,
            number: true,
            ..Default::default()
        };
        assert_eq!(
            policy.check("abc").unwrap_err().id(),
            "model.user.is_valid.pwd_min_length.app_error"
        );
        assert_eq!(
            policy.check("abcde").unwrap_err().id(),
            "model.user.is_valid.pwd_lowercase_number.app_error"
        );
        assert!(policy.check("abcd1").is_ok());
        assert_eq!(
            policy.check(&"a1".repeat(37)).unwrap_err().id(),
            "model.user.is_valid.pwd_max_length.app_error"
        );
    }

    #[test]
    fn domains() {
        assert!(in_domains("a@b.c", ""));
        assert!(in_domains("a@b.c", "x.y, @B.c"));
        assert!(!in_domains("a@evilb.c", "b.c"));
    }

    #[test]
    fn mention_keys_lose_the_old_name() {
        let mut props = map(&[("mention_keys", "old,@old,other,")]);
        forget_username_in_keys(&mut props, "old");
        assert_eq!(props["mention_keys"], "other");
    }
}
