//! Languages and time zones a person may choose. No translations here.

use std::collections::BTreeMap;

/// Languages the clients are translated into.
pub const SUPPORTED: &[&str] = &[
    "bg", "de", "en", "en-AU", "es", "fa", "fr", "hu", "it", "ja", "ko", "nl", "pl", "pt-BR", "ro",
    "ru", "sv", "tr", "uk", "vi", "zh-CN", "zh-TW",
];

/// The language of those who have not chosen.
pub const DEFAULT: &str = "en";

/// ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee \
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv \
    jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn \
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th \
    ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Empty, or a language with or without a country, at most five characters.
pub fn is_valid(locale: &str) -> bool {
    if locale.is_empty() {
        return true;
    }
    if locale.len() > 5 {
        return false;
    }
    let (language, country) = match locale.split_once(['-', '_']) {
        Some((language, country)) => (language, Some(country)),
        None => (locale, None),
    };
    let known = LANGUAGES
        .split_ascii_whitespace()
        .any(|code| code.eq_ignore_ascii_case(language));
    known
        && country
            .is_none_or(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// The time zone of those who have not chosen: the device's.
pub fn default_timezone() -> BTreeMap<String, String> {
    [
        ("automaticTimezone", ""),
        ("manualTimezone", ""),
        ("useAutomaticTimezone", "true"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The zone that counts for a person, by the stored map; UTC if it names none.
pub fn zone_of(timezone: &BTreeMap<String, String>) -> chrono_tz::Tz {
    let get = |name: &str| timezone.get(name).map(String::as_str).unwrap_or_default();
    let name = if get("useAutomaticTimezone") == "true" {
        get("automaticTimezone")
    } else {
        get("manualTimezone")
    };
    name.parse().unwrap_or(chrono_tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        for good in SUPPORTED.iter().chain(&["", "en_GB", "gsw"][..2]) {
            assert!(is_valid(good), "{good}");
        }
        for bad in ["xx", "not a locale", "en-", "en-USA", "e"] {
            assert!(!is_valid(bad), "{bad}");
        }
    }

    #[test]
    fn zones() {
        let mut chosen = default_timezone();
        assert_eq!(zone_of(&chosen), chrono_tz::UTC);
        chosen.insert("automaticTimezone".to_owned(), "Europe/Berlin".to_owned());
        assert_eq!(zone_of(&chosen), chrono_tz::Europe::Berlin);
    }
}
