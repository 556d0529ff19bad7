//! What names of users, teams, channels, emoji and the like may be. Lengths that belong to one noun only are checked there.

/// Names that mention many people or speak for the server.
const RESERVED_USERNAMES: &[&str] = &["all", "channel", "matterbot", "system"];
const RESERVED_TEAM_PREFIXES: &[&str] = &[
    "admin",
    "api",
    "channel",
    "claim",
    "error",
    "files",
    "help",
    "landing",
    "login",
    "mfa",
    "oauth",
    "plug",
    "plugins",
    "post",
    "signup",
    "boards",
    "playbooks",
];

fn lower_or_digit(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

/// 1 to 64 of a-z, 0-9, dot, hyphen, underscore; a few names are taken by the system.
pub fn is_valid_username(name: &str) -> bool {
    is_username_like(name, |b| {
        lower_or_digit(b) || matches!(b, b'.' | b'-' | b'_')
    })
}

/// As `is_valid_username`, with the colon that names of users of connected servers have.
pub fn is_valid_remote_username(name: &str) -> bool {
    is_username_like(name, |b| {
        lower_or_digit(b) || matches!(b, b'.' | b'-' | b'_' | b':')
    })
}

fn is_username_like(name: &str, allowed: impl Fn(u8) -> bool) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(allowed)
        && !RESERVED_USERNAMES.contains(&name)
}

/// A username made from anything (an address, a display name); `user-` and a random part if nothing is left.
pub fn clean_username(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let kept: String = lower
        .chars()
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
        .take(64)
        .collect();
    let kept = kept.trim_matches('-');
    if is_valid_username(kept) {
        kept.to_owned()
    } else {
        format!("user-{}", crate::ids::new_id())
    }
}

/// Two or more of a-z, 0-9 and, inside, hyphens (or one double underscore). The maximum of 64 is another error.
pub fn is_valid_team_name(name: &str) -> bool {
    let all_plain = |part: &str| !part.is_empty() && part.bytes().all(lower_or_digit);
    if let Some((before, after)) = name.split_once("__") {
        return all_plain(before) && all_plain(after);
    }
    let bytes = name.as_bytes();
    bytes.len() >= 2
        && bytes.first().copied().is_some_and(lower_or_digit)
        && bytes.last().copied().is_some_and(lower_or_digit)
        && bytes.iter().all(|b| lower_or_digit(*b) || *b == b'-')
}

/// Team names that begin like a page of the web application.
pub fn is_reserved_team_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    RESERVED_TEAM_PREFIXES
        .iter()
        .any(|prefix| lower.starts_with(prefix))
}

/// A letter or digit, then letters, digits, hyphens and underscores, all lower case.
pub fn is_valid_channel_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.first().copied().is_some_and(lower_or_digit)
        && bytes
            .iter()
            .all(|b| lower_or_digit(*b) || matches!(b, b'-' | b'_'))
}

/// Names of group channels are 40 hexadecimal digits, which no other channel may look like.
pub fn looks_like_group_channel(name: &str) -> bool {
    name.len() == 40
        && name
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Names of direct channels are two ids joined by `__`.
pub fn looks_like_direct_channel(name: &str) -> bool {
    direct_channel_users(name).is_some()
}

/// The two users of a direct channel, by its name.
pub fn direct_channel_users(name: &str) -> Option<(&str, &str)> {
    let (one, other) = name.split_once("__")?;
    (crate::ids::is_valid_id(one) && crate::ids::is_valid_id(other)).then_some((one, other))
}

/// The name of the direct channel of two users.
pub fn direct_channel_name(one: &str, other: &str) -> String {
    if one > other {
        format!("{other}__{one}")
    } else {
        format!("{one}__{other}")
    }
}

/// The name of the group channel of these users: a SHA-1 over the sorted ids.
pub fn group_channel_name(user_ids: &[String]) -> String {
    use sha1::{Digest, Sha1};
    let mut sorted: Vec<&str> = user_ids.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let mut hash = Sha1::new();
    sorted.iter().for_each(|id| hash.update(id));
    hex::encode(hash.finalize())
}

/// 1 to 64 of letters, digits, plus, hyphen and underscore.
pub fn is_valid_emoji_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_'))
}

/// 3 to 190 of letters, digits, hyphen, underscore and dot.
pub fn is_valid_plugin_id(id: &str) -> bool {
    (3..=190).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// A slash command's or outgoing webhook's trigger word: 1 to 128 bytes without blanks at a command's start.
pub fn is_valid_command_trigger(word: &str) -> bool {
    (1..=128).contains(&word.len())
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-'))
}

/// `#` and three or six hexadecimal digits.
pub fn is_hex_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// `http://` or `https://`, a host, no blanks or control characters.
pub fn is_http_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    #[test]
    fn usernames() {
        for good in ["a", "1", "-x", "2x.starts", "a.b-c_d", "here"] {
            assert!(is_valid_username(good), "{good}");
        }
        for bad in [
            "",
            "A",
            "has space",
            "a@b",
            "all",
            "channel",
            "system",
            "é",
            &"a".repeat(65),
        ] {
            assert!(!is_valid_username(bad), "{bad}");
        }
        assert!(is_valid_remote_username("bob:there"));
        assert_eq!(clean_username("Jörg Müller"), "jrg-mller");
        assert!(clean_username("日本").starts_with("user-"));
    }

    #[test]
    fn team_names() {
        for bad in [
            "a",
            "",
            "-ab",
            "ab-",
            "under_score",
            "Up",
            "sp ace",
            "équipe",
        ] {
            assert!(!is_valid_team_name(bad), "{bad}");
        }
        assert!(is_valid_team_name("ok-team") && is_valid_team_name("ab__cd"));
        assert!(
            is_reserved_team_name("Playbooks-x")
                && is_reserved_team_name("post1")
                && !is_reserved_team_name("mypost")
        );
    }

    #[test]
    fn direct_and_group_channels() {
        let (a, b) = ("a".repeat(26), "b".repeat(26));
        assert_eq!(direct_channel_name(&b, &a), format!("{a}__{b}"));
        assert!(looks_like_direct_channel(&direct_channel_name(&a, &b)));
        assert_eq!(
            group_channel_name(&[b.clone(), a.clone()]),
            group_channel_name(&[a, b])
        );
        assert!(looks_like_group_channel(&group_channel_name(&[])));
    }

    proptest! {
        #[test]
        fn same_as_the_recorded_patterns(name in "[a-c0_\\-A.é]{0,8}") {
            let team = Regex::new(r"^[a-z0-9]+([a-z\-0-9]+|(__)?)[a-z0-9]+$").unwrap();
            let channel = Regex::new(r"^[a-z0-9]+([a-z\-_0-9]+|(__)?)[a-z0-9]*$").unwrap();
            let user = Regex::new(r"^[a-z0-9.\-_]+$").unwrap();
            prop_assert_eq!(is_valid_team_name(&name), name.len() >= 2 && team.is_match(&name));
            prop_assert_eq!(is_valid_channel_name(&name), channel.is_match(&name));
            prop_assert_eq!(is_valid_username(&name), user.is_match(&name));
        }
    }
}
