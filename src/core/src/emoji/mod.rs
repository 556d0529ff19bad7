//! The names of the emoji every client has, from `names.txt` (emojibase's lists of names, MIT). Custom emoji are rows.

use std::collections::HashSet;
use std::sync::LazyLock;

static NAMES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("names.txt").lines().collect());

const TONES: [&str; 5] = [
    "_light_skin_tone",
    "_medium_light_skin_tone",
    "_medium_skin_tone",
    "_medium_dark_skin_tone",
    "_dark_skin_tone",
];

/// True for the name of an emoji that is no custom one, in any skin tone.
pub fn is_system(name: &str) -> bool {
    NAMES.contains(name)
        || TONES
            .iter()
            .filter_map(|tone| name.strip_suffix(tone))
            .any(|base| NAMES.contains(base))
}

/// True for what a custom emoji may be called: 1 to 64 ASCII letters, digits, `-`, `+` and `_`.
pub fn is_well_formed(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'_');
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_system;

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
