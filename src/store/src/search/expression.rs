//! A search in the words of an engine: a MATCH expression of FTS5, a tsquery of PostgreSQL. Words are letters, digits and
//! marks only, tags have `#`, `-` and `_` besides; all are quoted.

use rustchat_core::search::{Document, Phrase, Search};

/// Tags stand behind all words, where no phrase reaches them.
const TAGS_AT: usize = 16_383;

/// `'word':1 'other':2` with the tags at the end.
pub(super) fn tsvector(words: &Document) -> String {
    let mut out = String::new();
    for (i, word) in words.words.iter().enumerate() {
        out.push_str(&format!("{}:{} ", quoted(word), (i + 1).min(TAGS_AT - 1)));
    }
    for tag in &words.tags {
        out.push_str(&format!("{}:{TAGS_AT} ", quoted(tag)));
    }
    out
}

pub(super) fn tsquery(search: &Search) -> String {
    let phrase = |phrase: &Phrase| {
        let mut words: Vec<String> = phrase.words.iter().map(|word| quoted(word)).collect();
        if phrase.prefix
            && let Some(last) = words.last_mut()
        {
            last.push_str(":*");
        }
        format!("({})", words.join(" <-> "))
    };
    let join = if search.any { " | " } else { " & " };
    either(search, join, " & !", " | ", phrase, quoted, |_, text| text)
}

pub(super) fn fts5(search: &Search) -> String {
    let phrase = |phrase: &Phrase| {
        let star = if phrase.prefix { " *" } else { "" };
        format!("\"{}\"{star}", phrase.words.join(" "))
    };
    let join = if search.any { " OR " } else { " AND " };
    either(
        search,
        join,
        " NOT ",
        " OR ",
        phrase,
        |tag| format!("\"{tag}\""),
        |side, text| format!("{side} : {text}"),
    )
}

/// Words, or tags, or both: what one of the sides finds is found.
fn either(
    search: &Search,
    join: &str,
    but_not: &str,
    or: &str,
    phrase: impl Fn(&Phrase) -> String,
    tag: impl Fn(&str) -> String,
    side: impl Fn(&str, String) -> String,
) -> String {
    let words: Vec<String> = search.words.iter().map(&phrase).collect();
    let not_words: Vec<String> = search.not_words.iter().map(&phrase).collect();
    let tags: Vec<String> = search.tags.iter().map(|t| tag(t)).collect();
    let not_tags: Vec<String> = search.not_tags.iter().map(|t| tag(t)).collect();
    let mut sides = Vec::new();
    for (name, wanted, unwanted) in [("words", words, not_words), ("tags", tags, not_tags)] {
        if wanted.is_empty() {
            continue;
        }
        let mut text = format!("({})", wanted.join(join));
        for one in unwanted {
            text = format!("({text}{but_not}{one})");
        }
        sides.push(side(name, text));
    }
    match sides.len() {
        1 => sides.remove(0),
        _ => sides
            .iter()
            .map(|side| format!("({side})"))
            .collect::<Vec<_>>()
            .join(or),
    }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustchat_core::search::parse;

    #[test]
    fn expressions_of_both_engines() {
        let search = parse("#beet soup* -\"red beet\"", false, 0);
        assert_eq!(
            fts5(&search),
            "(words : ((\"soup\" *) NOT \"red beet\")) OR (tags : (\"#beet\"))"
        );
        assert_eq!(
            tsquery(&search),
            "(((('soup':*)) & !('red' <-> 'beet'))) | (('#beet'))"
        );
    }

    #[test]
    fn vectors() {
        let words = Document {
            words: vec!["a".into(), "b".into()],
            tags: vec!["#t".into()],
        };
        assert_eq!(tsvector(&words), "'a':1 'b':2 '#t':16383 ");
    }
}
