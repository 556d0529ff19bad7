//! Whom a message mentions: names after `@`, the words for everybody, keywords, and channels after `~`.
//! Only the words of the text; who they belong to and who is told is decided in the domain.

use super::code::without_code;
use std::collections::HashSet;

/// Punctuation that belongs to the sentence, or at the end of a name perhaps to the name.
const AROUND: [char; 4] = ['.', '-', '_', ':'];
/// A name is tried with up to this many trailing marks taken off one by one; then all are.
const MAX_TRIMS: usize = 8;
const LONGEST_NAME: usize = 64;

/// What a message mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// `@here`, `@channel`, `@all`.
    pub here: bool,
    pub channel: bool,
    pub all: bool,
    /// For each `@word` the usernames it may mean, the longest first, lower case. The first that exists counts.
    pub names: Vec<Vec<String>>,
    /// The `@words` taken into `names`.
    taken: HashSet<String>,
    /// Words for the exact comparison of first names.
    exact: HashSet<String>,
    /// Words for keywords, lower case.
    lower: HashSet<String>,
    /// The text, where it has words that are not separated by blanks.
    unseparated: Option<String>,
}

impl Mentions {
    /// Reads a message. Code and addresses mention nobody.
    pub fn of(message: &str) -> Self {
        let mut out = Self::default();
        let text = without_code(message);
        if text.chars().any(is_unseparated) {
            out.unseparated = Some(text.to_lowercase());
        }
        for word in text
            .split(|c: char| !is_part(c))
            .filter(|word| !word.is_empty())
        {
            // the name of an emoji is no word
            if !(word.starts_with(':') && word.ends_with(':')) {
                out.add(word.trim_start_matches(AROUND));
            }
        }
        out
    }

    fn add(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        self.add_word(word);
        let bare = word.trim_end_matches(AROUND);
        if bare != word {
            self.add_word(bare);
        }
        if let Some(name) = word.strip_prefix('@') {
            self.add_name(name);
        } else {
            for part in bare.split(['.', '-', ':']) {
                self.add_word(part);
                if let Some(name) = part.strip_prefix('@') {
                    self.add_name(name);
                }
            }
        }
    }

    fn add_word(&mut self, word: &str) {
        if !word.is_empty() && !self.exact.contains(word) {
            self.lower.insert(word.to_lowercase());
            self.exact.insert(word.to_owned());
        }
    }

    fn add_name(&mut self, name: &str) {
        let lower = name.to_lowercase();
        if !self.taken.insert(lower.clone()) {
            return;
        }
        match lower.trim_end_matches(AROUND) {
            "here" => self.here = true,
            "channel" => self.channel = true,
            "all" => self.all = true,
            bare => {
                let mut candidates = Vec::new();
                let mut at: &str = &lower;
                for _ in 0..MAX_TRIMS {
                    push_name(&mut candidates, at);
                    match at.strip_suffix(AROUND) {
                        Some(shorter) => at = shorter,
                        None => break,
                    }
                }
                push_name(&mut candidates, bare);
                if !candidates.is_empty() {
                    self.names.push(candidates);
                }
            }
        }
    }

    /// True if the message has the keyword as a word, whatever the case. A keyword of several words never matches.
    pub fn has_keyword(&self, keyword: &str) -> bool {
        let keyword = keyword.trim().to_lowercase();
        if keyword.is_empty() {
            return false;
        }
        if self.lower.contains(&keyword) {
            return true;
        }
        match &self.unseparated {
            Some(text) if keyword.chars().any(is_unseparated) => text.contains(&keyword),
            _ => false,
        }
    }

    /// True if the message has the word exactly so, as first names are compared.
    pub fn has_exactly(&self, word: &str) -> bool {
        !word.is_empty() && self.exact.contains(word)
    }

    /// True for `@here`, `@channel` or `@all`.
    pub fn everybody(&self) -> bool {
        self.here || self.channel || self.all
    }

    /// All usernames that could be meant, each once; for one query.
    pub fn candidates(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        self.names
            .iter()
            .flatten()
            .filter(|name| seen.insert(name.as_str()))
            .cloned()
            .collect()
    }
}

fn push_name(candidates: &mut Vec<String>, name: &str) {
    if !name.is_empty()
        && name.len() <= LONGEST_NAME
        && candidates.last().is_none_or(|last| last != name)
    {
        candidates.push(name.to_owned());
    }
}

/// Characters words are made of.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | ':' | '.' | '-' | '_')
}

