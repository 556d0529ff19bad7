//! Names of emoji: what a custom one may be called, and which names belong to the emoji every client has.
//! Whether a custom emoji exists is the store's knowledge.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The longest name.
pub const MAX_NAME: usize = 64;

/// One name a line; a star marks those that come in skin tones. From the `emoji-datasource` package (MIT).
const NAMES: &str = include_str!("emoji_names.txt");

const TONES: [&str; 5] = [
    "_light_skin_tone",
    "_medium_light_skin_tone",
    "_medium_skin_tone",
    "_medium_dark_skin_tone",
    "_dark_skin_tone",
];

/// Name → whether it comes in skin tones.
static SYSTEM: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
    NAMES
        .lines()
        .map(|line| match line.strip_suffix('*') {
            Some(name) => (name, true),
            None => (line, false),
        })
        .collect()
});

/// True for the name of an emoji every client has, skin tones included.
pub fn is_system(name: &str) -> bool {
    SYSTEM.contains_key(name)
        || TONES.iter().any(|tone| {
            name.strip_suffix(tone)
                .is_some_and(|base| SYSTEM.get(base) == Some(&true))
        })
}

/// True for 1 to 64 ASCII letters, digits, `-`, `+` and `_`.
pub fn is_well_formed(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_names_are_known_with_their_tones() {
        assert!(is_system("smile") && is_system("+1") && is_system("+1_medium_dark_skin_tone"));
        assert!(!is_system("smile_dark_skin_tone") && !is_system("dill") && !is_system(""));
    }

    #[test]
    fn names_are_short_and_plain() {
        assert!(is_well_formed("UPPER_case-1+") && is_well_formed(&"a".repeat(64)));
        for bad in ["", "with space", "ümlaut", "a:b", &"a".repeat(65)] {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }
}
