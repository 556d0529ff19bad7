//! The query parameters of an operation: what the document says, what the handler was seen to read, and the correction.
use super::facts::{self, Facts};
use super::load::Draft;
use super::{QueryKind, QueryParam};
use crate::problems::Problems;
use serde_json::Value;
use std::collections::BTreeMap;

/// Name and kind of each.
pub fn query(
    draft: &Draft,
    io: Option<&facts::Io>,
    facts: &Facts,
    file: &str,
    problems: &mut Problems,
) -> Vec<QueryParam> {
    let mut found: BTreeMap<String, QueryKind> = BTreeMap::new();
    let by_name: BTreeMap<&str, QueryKind> = facts
        .common
        .values()
        .map(|q| (q.name.as_str(), q.kind))
        .collect();
    for parameter in draft
        .published
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if parameter.get("in").and_then(Value::as_str) != Some("query") {
            continue;
        }
        let Some(name) = parameter.get("name").and_then(Value::as_str) else {
            continue;
        };
        let kind = match parameter.pointer("/schema/type").and_then(Value::as_str) {
            Some("boolean") => QueryKind::AnyFlag,
            Some("integer" | "number") => QueryKind::AnyInt,
            Some("array") => QueryKind::Texts,
            _ => QueryKind::Text,
        };
        found.insert(name.to_owned(), common_kind(name, &by_name).unwrap_or(kind));
    }
    for name in io.map(|io| io.query.as_slice()).unwrap_or_default() {
        if let Some(common) = name.strip_prefix('~') {
            if let Some(q) = facts.common.get(common) {
                found.insert(q.name.clone(), q.kind);
            }
        } else if !name.contains('{') {
            found
                .entry(name.clone())
                .or_insert_with(|| common_kind(name, &by_name).unwrap_or(QueryKind::Text));
        }
    }
    for (name, word) in &draft.entry.query {
        let before = found.get(name).copied();
        let after = match word.as_str() {
            "drop" => None,
            "text" => Some(QueryKind::Text),
            "texts" => Some(QueryKind::Texts),
            "flag" => Some(QueryKind::Flag),
            "int" => Some(QueryKind::Int),
            "any_flag" => Some(QueryKind::AnyFlag),
            "any_int" => Some(QueryKind::AnyInt),
            _ => {
                problems.add(file, &draft.id, format!("query {name}: unknown kind {word}; use text, texts, flag, int, any_flag, any_int or drop"));
                before
            }
        };
        if before == after {
            problems.add(
                file,
                &draft.id,
                format!("query {name}: {word} changes nothing; remove it"),
            );
        }
        match after {
            Some(kind) => found.insert(name.clone(), kind),
            None => found.remove(name),
        };
    }
    found
        .into_iter()
        .map(|(name, kind)| QueryParam { name, kind })
        .collect()
}

/// Page parameters are read alike everywhere, whether the tables mention them or not.
fn common_kind(name: &str, by_name: &BTreeMap<&str, QueryKind>) -> Option<QueryKind> {
    match name {
        "page" | "per_page" | "logs_per_page" => by_name.get(name).copied(),
        _ => None,
    }
}
