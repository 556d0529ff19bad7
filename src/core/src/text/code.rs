//! Blanks out what is code or an address in a message, so that nothing in it is taken for a mention. Not a Markdown parser:
//! fenced and indented blocks, code spans and bare addresses, in one pass each.

use std::borrow::Cow;
use std::collections::HashMap;

/// The text with code and addresses replaced by blanks; line breaks stay.
pub fn without_code(text: &str) -> String {
    let out = without_code_alone(text);
    if out.contains("://") {
        without_addresses(&out)
    } else {
        out.into_owned()
    }
}

/// The text with code replaced by blanks; every other byte stays in its place.
pub fn without_code_alone(text: &str) -> Cow<'_, str> {
    if text.contains('`') || text.contains("~~~") || text.contains("    ") || text.contains('\t') {
        Cow::Owned(without_spans(&without_blocks(text)))
    } else {
        Cow::Borrowed(text)
    }
}

/// Replaces every byte but line breaks by a blank.
fn blank(into: &mut String, text: &str) {
    into.extend(text.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
}

/// A fence at the start of a line: its character and length, and what follows it.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let body = line.trim_start_matches(' ');
    if line.len() - body.len() > 3 {
        return None;
    }
    let mark = body.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = body.trim_start_matches(mark);
    let length = body.len() - rest.len();
    (length >= 3).then_some((mark, length, rest))
}

fn without_blocks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<(char, usize)> = None;
    let mut after_blank = true;
    let mut in_list = false;
    let mut indented_before = false;
    for line in text.split_inclusive('\n') {
        match (open, fence(line)) {
            (Some((mark, length)), Some((found, count, rest)))
                if found == mark && count >= length && rest.trim().is_empty() =>
            {
                open = None;
                blank(&mut out, line);
                continue;
            }
            (Some(_), _) => {
                blank(&mut out, line);
                continue;
            }
            // the words after backticks must not hold backticks: then it is a code span
            (None, Some((mark, count, rest))) if mark == '~' || !rest.contains('`') => {
                open = Some((mark, count));
                blank(&mut out, line);
                continue;
            }
            (None, _) => {}
        }
        let empty = line.trim().is_empty();
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let code = indented && !empty && !in_list && (after_blank || indented_before);
        if code {
            blank(&mut out, line);
        } else {
            out.push_str(line);
        }
        if !empty && !indented {
            in_list = starts_list(line);
        }
        indented_before = code || (empty && indented_before);
        after_blank = empty;
    }
    out
}

fn starts_list(line: &str) -> bool {
    let body = line.trim_start();
    let digits = body.trim_start_matches(|c: char| c.is_ascii_digit());
    body.starts_with(['-', '*', '+'])
        || (digits.len() < body.len() && digits.starts_with(['.', ')']))
}

/// Blanks code spans: a run of backticks up to the next run of the same length in the same paragraph.
fn without_spans(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for paragraph in split_paragraphs(text) {
        spans_of(paragraph, &mut out);
    }
    out
}

fn split_paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive("\n\n")
}

fn spans_of(text: &str, out: &mut String) {
    let runs = backtick_runs(text);
    // for each length the runs from the last to the first, so that the next one is popped
    let mut waiting: HashMap<usize, Vec<usize>> = HashMap::new();
    for (start, length) in runs.iter().rev() {
        waiting.entry(*length).or_default().push(*start);
    }
    let mut at = 0;
    for (start, length) in runs {
        if start < at {
            continue;
        }
        let Some(same) = waiting.get_mut(&length) else {
            continue;
        };
        while same.last().is_some_and(|next| *next <= start) {
            same.pop();
        }
        let Some(close) = same.last() else { continue };
        let end = close + length;
        out.push_str(text.get(at..start).unwrap_or_default());
        blank(out, text.get(start..end).unwrap_or_default());
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
}

/// Start and length of each run of backticks; an escaped backtick opens nothing.
fn backtick_runs(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte != b'`' {
            at += 1;
            continue;
        }
        let length = bytes.iter().skip(at).take_while(|b| **b == b'`').count();
        runs.push((at, length));
        at += length;
    }
    runs
}

/// Blanks `scheme://…` up to the next blank or closing bracket.
fn without_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at);
        let scheme = before.len()
            - before
                .bytes()
                .rev()
                .take_while(u8::is_ascii_alphanumeric)
                .count();
        if scheme == before.len() {
            // no scheme: step over the mark alone
            let (mark, tail) = after.split_at(3);
            out.push_str(before);
            out.push_str(mark);
            rest = tail;
            continue;
        }
        let end = after
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | ')' | '"' | '<'))
            .unwrap_or(after.len());
        let (plain, name) = before.split_at(scheme);
        let (address, tail) = after.split_at(end);
        out.push_str(plain);
        blank(&mut out, name);
        blank(&mut out, address);
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn left(text: &str) -> String {
        without_code(text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn spans_and_blocks_go() {
        assert_eq!(left("a `b` c ``d ` e`` f"), "a c f");
        assert_eq!(left("a ` b"), "a ` b");
        assert_eq!(
            left("in a block:\n```\n@carol\n```\nafter"),
            "in a block: after"
        );
        assert_eq!(left("```go\nopen to the end"), "");
        assert_eq!(left("~~~\na\n```\n~~~\nb"), "b");
        assert_eq!(left("para `one\n\ntwo` end"), "para `one two` end");
        assert_eq!(left("text\n\n    code\n\ntext"), "text text");
        assert_eq!(
            left("- item\n\n    more of the item"),
            "- item more of the item"
        );
    }

    #[test]
    fn addresses_go() {
        assert_eq!(
            left("see https://x.example/@bob and [a](http://y/@carol) @dave"),
            "see and [a]( ) @dave"
        );
        assert_eq!(left("odd :// sign"), "odd :// sign");
    }

    #[test]
    fn long_input_is_quick() {
        let shapes = [
            "`",
            "` `` ``` ",
            "a`",
            "\n\n`",
            "://",
            "a://",
            "    ",
            "```\n",
            "~",
        ];
        let begun = Instant::now();
        for shape in shapes {
            without_code(&shape.repeat(65_536 / shape.len()));
        }
        // the runs of growing length are the worst case of span parsers
        without_code(&(1..360).map(|n| "`".repeat(n) + " ").collect::<String>());
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    proptest! {
        #[test]
        fn keeps_lines_and_places(text in "[`~ a\n\té:/@]{0,120}") {
            let out = without_code(&text);
            prop_assert_eq!(out.len(), text.len());
            prop_assert_eq!(out.matches('\n').count(), text.matches('\n').count());
        }
    }
}