/// Scripts that write words without blanks between them.
fn is_unseparated(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The channel names after `~`, each once, in order.
pub fn channel_mentions(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let in_word = before.is_some_and(|b| b.is_ascii_alphanumeric() || b == '_');
        before = Some(c);
        if c != '~' || in_word {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
            .unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        if !name.is_empty() && name.len() <= LONGEST_NAME && seen.insert(name) {
            out.push(name.to_owned());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn names(message: &str) -> Vec<String> {
        Mentions::of(message).candidates()
    }

    #[test]
    fn names_as_recorded() {
        assert_eq!(names("hello @bob-1, and (@Carol-1)."), ["bob-1", "carol-1"]);
        assert_eq!(
            names("in code `@bob` and in a block:\n```\n@carol\n```"),
            Vec::<String>::new()
        );
        assert_eq!(
            names("a mail bob@carol.example is none, @carol: is one"),
            ["carol:", "carol"]
        );
        assert_eq!(names("@bob.. @bob"), ["bob..", "bob.", "bob"]);
        assert_eq!(names("@"), Vec::<String>::new());
    }

    #[test]
    fn everybody() {
        let found = Mentions::of("@channel look, @ALL: and @here.");
        assert!(found.here && found.channel && found.all && found.names.is_empty());
        assert!(!Mentions::of("@channels here all").everybody());
    }

    #[test]
    fn keywords_as_recorded() {
        let found = Mentions::of("I like LLAMA, ship it today, Bob");
        assert!(found.has_keyword("Llama") && found.has_keyword("ship"));
        assert!(
            !found.has_keyword("ship it")
                && !found.has_keyword("llamas")
                && !found.has_keyword(" ")
        );
        assert!(found.has_exactly("Bob") && !found.has_exactly("bob"));
        assert!(Mentions::of("今日は雨です").has_keyword("雨"));
        assert!(Mentions::of("pre-release.").has_keyword("release"));
    }

    #[test]
    fn channels() {
        assert_eq!(
            channel_mentions("see ~dev and ~town-square, not a~b or ~ ~dev ~~x"),
            ["dev", "town-square", "x"]
        );
    }

    #[test]
    fn long_input_is_quick() {
        let begun = Instant::now();
        for shape in [
            "@",
            "@a",
            "@a.",
            "@a ",
            "~a",
            "~",
            ".",
            "雨",
            "a.",
            ":",
            "_",
            "-",
            "_@a_",
            "a.@b",
            ":a:",
            ":a",
            "@a-",
            "@_ ",
            "@雨",
            "`",
            "`a",
            "``a`",
            "~~~\n",
            "    a\n",
            "\t",
            "http://a ",
            "://",
        ] {
            let text = shape.repeat(65_536 / shape.len());
            Mentions::of(&text);
            channel_mentions(&text);
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn names_amid_punctuation() {
        for text in [
            "_@carol_",
            "cc:@carol",
            "hello.@carol",
            "ok-@carol",
            "__@carol__",
            "-@carol",
            ":@carol",
            "cc:@Carol.",
            "(ok-@carol)",
        ] {
            assert!(names(text).contains(&"carol".to_owned()), "{text}");
        }
        assert!(Mentions::of("hello.@channel").channel && Mentions::of("_@here_").here);
        assert_eq!(names("bob@carol.example a@b"), Vec::<String>::new());
    }

    #[test]
    fn words_amid_punctuation() {
        assert!(Mentions::of("a _word_ here").has_keyword("word"));
        assert!(Mentions::of("__Word__").has_exactly("Word"));
        assert!(!Mentions::of("a :word: here :word:").has_keyword("word"));
        assert!(
            Mentions::of(":word").has_keyword("word") && Mentions::of("word:").has_keyword("word")
        );
    }

    /// Everything that may stand around a name and its parts, and scripts without blanks.
    const MARKS: &str = "[a-cA@:_.\\-~#*\"` \n雨ア가]{0,200}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_marks_are_read(text in MARKS) {
            let found = Mentions::of(&text);
            let lower = text.to_lowercase();
            for name in found.names.iter().flatten() {
                prop_assert!(!name.is_empty() && name.len() <= LONGEST_NAME);
                let written = format!("@{name}");
                prop_assert!(lower.contains(&written), "{}", written);
            }
            prop_assert!(found.names.iter().all(|candidates| !candidates.is_empty()));
            for name in channel_mentions(&text) {
                let written = format!("~{name}");
                prop_assert!(text.contains(&written), "{}", written);
            }
        }

        #[test]
        fn a_name_is_found_amid_marks(
            before in "([ (,]|[a-c]{1,3}[.:\\-]|[_.\\-]{0,3})", name in "[a-z][a-z0-9]{2,9}", after in "([ ),]|[_.:\\-]{0,3})",
        ) {
            prop_assume!(!matches!(name.as_str(), "here" | "channel" | "all"));
            let text = format!("{before}@{name}{after}");
            prop_assert!(names(&text).contains(&name), "{}", text);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,200}") {
            let found = Mentions::of(&text);
            prop_assert!(found.names.iter().flatten().all(|name| name.len() <= LONGEST_NAME));
            channel_mentions(&text);
        }
    }
}
