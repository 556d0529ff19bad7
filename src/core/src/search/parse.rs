//! The language of the search box: words, "phrases", #tags, `-` before what must not be there, and modifiers
//! (`from:`, `in:` or `channel:`, `ext:`, `on:`, `before:`, `after:`). Who and what they name is looked up elsewhere.

use super::dates::day;
use super::words::{Phrase, fold};
use crate::text;

/// More terms than this are not looked at.
const MOST_TERMS: usize = 64;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub words: Vec<Phrase>,
    pub not_words: Vec<Phrase>,
    /// Lower case, with the `#`.
    pub tags: Vec<String>,
    pub not_tags: Vec<String>,
    /// Any of the words (or tags) is enough.
    pub any: bool,
    pub from: Vec<String>,
    pub not_from: Vec<String>,
    pub channels: Vec<String>,
    pub not_channels: Vec<String>,
    pub extensions: Vec<String>,
    pub not_extensions: Vec<String>,
    pub dates: Dates,
    /// Something was asked for that nothing can meet: only frequent words, an impossible day.
    pub nothing: bool,
}

/// Spans of time, in milliseconds, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    pub within: Vec<(i64, i64)>,
    pub without: Vec<(i64, i64)>,
}

impl Search {
    /// Nothing but modifiers.
    pub fn is_filter_only(&self) -> bool {
        self.words.is_empty() && self.tags.is_empty()
    }

    fn has_filter(&self) -> bool {
        let lists = [
            &self.from,
            &self.not_from,
            &self.channels,
            &self.not_channels,
            &self.extensions,
            &self.not_extensions,
        ];
        lists.iter().any(|list| !list.is_empty())
            || !self.dates.within.is_empty()
            || !self.dates.without.is_empty()
    }
}

/// One piece of the search box.
struct Piece<'a> {
    text: &'a str,
    negated: bool,
    quoted: bool,
}

/// Reads the search box. `offset_seconds`: how far the person's clock is ahead of UTC.
pub fn parse(terms: &str, any: bool, offset_seconds: i64) -> Search {
    let mut search = Search {
        any,
        ..Search::default()
    };
    let mut asked_for_words = false;
    let mut only_names = true;
    let mut pieces = pieces(terms).into_iter().take(MOST_TERMS).peekable();
    while let Some(piece) = pieces.next() {
        if let Some((modifier, value)) = modifier(&piece) {
            // `from: somebody`: the value is the next word
            let value = if value.is_empty() {
                pieces.next().map_or("", |next| next.text)
            } else {
                value
            };
            search.filter(modifier, value, piece.negated, offset_seconds);
            continue;
        }
        if !piece.negated {
            asked_for_words = true;
            only_names &= piece.text.starts_with('@');
        }
        search.term(&piece);
    }
    if asked_for_words && search.is_filter_only() || !asked_for_words && !search.has_filter() {
        search.nothing = true;
    }
    // A bare @name finds nothing, as recorded, unless any word is enough.
    if asked_for_words && only_names && !any {
        search.nothing = true;
    }
    if !search.not_words.is_empty() && search.is_filter_only() {
        search.nothing = true;
    }
    search
}

impl Search {
    fn term(&mut self, piece: &Piece<'_>) {
        let (text, prefix) = match piece.text.strip_suffix('*') {
            Some(rest) => (rest.trim_end_matches('*'), true),
            None => (piece.text, false),
        };
        if text.starts_with('#') && !prefix && !piece.quoted {
            let found = text::hashtags(text);
            if let Some(tag) = found.split_whitespace().next() {
                let list = if piece.negated {
                    &mut self.not_tags
                } else {
                    &mut self.tags
                };
                list.push(fold(tag));
                return;
            }
        }
        if let Some(phrase) = Phrase::of(text, prefix) {
            let list = if piece.negated {
                &mut self.not_words
            } else {
                &mut self.words
            };
            list.push(phrase);
        }
    }

