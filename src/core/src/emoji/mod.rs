//! The names of the emoji every client has, each with the code points its picture is called by, from `names.txt` (emojibase's
//! lists, MIT). Custom emoji are rows.

use std::collections::HashMap;
use std::sync::LazyLock;

static CODES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("names.txt").lines();
    lines.filter_map(|line| line.split_once(' ')).collect()
});

const TONES: [(&str, &str); 5] = [
    ("_medium_light_skin_tone", "1f3fc"),
    ("_light_skin_tone", "1f3fb"),
    ("_medium_skin_tone", "1f3fd"),
    ("_medium_dark_skin_tone", "1f3fe"),
    ("_dark_skin_tone", "1f3ff"),
];

/// True for the name of an emoji that is no custom one, in any skin tone.
pub fn is_system(name: &str) -> bool {
    CODES.contains_key(name) || toned(name).is_some()
}

/// The code and the tone of a name that ends with one.
fn toned(name: &str) -> Option<(&'static str, &'static str)> {
    TONES.iter().find_map(|(suffix, tone)| {
        let code = CODES.get(name.strip_suffix(suffix)?)?;
        Some((*code, *tone))
    })
}

/// The code points of an emoji that is no custom one, as clients name its picture: `1f680`, `1f44d-1f3fb`.
pub fn code(name: &str) -> Option<String> {
    if let Some(code) = CODES.get(name) {
        return Some((*code).to_owned());
    }
    let (code, tone) = toned(name)?;
    // the tone stands behind the first character, and instead of the mark that makes it a picture
    let (first, rest) = code.split_once('-').unwrap_or((code, ""));
    let rest = rest
        .strip_prefix("fe0f")
        .unwrap_or(rest)
        .trim_start_matches('-');
    let gap = if rest.is_empty() { "" } else { "-" };
    Some(format!("{first}-{tone}{gap}{rest}"))
}

/// True for what a custom emoji may be called: 1 to 64 ASCII letters, digits, `-`, `+` and `_`.
pub fn is_well_formed(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'_');
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::{code, is_system};

    #[test]
    fn codes() {
        for (name, expected) in [
            ("rocket", "1f680"),
            ("heart", "2764-fe0f"),
            ("+1", "1f44d"),
            ("+1_medium_light_skin_tone", "1f44d-1f3fc"),
            ("hash", "0023-fe0f-20e3"),
        ] {
            assert_eq!(code(name).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(code("nothing_at_all"), None);
    }

    #[test]
    fn names() {
        for name in [
            "smile",
            "+1",
            "-1",
            "+1_medium_light_skin_tone",
            "wave_dark_skin_tone",
            "mattermost",
        ] {
            assert!(is_system(name), "{name}");
        }
        for name in ["", "SMILE", ":smile:", "nothing_at_all", "_dark_skin_tone"] {
            assert!(!is_system(name), "{name}");
        }
    }
}
