//! Rules about text: what names may be, what a message mentions, how people are shown. Pure functions in linear time.

pub mod code;
pub mod display;
pub mod email;
pub mod hashtags;
pub mod html;
pub mod links;
pub mod locale;
pub mod mentions;
pub mod names;
pub mod password;

pub use display::{NameFormat, display_name};
pub use hashtags::hashtags;
pub use html::escape_html;
pub use mentions::{Mentions, channel_mentions};

use std::borrow::Cow;

/// True when the text has at most `most` characters; looks at no more bytes than needed.
pub fn at_most(text: &str, most: usize) -> bool {
    text.len() <= most || text.chars().nth(most).is_none()
}

/// The first `most` characters.
pub fn truncated(text: &str, most: usize) -> &str {
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// The text without characters that turn its direction or mark it up invisibly (display names could lie with them).
pub fn without_invisible_markup(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_invisible_markup) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(is_invisible_markup, ""))
}

fn is_invisible_markup(c: char) -> bool {
    matches!(
        c,
        '\u{0340}' | '\u{0341}' | '\u{17a3}' | '\u{17d3}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
            | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffc}' | '\u{feff}' | '\u{1d173}'..='\u{1d17a}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters() {
        assert!(at_most("ééé", 3) && !at_most("éééé", 3) && at_most("", 0));
        assert_eq!(truncated("éééé", 3), "ééé");
    }

    #[test]
    fn invisible_markup_goes() {
        assert_eq!(
            without_invisible_markup("🚀 \u{202e}日本\u{200b}"),
            "🚀 日本\u{200b}"
        );
    }
}
