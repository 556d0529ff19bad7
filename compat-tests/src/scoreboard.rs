//! The 41 endpoints the mobile app leans on: each counts when all its chosen recorded steps are answered as recorded.
//! `mobile41.tsv` chooses: number, endpoint, `scenario#steps` words (`all`: every step of this operation there).

use crate::engine::Engine;
use crate::operations::operation_of_step;
use crate::recording::{Recording, request_of};
use crate::replay::Results;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// One of the 41.
pub struct Endpoint {
    pub number: usize,
    pub name: String,
    /// Scenario and step, in order; the first is the one whose answer is kept as a snapshot.
    pub steps: Vec<(String, usize)>,
}

/// Reads the choice of steps.
pub fn read(recordings: &[Recording]) -> Result<Vec<Endpoint>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("mobile41.tsv");
    let text = std::fs::read_to_string(&path)?;
    text.lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
        .map(|l| endpoint(l, recordings))
        .collect()
}

fn endpoint(line: &str, recordings: &[Recording]) -> Result<Endpoint> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [number, name, operation, chosen] = columns[..] else {
        bail!("mobile41.tsv: {line}")
    };
    let mut steps = Vec::new();
    for word in chosen.split_whitespace() {
        let (scenario, which) = word.split_once('#').with_context(|| line.to_owned())?;
        let recording = recordings
            .iter()
            .find(|r| r.name == scenario)
            .with_context(|| word.to_owned())?;
        if which == "all" {
            let touching = recording
                .steps()
                .iter()
                .enumerate()
                .filter(|(_, s)| touches(s, operation));
            steps.extend(touching.map(|(i, _)| (scenario.to_owned(), i + 1)));
        } else {
            for step in which.split(',') {
                steps.push((
                    scenario.to_owned(),
                    step.parse().with_context(|| line.to_owned())?,
                ));
            }
        }
    }
    if steps.is_empty() {
        bail!("mobile41.tsv: no steps chosen: {line}");
    }
    Ok(Endpoint {
        number: number.parse()?,
        name: name.to_owned(),
        steps,
    })
}

fn touches(step: &serde_json::Value, operation: &str) -> bool {
    match operation {
        "websocket" => {
            step.get("ws").is_some() || step.get("socket").is_some() || step.get("events").is_some()
        }
        // `Id@/path`: only by this path, for operations that are two of the 41
        other => {
            let (id, path) = other
                .split_once('@')
                .map_or((other, None), |(id, path)| (id, Some(path)));
            let by_path =
                path.is_none_or(|p| request_of(step).is_some_and(|(_, given)| given == p));
            by_path && operation_of_step(step).is_some_and(|op| op.id == id)
        }
    }
}

impl Endpoint {
    /// Good and all steps.
    pub fn score(&self, results: &Results) -> (usize, usize) {
        let good = self.steps.iter().filter(|(name, number)| {
            results
                .get(name)
                .and_then(|s| s.steps.get(number - 1))
                .is_some_and(|s| s.good)
        });
        (good.count(), self.steps.len())
    }

    /// Whether all its steps are as recorded.
    pub fn passes(&self, results: &Results) -> bool {
        let (good, all) = self.score(results);
        good == all
    }
}

/// The table, and the endpoints that pass on every engine given.
pub fn table(endpoints: &[Endpoint], results: &[(Engine, Results)]) -> (String, usize) {
    let mut out = String::new();
    let mut passing = 0;
    for endpoint in endpoints {
        let scores: Vec<String> = results
            .iter()
            .map(|(engine, results)| {
                let (good, all) = endpoint.score(results);
                format!("{} {good}/{all}", engine.name())
            })
            .collect();
        let passes = results.iter().all(|(_, r)| endpoint.passes(r));
        passing += usize::from(passes);
        let mark = if passes { "yes" } else { "no" };
        let _ = writeln!(
            out,
            "{:>2}  {:<3}  {:<58} {}",
            endpoint.number,
            mark,
            endpoint.name,
            scores.join("  ")
        );
    }
    let _ = writeln!(out, "{passing}/{}", endpoints.len());
    (out, passing)
}

/// The 41 for programs: number, endpoint, whether it passes, good and all steps of each engine.
pub fn json(endpoints: &[Endpoint], results: &[(Engine, Results)]) -> Value {
    let row = |endpoint: &Endpoint| {
        let scores: serde_json::Map<String, Value> = results
            .iter()
            .map(|(engine, results)| {
                let (good, all) = endpoint.score(results);
                (engine.name().to_owned(), json!({"good": good, "all": all}))
            })
            .collect();
        json!({
            "number": endpoint.number, "endpoint": endpoint.name, "scores": scores,
            "passes": results.iter().all(|(_, r)| endpoint.passes(r)),
        })
    };
    endpoints.iter().map(row).collect()
}

/// The 41 as a Markdown table.
pub fn markdown(endpoints: &[Endpoint], results: &[(Engine, Results)]) -> String {
    let mut out = String::from("| | endpoint | passes |");
    results.iter().for_each(|(e, _)| {
        let _ = write!(out, " {} |", e.name());
    });
    out.push_str("\n|--:|---|---|");
    out.push_str(&"--:|".repeat(results.len()));
    for endpoint in endpoints {
        let passes = results.iter().all(|(_, r)| endpoint.passes(r));
        let mark = if passes { "yes" } else { "no" };
        let _ = write!(
            out,
            "\n| {} | {} | {mark} |",
            endpoint.number, endpoint.name
        );
        for (_, results) in results {
            let (good, all) = endpoint.score(results);
            let _ = write!(out, " {good}/{all} |");
        }
    }
    out.push('\n');
    out
}
