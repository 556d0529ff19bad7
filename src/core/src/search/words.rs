//! The tokeniser: words of letters and digits in lower case, stems for English ones, pairs of characters for scripts
//! that write without blanks. Frequent English words are left out on both sides.

use std::collections::HashSet;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// Longer words are cut, in characters.
const LONGEST: usize = 64;
/// More words of one text than this are not searchable.
const MOST: usize = 16_000;

/// Words that carry no meaning in a search.
static STOP_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("stop_words.txt").lines().collect());

/// What an engine stores of a text: words in order, and whole tags apart from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub words: Vec<String>,
    pub tags: Vec<String>,
}

impl Document {
    /// The words of a text and its hashtags (separated by blanks).
    pub fn of(text: &str, hashtags: &str) -> Self {
        let mut words = Vec::new();
        for run in runs(text) {
            run.index(&mut words);
            if words.len() >= MOST {
                words.truncate(MOST);
                break;
            }
        }
        Self {
            words,
            tags: hashtags.split_whitespace().map(fold).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.tags.is_empty()
    }
}

/// Words that must follow each other; the last one may be a beginning only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    pub words: Vec<String>,
    pub prefix: bool,
}

impl Phrase {
    /// The words of a search term. `None` when nothing searchable is in it.
    pub fn of(term: &str, prefix: bool) -> Option<Self> {
        let mut words = Vec::new();
        let mut open = prefix;
        let all: Vec<Run> = runs(term).collect();
        let last = all.len().saturating_sub(1);
        for (i, run) in all.iter().enumerate() {
            if i == last {
                open |= run.query_last(&mut words, prefix);
            } else {
                run.index(&mut words);
            }
        }
        (!words.is_empty()).then_some(Self {
            words,
            prefix: open,
        })
    }
}

/// Lower case and composed: what two spellings of the same have in common. Accents stay.
pub(super) fn fold(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

/// Characters that belong together.
enum Run {
    Word(String),
    /// A script without blanks between words.
    Unseparated(Vec<char>),
}

impl Run {
    fn index(&self, out: &mut Vec<String>) {
        match self {
            Self::Word(word) => out.extend(stemmed(word)),
            Self::Unseparated(chars) => pairs(chars, out),
        }
    }

    /// As `index`, for the last run of a term. True when what was added is the beginning of a word only.
    fn query_last(&self, out: &mut Vec<String>, prefix: bool) -> bool {
        match self {
            // The stored stem may be shorter than the beginning asked for.
            Self::Word(word) if prefix => {
                let stem = stemmed(word).filter(|stem| word.starts_with(stem.as_str()));
                out.push(stem.unwrap_or_else(|| word.clone()));
                false
            }
            Self::Word(word) => {
                out.extend(stemmed(word));
                false
            }
            Self::Unseparated(chars) => {
                pairs(chars, out);
                chars.len() == 1
            }
        }
    }
}

fn stemmed(word: &str) -> Option<String> {
    if STOP_WORDS.contains(word) {
        return None;
    }
    if word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(Stemmer::create(Algorithm::English).stem(word).into_owned());
    }
    Some(word.to_owned())
}

/// Each two neighbours; a single character stands alone.
fn pairs(chars: &[char], out: &mut Vec<String>) {
    match chars {
        [one] => out.push(one.to_string()),
        _ => out.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>())),
    }
}

fn runs(text: &str) -> impl Iterator<Item = Run> {
    let folded: Vec<char> = text.nfc().flat_map(char::to_lowercase).collect();
    let mut at = 0;
    std::iter::from_fn(move || {
        while folded.get(at).is_some_and(|c| kind(*c) == Kind::Other) {
            at += 1;
        }
        let first = kind(*folded.get(at)?);
        let begin = at;
        while folded
            .get(at)
            .is_some_and(|c| kind(*c) == first || is_mark(*c))
        {
            at += 1;
        }
        let chars = folded.get(begin..at)?;
        Some(match first {
            Kind::Unseparated => Run::Unseparated(chars.to_vec()),
            _ => Run::Word(chars.iter().take(LONGEST).collect()),
        })
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Unseparated,
    Other,
}

fn kind(c: char) -> Kind {
    if matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
    {
        Kind::Unseparated
    } else if c.is_alphanumeric() {
        Kind::Word
    } else {
        Kind::Other
    }
}

/// Marks that follow a letter and belong to it.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{0900}'..='\u{0903}' | '\u{093a}'..='\u{094f}' | '\u{0591}'..='\u{05c7}'
        | '\u{064b}'..='\u{065f}' | '\u{0e31}' | '\u{0e34}'..='\u{0e3a}' | '\u{0e47}'..='\u{0e4e}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn words(text: &str) -> Vec<String> {
        Document::of(text, "").words
    }

    #[test]
    fn words_of_texts() {
        assert_eq!(words("The gherkins, running!"), ["gherkin", "run"]);
        assert_eq!(
            words("mail joe.doe@example.org v1.2"),
            ["mail", "joe", "doe", "exampl", "org", "v1", "2"]
        );
        assert_eq!(
            words("Früh\u{0301}stück CAFÉ"),
            ["früh\u{301}stück", "café"]
        );
        assert_eq!(words("今日は"), ["今日", "日は"]);
        assert_eq!(words("it's"), Vec::<String>::new());
    }

    #[test]
    fn phrases_of_terms() {
        let of = |term: &str| Phrase::of(term, false);
        assert_eq!(of("example.org").unwrap().words, ["exampl", "org"]);
        assert_eq!(of("c++").unwrap().words, ["c"]);
        assert!(of("天").unwrap().prefix);
        assert_eq!(of("the"), None);
        assert_eq!(
            Phrase::of("running", true).unwrap(),
            Phrase {
                words: vec!["run".into()],
                prefix: true
            }
        );
    }

    #[test]
    fn long_input_is_quick() {
        let begun = Instant::now();
        for shape in [
            "a",
            "a ",
            "-",
            "#a",
            "*",
            "_",
            "@:",
            "\"",
            "雨",
            "雨a",
            "雨 ",
            "ア\u{3099}",
            "가",
            "\u{1112}\u{1161}",
            "\u{301}",
            "a\u{301}",
            "running ",
            "İ",
        ] {
            let text = shape.repeat(65_536 / shape.len());
            Document::of(&text, &text);
            Phrase::of(&text, false);
            Phrase::of(&text, true);
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
    }

    fn is_found_by_its_words(text: &str) -> Result<(), TestCaseError> {
        let all = words(text);
        for word in text.split_whitespace() {
            if let Some(phrase) = Phrase::of(word, false)
                && !phrase.prefix
            {
                prop_assert!(
                    all.windows(phrase.words.len()).any(|w| w == phrase.words),
                    "{word}: {phrase:?} in {all:?}"
                );
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn marks_hide_no_words(text in "[a-dT1@:_.\\-~#*\"' 雨今日アก가\u{e34}\u{301}\u{3099}]{0,80}") {
            is_found_by_its_words(&text)?;
        }

        #[test]
        fn a_text_is_found_by_each_of_its_words(text in "\\PC{0,80}") {
            is_found_by_its_words(&text)?;
        }
    }
}
