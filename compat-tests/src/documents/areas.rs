//! Where the operations of each area are: handlers, rules, rows.

use super::root;
use anyhow::Result;
use contract::OPERATIONS;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Modules of a crate by name, with their file below the workspace.
fn modules(krate: &str) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(root().join(krate))? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && path.join("mod.rs").exists() {
            out.insert(name.clone(), format!("{krate}/{name}/mod.rs"));
        } else if path.extension().is_some_and(|e| e == "rs") && name != "lib" {
            out.insert(name.clone(), format!("{krate}/{name}.rs"));
        }
    }
    Ok(out)
}

/// The modules of a lower crate that a file names.
fn named<'a>(text: &str, krate: &str, modules: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let mut words = BTreeSet::new();
    for (at, _) in text.match_indices(&format!("{krate}::")) {
        let rest = &text[at + krate.len() + 2..];
        let end = if rest.starts_with('{') {
            rest.find(';')
        } else {
            rest.find([':', ';', ',', ' ', '('])
        };
        let list = &rest[..end.unwrap_or(0)];
        words.extend(list.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()));
    }
    let known = modules.keys().map(String::as_str);
    known
        .filter(|m| words.contains(m) && !PLUMBING.contains(m))
        .collect()
}

/// Modules that nearly every handler names.
const PLUMBING: &[&str] = &["access", "app", "caller", "settings"];

/// A row for each area.
pub fn table() -> Result<String> {
    let (api, domain) = (modules("src/api/src")?, modules("src/domain/src")?);
    let store = modules("src/store/src")?;
    let mut tags: BTreeMap<&str, usize> = BTreeMap::new();
    for op in OPERATIONS {
        *tags.entry(op.tag).or_default() += 1;
    }
    let mut out = String::from(
        "| area | operations | handlers | rules in `src/domain/src` | rows in `src/store/src` |\n|---|--:|---|---|---|\n",
    );
    let mut without = Vec::new();
    for (tag, count) in tags {
        let Some(file) = api.get(tag) else {
            without.push(format!("{tag} ({count})"));
            continue;
        };
        let text = std::fs::read_to_string(root().join(file))?;
        let rules = named(&text, "domain", &domain);
        let mut rows: Vec<&str> = rules
            .iter()
            .copied()
            .filter(|r| store.contains_key(*r))
            .collect();
        if rows.is_empty() {
            rows.extend(store.get_key_value(tag).map(|(name, _)| name.as_str()));
        }
        let _ = writeln!(
            out,
            "| {tag} | {count} | [{}](../{file}) | {} | {} |",
            file_name(file),
            rules.join(", "),
            rows.join(", ")
        );
    }
    let _ = writeln!(
        out,
        "\nNo file of handlers, as every operation is pending, refused as without a licence, or routed by hand: {}.",
        without.join(", ")
    );
    Ok(out)
}

fn file_name(path: &str) -> &str {
    path.strip_prefix("src/api/src/").unwrap_or(path)
}
