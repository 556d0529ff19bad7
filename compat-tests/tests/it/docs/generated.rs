//! What a command writes is not written by hand: every generated part is in `.governance/generated.yml`, by which the checker
//! refuses a change of it that changes none of what it is made of, and what can be made again here is current.

use super::{all, nothing};
use compat_tests::documents::{self, BLOCKS, root};
use compat_tests::{readme, trend};
use contract::{OPERATIONS, Scope};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn generated_parts_are_current() {
    let stale = documents::files()
        .unwrap()
        .into_iter()
        .filter(|(_, wanted, is)| wanted != is);
    nothing(
        stale
            .map(|(file, ..)| {
                format!("{file} is out of date: cargo run -p compat-tests -- documents")
            })
            .collect(),
    );
}

/// File and first marker of each entry of the policy; no marker where the whole file is generated.
fn guarded() -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(root().join(".governance/generated.yml")).unwrap();
    let policy: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text).unwrap();
    let entries = policy["generated"].as_sequence().unwrap().iter();
    entries
        .map(|entry| {
            let word = |v: &serde_yaml_ng::Value| v.as_str().unwrap_or_default().to_owned();
            (word(&entry["path"]), word(&entry["between"][0]))
        })
        .collect()
}

#[test]
fn every_generated_part_is_guarded() {
    let guarded = guarded();
    let marker = Regex::new("^<!-- [a-z]+: begin -->$").unwrap();
    let mut wanted: BTreeSet<(String, String)> = BTreeSet::new();
    for document in all() {
        for line in document.text.lines().filter(|l| marker.is_match(l)) {
            wanted.insert((document.path.clone(), line.to_owned()));
        }
    }
    for (file, name) in BLOCKS
        .iter()
        .map(|(file, name, _)| (*file, *name))
        .chain([("README.md", readme::PART)])
    {
        let part = (file.to_owned(), format!("<!-- {name}: begin -->"));
        assert!(wanted.contains(&part), "{part:?} has no markers");
    }
    for file in [".github/CODEOWNERS", trend::FILE] {
        wanted.insert((file.to_owned(), String::new()));
    }
    assert_eq!(guarded, wanted);
}

/// Numbers in the first, and in every further column of a table's rows, by the first word.
fn table(text: &str) -> BTreeMap<String, Vec<usize>> {
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|l| l.starts_with("| ")) {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let name = cells.next().unwrap_or_default().to_owned();
        let numbers: Result<Vec<usize>, _> = cells.map(str::parse).collect();
        if let Ok(numbers) = numbers {
            out.insert(name, numbers);
        }
    }
    out
}

/// One command writes the README's numbers and the trend's newest row: a number edited in one is found out by the other.
#[test]
fn readme_and_trend_agree() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let row = trend::read().unwrap().pop().unwrap();
    for line in [
        format!(
            "scenarios, {} of {} steps as recorded",
            row.sqlite, row.steps
        ),
        format!(
            "scenarios, {} of {} steps as recorded",
            row.postgres, row.steps
        ),
        format!("- mobile endpoints: {}/41", row.mobile),
    ] {
        assert!(
            text.contains(&line),
            "README.md and {} differ: {line}",
            trend::FILE
        );
    }
    let areas = table(&text);
    let sum = |column: usize| areas.values().map(|n| n[column]).sum::<usize>();
    assert_eq!((sum(0), sum(1)), (row.operations, row.implemented));
    // as many as the contract knows, or fewer when some came since
    let now = OPERATIONS.iter();
    let implemented = now.filter(|o| matches!(o.scope, Scope::Implemented | Scope::ByHand));
    assert!(row.implemented <= implemented.count(), "{row:?}");
}