    fn filter(&mut self, modifier: Modifier, value: &str, negated: bool, offset: i64) {
        let value = value.trim_matches('"');
        let (list, mark) = match (modifier, negated) {
            (Modifier::From, false) => (&mut self.from, '@'),
            (Modifier::From, true) => (&mut self.not_from, '@'),
            (Modifier::In, false) => (&mut self.channels, '~'),
            (Modifier::In, true) => (&mut self.not_channels, '~'),
            (Modifier::Ext, false) => (&mut self.extensions, '.'),
            (Modifier::Ext, true) => (&mut self.not_extensions, '.'),
            (Modifier::On | Modifier::Before | Modifier::After, _) => {
                self.date(modifier, day(value, offset), negated);
                return;
            }
        };
        let value = value.trim_start_matches(mark).to_lowercase();
        if !value.is_empty() {
            list.push(value);
        }
    }

    fn date(&mut self, modifier: Modifier, day: Option<(i64, i64)>, negated: bool) {
        let span = match (modifier, day) {
            (Modifier::Before, Some((start, _))) => (i64::MIN, start - 1),
            (Modifier::After, Some((_, end))) => (end + 1, i64::MAX),
            (_, Some(day)) => day,
            // An unreadable day excludes nothing, and nothing is on it or before it.
            (Modifier::After, None) => (i64::MIN, i64::MAX),
            (_, None) => (1, 0),
        };
        match (negated, day) {
            (true, None) => {}
            (true, _) => self.dates.without.push(span),
            (false, _) => self.dates.within.push(span),
        }
        self.nothing |= !negated && span.0 > span.1;
    }
}

#[derive(Clone, Copy)]
enum Modifier {
    From,
    In,
    Ext,
    On,
    Before,
    After,
}

fn modifier<'a>(piece: &Piece<'a>) -> Option<(Modifier, &'a str)> {
    if piece.quoted {
        return None;
    }
    let (name, value) = piece.text.split_once(':')?;
    let modifier = match name.to_ascii_lowercase().as_str() {
        "from" => Modifier::From,
        "in" | "channel" => Modifier::In,
        "ext" => Modifier::Ext,
        "on" => Modifier::On,
        "before" => Modifier::Before,
        "after" => Modifier::After,
        _ => return None,
    };
    Some((modifier, value))
}

