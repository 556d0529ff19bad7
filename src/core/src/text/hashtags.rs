//! Hashtags of a message. They count wherever they stand, code included.

use regex::Regex;
use std::sync::LazyLock;

/// Longest list kept with a post, in characters.
pub const MAX_CHARACTERS: usize = 1000;

// A letter, then letters, digits, marks, hyphens, underscores and dots, ending in a letter, mark or digit.
static VALID: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^#\pL[\pL\p{M}0-9_.\-]*[\pL\p{M}0-9]$").ok());

/// The hashtags in order, separated by blanks, cut at a blank to `MAX_CHARACTERS`.
pub fn hashtags(message: &str) -> String {
    let mut out = String::new();
    let mut characters = 0;
    for tag in message.split_whitespace().filter_map(tag) {
        characters += tag.chars().count() + usize::from(!out.is_empty());
        if characters > MAX_CHARACTERS {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&tag);
    }
    out
}

/// The hashtag a word is, without the punctuation around it.
fn tag(word: &str) -> Option<String> {
    if !word.contains('#') {
        return None;
    }
    let counts = |c: char| c.is_alphabetic() || c.is_ascii_digit();
    let word = word
        .trim_start_matches(|c| !counts(c) && c != '#')
        .trim_end_matches(|c| !counts(c));
    let body = word.strip_prefix('#')?.trim_start_matches('#');
    let tag = format!("#{body}");
    VALID.as_ref()?.is_match(&tag).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_recorded() {
        let first = "#one #Two, #three. (#four) #fi-ve #six_6 #7eleven #ünïcödé #日本 ##double #a #ab #abc not#this";
        assert_eq!(
            hashtags(first),
            "#one #Two #three #four #fi-ve #six_6 #ünïcödé #日本 #double #ab #abc"
        );
        let second = "# heading\n#-x #x- `#code` [#link](http://a.b/#frag) #123 #x1 #_x";
        assert_eq!(hashtags(second), "#code #x1");
    }

    #[test]
    fn long_lists_are_cut_between_tags() {
        let many = "#tag ".repeat(500);
        let kept = hashtags(&many);
        assert!(kept.len() <= MAX_CHARACTERS && kept.ends_with("#tag"));
    }

    proptest! {
        #[test]
        fn never_panics_and_finds_whole_words(message in "\\PC{0,200}") {
            for found in hashtags(&message).split(' ').filter(|tag| !tag.is_empty()) {
                prop_assert!(found.starts_with('#') && message.contains(found));
            }
        }
    }
}
