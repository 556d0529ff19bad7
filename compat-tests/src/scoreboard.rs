//! The 41 endpoints the mobile app leans on: each counts when every recorded step of its operation is answered as recorded.
//! `mobile41.tsv` has them: number, endpoint, operation, the step whose answer is kept; `except` rows take steps out.

use crate::baseline::StepId;
use crate::engine::Engine;
use crate::operations::operation_of_step;
use crate::recording::{Recording, request_of};
use crate::replay::Results;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// One of the 41.
pub struct Endpoint {
    pub number: usize,
    pub name: String,
    /// The step whose answer is kept as a snapshot.
    pub kept: StepId,
    /// Every recorded step that judges it, in order.
    pub steps: Vec<StepId>,
}

/// Reads the list and finds the steps of each endpoint.
pub fn read(recordings: &[Recording]) -> Result<Vec<Endpoint>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("mobile41.tsv");
    let text = std::fs::read_to_string(&path)?;
    let rows = text
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty());
    let (exceptions, endpoints): (Vec<&str>, Vec<&str>) =
        rows.partition(|l| l.starts_with("except\t"));
    let mut excepted = BTreeMap::new();
    for line in exceptions {
        let columns: Vec<&str> = line.split('\t').collect();
        let [_, step, reason] = columns[..] else {
            bail!("mobile41.tsv: {line}")
        };
        ensure!(!reason.is_empty(), "mobile41.tsv: without a reason: {line}");
        excepted.insert(step_id(step)?, 0_usize);
    }
    let calls = calls(recordings);
    let endpoints: Vec<Endpoint> = endpoints
        .into_iter()
        .map(|line| endpoint(line, &calls, &mut excepted))
        .collect::<Result<_>>()?;
    let idle = excepted.iter().find(|(_, uses)| **uses == 0);
    ensure!(idle.is_none(), "mobile41.tsv: excepts nothing: {idle:?}");
    Ok(endpoints)
}

fn step_id(text: &str) -> Result<StepId> {
    let (scenario, number) = text.split_once('#').with_context(|| text.to_owned())?;
    Ok((
        scenario.to_owned(),
        number.parse().with_context(|| text.to_owned())?,
    ))
}

/// A recorded step and the operation it calls.
struct Call<'a> {
    id: StepId,
    step: &'a Value,
    operation: &'static str,
}

/// Every recorded step; to find the operation takes long, so it is done once for all endpoints.
fn calls(recordings: &[Recording]) -> Vec<Call<'_>> {
    let mut out = Vec::new();
    for recording in recordings {
        out.extend(recording.steps().iter().enumerate().map(|(i, step)| Call {
            id: (recording.name.clone(), i + 1),
            step,
            operation: operation_of_step(step).map_or("", |op| op.id),
        }));
    }
    out
}

fn endpoint(
    line: &str,
    calls: &[Call<'_>],
    excepted: &mut BTreeMap<StepId, usize>,
) -> Result<Endpoint> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [number, name, operation, kept] = columns[..] else {
        bail!("mobile41.tsv: {line}")
    };
    let mut steps = Vec::new();
    for call in calls.iter().filter(|call| touches(call, operation)) {
        match excepted.get_mut(&call.id) {
            Some(uses) => *uses += 1,
            None => steps.push(call.id.clone()),
        }
    }
    let kept = step_id(kept)?;
    ensure!(
        steps.contains(&kept),
        "mobile41.tsv: not a step of the operation: {line}"
    );
    Ok(Endpoint {
        number: number.parse()?,
        name: name.to_owned(),
        kept,
        steps,
    })
}

fn touches(call: &Call<'_>, operation: &str) -> bool {
    let step = call.step;
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
            call.operation == id && by_path
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
    let _ = writeln!(out, "{passing}/{}{}", endpoints.len(), only(results));
    (out, passing)
}

/// What has to be said after a score that only one engine stands for: ` (sqlite only)`.
pub fn only(results: &[(Engine, Results)]) -> String {
    let there = |engine: &Engine| results.iter().any(|(e, _)| e == engine);
    if Engine::ALL.iter().all(there) {
        return String::new();
    }
    let names: Vec<&str> = results.iter().map(|(e, _)| e.name()).collect();
    format!(" ({} only)", names.join(", "))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording;

    /// Refusals alone, or no answer to look at, would prove little of an endpoint.
    #[test]
    fn each_of_the_41_has_a_recorded_success_that_is_kept() {
        let recordings = recording::load(&[]).unwrap();
        let endpoints = read(&recordings).unwrap();
        let numbers: Vec<usize> = endpoints.iter().map(|e| e.number).collect();
        assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
        for endpoint in endpoints {
            let (name, number) = &endpoint.kept;
            let recording = recordings.iter().find(|r| r.name == *name).unwrap();
            let status = recording.steps()[number - 1]["response"]["status"].as_u64();
            let is_socket = endpoint.name.starts_with("WS ");
            assert!(
                status.is_some_and(|s| (200..300).contains(&s)) || (is_socket && status.is_none()),
                "{}: {name}#{number} has {status:?}",
                endpoint.name
            );
            let file = format!("snapshots/mobile_{:02}.snap", endpoint.number);
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            let snapshot = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(
                snapshot.contains(&format!("({name}#{number})\"")),
                "{}: keeps another step, or is missing",
                file.display()
            );
        }
    }

    #[test]
    fn a_score_of_one_engine_says_so() {
        let sqlite = (Engine::Sqlite, Results::new());
        assert_eq!(only(std::slice::from_ref(&sqlite)), " (sqlite only)");
        assert_eq!(only(&[sqlite, (Engine::Postgres, Results::new())]), "");
        let (table, _) = table(&[], &[(Engine::Postgres, Results::new())]);
        assert_eq!(table, "0/0 (postgres only)\n");
    }
}