/// Words and quoted phrases, each with its sign. A quote that is not closed ends with the text.
fn pieces(terms: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = terms;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return out;
        }
        let (negated, after) = match rest.strip_prefix('-') {
            Some(after) if !after.starts_with(char::is_whitespace) && !after.is_empty() => {
                (true, after)
            }
            _ => (false, rest),
        };
        if let Some(quoted) = after.strip_prefix('"') {
            let (text, tail) = quoted.split_once('"').unwrap_or((quoted, ""));
            out.push(Piece {
                text,
                negated,
                quoted: true,
            });
            rest = tail;
        } else {
            let end = after.find(char::is_whitespace).unwrap_or(after.len());
            let (text, tail) = after.split_at(end);
            out.push(Piece {
                text,
                negated,
                quoted: false,
            });
            rest = tail;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn of(terms: &str) -> Search {
        parse(terms, false, 0)
    }

    #[test]
    fn modifiers() {
        let search = of("turnip FROM:@Bob In:ops -in:~Dev channel: other ext:.txt");
        assert_eq!(search.from, ["bob"]);
        assert_eq!(search.channels, ["ops", "other"]);
        assert_eq!(search.not_channels, ["dev"]);
        assert_eq!(search.extensions, ["txt"]);
        assert_eq!(search.words.len(), 1);
        assert!(!search.nothing);
    }

    #[test]
    fn phrases_and_signs() {
        let search = of(r#""v1.2.3" -"not this" word* -turnip"#);
        assert_eq!(search.words[0].words, ["v1", "2", "3"]);
        assert!(search.words[1].prefix);
        assert_eq!(
            search.not_words.len(),
            1,
            "stop words alone exclude nothing"
        );
        assert!(!search.nothing);
    }

    #[test]
    fn what_finds_nothing() {
        for terms in [
            "",
            "   ",
            "*",
            "-word",
            "@name",
            "the",
            "it's",
            "on:yesterday",
            "word on:yesterday",
            "-",
            "~!",
        ] {
            assert!(of(terms).nothing, "{terms}");
        }
        assert!(!parse("@name", true, 0).nothing);
        assert!(!of("on:2018-03-31").nothing && !of("from:bob").nothing);
    }

    #[test]
    fn tags() {
        let search = of("#Beet #red-beet #beet* -#root soup");
        assert_eq!(search.tags, ["#beet", "#red-beet"]);
        assert_eq!(search.not_tags, ["#root"]);
        assert_eq!(search.words.len(), 2);
    }

    #[test]
    fn dates() {
        let search = of("radish after:2018-03-31 -before:2018-03-01");
        assert_eq!(search.dates.within, [(1_522_540_800_000, i64::MAX)]);
        assert_eq!(search.dates.without, [(i64::MIN, 1_519_862_399_999)]);
    }

    #[test]
    fn groups_are_named_with_commas() {
        let search = of("in:@Admin,bob,carol -in:@bob in:abc__def");
        assert_eq!(search.channels, ["@admin,bob,carol", "abc__def"]);
        assert_eq!(search.not_channels, ["@bob"]);
    }

    #[test]
    fn long_input_is_quick() {
        let begun = Instant::now();
        for shape in [
            "a",
            "a ",
            "-",
            "- ",
            "-a ",
            "\"",
            "\"a\" ",
            "-\"",
            "#",
            "#a ",
            "#a",
            "*",
            "a* ",
            "_",
            "@",
            "@a,",
            ":",
            "in:",
            "in: ",
            "from:a ",
            "on:1 ",
            "before:2018-01-01",
            "雨",
            "雨 ",
            "~",
            "\u{301}",
        ] {
            let text = shape.repeat(65_536 / shape.len());
            of(&text);
            of(&format!("in:{text}"));
            of(&format!("on:{text}"));
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_marks_are_read(terms in "((in|from|on|ext|-|#)?[a-c0-9@:_.,\\-~#*\"雨今ア가]{0,20} ?){0,12}", any: bool) {
            let search = parse(&terms, any, 0);
            prop_assert!(search.words.iter().chain(&search.not_words).all(|phrase| !phrase.words.is_empty()));
            prop_assert!(search.tags.iter().chain(&search.not_tags).all(|tag| tag.starts_with('#')));
            let named = [&search.from, &search.not_from, &search.channels, &search.not_channels, &search.extensions];
            prop_assert!(named.into_iter().flatten().all(|name| !name.is_empty()));
            prop_assert!(search.nothing || !search.is_filter_only() || search.has_filter());
        }

        #[test]
        fn any_text_is_read(terms in "\\PC{0,200}", any: bool, offset: i64) {
            let search = parse(&terms, any, offset);
            prop_assert!(search.words.iter().chain(&search.not_words).all(|phrase| !phrase.words.is_empty()));
            prop_assert!(search.tags.iter().all(|tag| tag.starts_with('#')));
        }

        #[test]
        fn a_modifier_takes_its_word(name in "(from|in|ext)", value in "[a-z0-9][a-z0-9_-]{0,20}") {
            let glued = parse(&format!("{name}:{value}"), false, 0);
            let apart = parse(&format!("{name}: {value}"), false, 0);
            prop_assert_eq!(&glued, &apart);
            prop_assert_eq!(glued.from.len() + glued.channels.len() + glued.extensions.len(), 1);
        }

        #[test]
        fn signs_only_move_words(words in proptest::collection::vec("[b-z]{4,8}", 1..5)) {
            let plain = parse(&words.join(" "), false, 0);
            let negated: Vec<String> = words.iter().map(|w| format!("-{w}")).collect();
            let signed = parse(&format!("anchor {}", negated.join(" ")), false, 0);
            prop_assert_eq!(plain.words, signed.not_words);
        }
    }
}
