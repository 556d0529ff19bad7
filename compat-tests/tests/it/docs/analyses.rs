//! Analyses in `docs/compat/` keep to their schema, and what they name exists; every deviation has one. The trend is readable.

use super::{Document, all, nothing, schema};
use compat_tests::documents::root;
use compat_tests::{baseline::Baseline, recording, trend};
use contract::OPERATIONS;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FOLDER: &str = "docs/compat/analyses/";

/// The facts an analysis opens with.
fn facts(document: &Document) -> Result<Value, String> {
    let inner = document
        .text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"));
    let (yaml, text) = inner.ok_or("does not open with facts between two lines `---`")?;
    if text.trim().len() < 80 {
        return Err("says nothing below its facts".to_owned());
    }
    serde_yaml_ng::from_str(yaml).map_err(|e| e.to_string())
}

fn rule() -> Value {
    let text = std::fs::read_to_string(root().join("docs/compat/analysis.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn words<'a>(facts: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    facts[key]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Scenario → number of its steps.
fn scenarios() -> BTreeMap<String, usize> {
    let recordings = recording::load(&[]).unwrap();
    recordings
        .iter()
        .map(|r| (r.name.trim_end_matches(".json").to_owned(), r.steps().len()))
        .collect()
}

fn mistakes(facts: &Value, scenarios: &BTreeMap<String, usize>) -> Vec<String> {
    let mut wrong = schema::check(&rule(), facts, "facts");
    for id in words(facts, "operations").filter(|id| OPERATIONS.iter().all(|op| op.id != *id)) {
        wrong.push(format!("no operation {id}"));
    }
    for named in words(facts, "recordings") {
        let (scenario, step) = named.split_once('#').unwrap_or((named, "1"));
        let steps = scenarios.get(scenario).copied().unwrap_or(0);
        if step
            .parse::<usize>()
            .is_ok_and(|step| step == 0 || step > steps)
        {
            wrong.push(format!("no recorded step {named}"));
        }
    }
    match facts["status"].as_str() {
        Some("decided") if facts["decision"].is_null() => {
            wrong.push("decided, but no decision".into())
        }
        Some("done") if facts["done_by"].is_null() => wrong.push("done, but not by what".into()),
        _ => {}
    }
    if let Some(file) = facts["done_by"]
        .as_str()
        .filter(|f| !root().join(f).exists())
    {
        wrong.push(format!("{file} is not there"));
    }
    wrong
}

#[test]
fn analyses_keep_to_their_schema() {
    let scenarios = scenarios();
    let mut wrong = Vec::new();
    let mut explained = Vec::new();
    for document in all().iter().filter(|d| d.path.starts_with(FOLDER)) {
        match facts(document) {
            Err(what) => wrong.push(format!("{}: {what}", document.path)),
            Ok(facts) => {
                let found = mistakes(&facts, &scenarios);
                wrong.extend(
                    found
                        .iter()
                        .map(|what| format!("{}: {what}", document.path)),
                );
                if facts["kind"] == "deviation" {
                    explained.extend(words(&facts, "recordings").map(str::to_owned));
                }
            }
        }
    }
    for (scenario, step) in Baseline::read().unwrap().deviations.keys() {
        let name = format!("{}#{step}", scenario.trim_end_matches(".json"));
        if !explained.contains(&name) {
            wrong.push(format!(
                "compat-tests/deviations.tsv: {name}: no analysis of kind deviation names it"
            ));
        }
    }
    nothing(wrong);
}

#[test]
fn mistakes_in_analyses_are_found() {
    let scenarios = scenarios();
    let good = json!({
        "title": "Something about posts", "date": "2026-01-31", "kind": "behaviour", "status": "open",
        "operations": ["CreatePost"], "recordings": ["search/unicode_and_punctuation#11"],
    });
    assert_eq!(mistakes(&good, &scenarios), Vec::<String>::new());
    for (key, value, expected) in [
        ("title", Value::Null, "facts.title: is null, not \"string\""),
        (
            "title",
            json!("Short"),
            "facts.title: has fewer than 10 characters",
        ),
        (
            "date",
            json!("yesterday"),
            "facts.date: \"yesterday\" is not like",
        ),
        (
            "kind",
            json!("rumour"),
            "facts.kind: \"rumour\" is not one of",
        ),
        ("colour", json!("red"), "facts: colour is not a key of it"),
        (
            "operations",
            json!(["CreateParrot"]),
            "no operation CreateParrot",
        ),
        (
            "operations",
            json!([7]),
            "facts.operations[0]: is number, not \"string\"",
        ),
        (
            "recordings",
            json!(["search/unicode_and_punctuation#999"]),
            "no recorded step search/",
        ),
        (
            "recordings",
            json!(["search/parrots"]),
            "no recorded step search/parrots",
        ),
        ("status", json!("decided"), "decided, but no decision"),
        ("status", json!("done"), "done, but not by what"),
        (
            "done_by",
            json!("spec/nothing"),
            "spec/nothing is not there",
        ),
    ] {
        let mut bad = good.clone();
        bad[key] = value;
        let found = mistakes(&bad, &scenarios);
        assert!(
            found.iter().any(|f| f.starts_with(expected)),
            "{expected}: {found:?}"
        );
    }
    let mut bad = good;
    bad.as_object_mut().unwrap().remove("date");
    assert_eq!(mistakes(&bad, &scenarios), ["facts: \"date\" is missing"]);
}

#[test]
fn the_trend_is_in_order() {
    let rows = trend::read().unwrap();
    assert!(!rows.is_empty());
    assert!(
        rows.windows(2).all(|pair| pair[0].date < pair[1].date),
        "one row a day, the newest last"
    );
}
