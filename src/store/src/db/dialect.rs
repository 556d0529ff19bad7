//! What differs between the engines. One SQL text is written in PostgreSQL's words; this turns it into SQLite's.
//!
//! Write these in capitals, outside of string literals, and both engines understand:
//! `x = ANY($1)`, `x <> ALL($1)` with a list argument; `ILIKE`; `GREATEST(a, b)`, `LEAST(a, b)`; `FOR UPDATE` and `FOR UPDATE OF u`
//! (nothing on SQLite, which has one writer anyway). Common to both without help: `ON CONFLICT (…) DO UPDATE SET x = excluded.x`,
//! `RETURNING`, `CAST(x AS text)`, `coalesce`, `lower`, `LIKE … ESCAPE`, `->>` on JSON columns, window functions, `WITH`.
//! Not common: `::casts`, `ILIKE ANY`, array columns, `now()`, string functions such as `concat`.
//! `lower` and `ILIKE` fold only ASCII on SQLite, whose `LIKE` always does: search terms go through `Pattern`.

use std::borrow::Cow;

const WORDS: [(&str, &str); 5] = [
    (" FOR UPDATE OF u", ""),
    (" FOR UPDATE", ""),
    (" ILIKE ", " LIKE "),
    ("GREATEST(", "max("),
    ("LEAST(", "min("),
];
const LISTS: [(&str, &str); 2] = [
    (" = ANY($", " IN (SELECT value FROM json_each($"),
    (" <> ALL($", " NOT IN (SELECT value FROM json_each($"),
];

/// The text for SQLite; borrowed when nothing differs, which is the common case.
pub(super) fn to_sqlite(sql: &str) -> Cow<'_, str> {
    let differs = WORDS
        .iter()
        .chain(&LISTS)
        .any(|(word, _)| sql.contains(word));
    if !differs {
        return Cow::Borrowed(sql);
    }
    let mut out = String::with_capacity(sql.len() + 64);
    // Every second part is inside a literal.
    for (i, part) in sql.split('\'').enumerate() {
        if i > 0 {
            out.push('\'');
        }
        if i % 2 == 1 {
            out.push_str(part)
        } else {
            rewrite(part, &mut out)
        }
    }
    Cow::Owned(out)
}

fn rewrite(part: &str, out: &mut String) {
    let mut part = part.to_owned();
    for (word, instead) in WORDS {
        part = part.replace(word, instead);
    }
    for (word, instead) in LISTS {
        part = lists(&part, word, instead);
    }
    out.push_str(&part);
}

/// Replaces the opening words and adds the second closing bracket after the placeholder's number.
fn lists(text: &str, word: &str, instead: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut parts = text.split(word);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(instead);
        out.push_str(&part.replacen(')', "))", 1));
    }
    out
}

/// `%` and `_` of a search term taken literally; use with `LIKE $n ESCAPE '\'`.
pub fn like_escape(term: &str) -> String {
    let mut out = String::with_capacity(term.len());
    for c in term.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_lists_into_json_each() {
        assert_eq!(
            to_sqlite("SELECT * FROM t WHERE a = ANY($1) AND b <> ALL($2) AND c = 'x = ANY($3)'"),
            "SELECT * FROM t WHERE a IN (SELECT value FROM json_each($1)) AND b NOT IN (SELECT value FROM json_each($2)) AND c = 'x = ANY($3)'"
        );
        assert_eq!(to_sqlite("SET a = GREATEST(a, $1)"), "SET a = max(a, $1)");
        assert!(matches!(to_sqlite("SELECT 1"), Cow::Borrowed(_)));
    }

    #[test]
    fn escapes_patterns() {
        assert_eq!(like_escape(r"50%_\"), r"50\%\_\\");
    }
}
