//! Writes replay results for people and files. Judges nothing.

use crate::baseline::{Baseline, show};
use crate::engine::Engine;
use crate::recording::{self, Recording};
use crate::replay::Results;
use crate::{coverage, scoreboard, summary, trend};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const SHOWN_DIFFERENCES: usize = 3;

/// Where reports go: `target/compat`.
pub fn folder() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"));
    let folder = target.join("compat");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Prints what differs, as the reference replayer does.
pub fn print(results: &Results, verbose: bool) {
    for scenario in results.values().filter(|s| !s.whole()) {
        println!(
            "{}: {}/{} steps as recorded",
            scenario.name,
            scenario.good(),
            scenario.steps.len()
        );
        let differences = scenario.steps.iter().flat_map(|s| &s.differences);
        for difference in differences.take(if verbose {
            usize::MAX
        } else {
            SHOWN_DIFFERENCES
        }) {
            println!("    {difference}");
        }
    }
    let flaky: Vec<&str> = results
        .values()
        .filter(|s| s.flaky)
        .map(|s| s.name.as_str())
        .collect();
    if !flaky.is_empty() {
        println!("better when played again alone: {}", flaky.join(" "));
    }
    println!("{}", summary(results));
}

/// One line for all.
pub fn summary(results: &Results) -> String {
    let whole = results.values().filter(|s| s.whole()).count();
    let good: usize = results.values().map(|s| s.good()).sum();
    let steps: usize = results.values().map(|s| s.steps.len()).sum();
    format!(
        "{whole} of {} scenarios, {good} of {steps} steps as recorded",
        results.len()
    )
}

/// The results in the form of the reference replayer's `--json`.
pub fn reference_form(results: &Results, recordings: &[Recording]) -> Value {
    let rows = recordings.iter().filter_map(|r| {
        let scenario = results.get(&r.name)?;
        let differences: Vec<&String> =
            scenario.steps.iter().flat_map(|s| &s.differences).collect();
        let stem = r.name.rsplit('/').next().unwrap_or_default();
        Some(json!({
            "file": r.folder.join(format!("{stem}.json")), "steps": scenario.steps.len(),
            "good": scenario.good(), "differences": differences,
        }))
    });
    rows.collect()
}

fn results_file(engine: Engine) -> Result<PathBuf> {
    Ok(folder()?.join(format!("results-{}.json", engine.name())))
}

/// Keeps the results of a whole replay for the scoreboard and the coverage, and of which code they are.
pub fn save(results: &Results, engine: Engine) -> Result<()> {
    std::fs::write(results_file(engine)?, serde_json::to_vec(results)?)?;
    Ok(std::fs::write(made_file(engine)?, here())?)
}

/// The commit and whether files differ from it.
fn here() -> String {
    let commit = trend::git(&["rev-parse", "--short=12", "HEAD"]);
    let changed = trend::git(&["status", "--porcelain", "--untracked-files=no"]);
    let changed = changed.is_some_and(|files| !files.is_empty());
    let commit = commit.unwrap_or_else(|| "an unknown commit".to_owned());
    format!("{commit}{}", if changed { " with changes" } else { "" })
}

fn made_file(engine: Engine) -> Result<PathBuf> {
    Ok(folder()?.join(format!("results-{}.commit", engine.name())))
}

/// A line for each engine: how old its results are, and of which commit; or that there are none.
pub fn origins() -> Result<String> {
    let mut out = String::new();
    for engine in Engine::ALL {
        let written = std::fs::metadata(results_file(engine)?).and_then(|m| m.modified());
        let Ok(written) = written else {
            let _ = writeln!(out, "{}: not replayed", engine.name());
            continue;
        };
        let minutes = written.elapsed().unwrap_or_default().as_secs() / 60;
        let made = std::fs::read_to_string(made_file(engine)?);
        let made = made.unwrap_or_else(|_| "an unknown commit".to_owned());
        let now = here();
        let now = if made == now {
            String::new()
        } else {
            format!(" (OLD: this is {now})")
        };
        let age = format!("{} h {:02} min ago", minutes / 60, minutes % 60);
        let _ = writeln!(out, "{}: replayed {age} at {made}{now}", engine.name());
    }
    Ok(out)
}

/// The results of the last whole replay on an engine.
pub fn saved(engine: Engine) -> Result<Results> {
    let file = results_file(engine)?;
    let data = std::fs::read(&file).with_context(|| {
        format!(
            "{}: replay first: cargo run -p compat-tests -- replay --engine {}",
            file.display(),
            engine.name()
        )
    })?;
    Ok(serde_json::from_slice(&data)?)
}

/// The results of the last whole replay of each engine that had one; reports say when it is one only.
pub fn all_saved() -> Result<Vec<(Engine, Results)>> {
    let found: Vec<_> = Engine::ALL
        .into_iter()
        .filter_map(|e| Some((e, saved(e).ok()?)))
        .collect();
    if found.is_empty() {
        saved(Engine::Sqlite)?;
    }
    Ok(found)
}

/// Writes the coverage reports to `target/compat`; returns the table by area.
pub fn coverage(results: &[(Engine, Results)]) -> Result<String> {
    let recordings = recording::load(&[])?;
    let rows = coverage::rows(&recordings, results);
    let folder = folder()?;
    std::fs::write(
        folder.join("coverage.json"),
        serde_json::to_vec_pretty(&rows)?,
    )?;
    let areas = coverage::by_tag(&rows);
    std::fs::write(
        folder.join("coverage.md"),
        format!("{areas}\n{}", coverage::markdown(&rows)),
    )?;
    Ok(areas)
}

/// The table of the 41, written to `target/compat`, and how many pass.
pub fn scoreboard(results: &[(Engine, Results)]) -> Result<(String, usize)> {
    let endpoints = scoreboard::read(&recording::load(&[])?)?;
    let out = scoreboard::table(&endpoints, results);
    let folder = folder()?;
    std::fs::write(folder.join("scoreboard.txt"), &out.0)?;
    std::fs::write(
        folder.join("scoreboard.md"),
        scoreboard::markdown(&endpoints, results),
    )?;
    let json = scoreboard::json(&endpoints, results);
    std::fs::write(
        folder.join("scoreboard.json"),
        serde_json::to_vec_pretty(&json)?,
    )?;
    Ok(out)
}

/// What is worse than on `main`. Steps that are listed as a matter of luck count as good: one of them, and the endpoint it
/// belongs to, is no loss.
pub fn compared(results: &[(Engine, Results)]) -> Result<Vec<String>> {
    worse(results, &Baseline::read()?, trend::base()?.as_ref())
}

fn worse(
    results: &[(Engine, Results)],
    baseline: &Baseline,
    base: Option<&trend::Row>,
) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for (engine, played) in results {
        let broken = baseline.judge(played, *engine).broken;
        if !broken.is_empty() {
            out.push(format!(
                "{} steps fail that did not on {}: {}",
                broken.len(),
                engine.name(),
                show(&broken)
            ));
        }
    }
    if let Some(base) = base {
        let lucky: Vec<_> = results
            .iter()
            .map(|(e, r)| (*e, baseline.with_luck(r)))
            .collect();
        out.extend(trend::Row::now(&lucky)?.regressions(base));
    }
    Ok(out)
}

/// The short table of a replay, written to `target/compat`, and what became worse than on `main`.
pub fn summary_table(results: &[(Engine, Results)]) -> Result<(String, Vec<String>)> {
    let now = trend::Row::now(results)?;
    let base = trend::base()?;
    let worse = worse(results, &Baseline::read()?, base.as_ref())?;
    let table = summary::table(results, &now, base.as_ref(), &worse);
    std::fs::write(folder()?.join("summary.txt"), &table)?;
    Ok((table, worse))
}

/// Every report at once, as JSON and Markdown in `target/compat`; returns the short table.
pub fn all(results: &[(Engine, Results)]) -> Result<String> {
    coverage(results)?;
    scoreboard(results)?;
    Ok(summary_table(results)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline;
    use crate::replay::{ScenarioResult, StepResult};

    /// Every recorded step as recorded.
    fn perfect() -> Results {
        let played = |r: &Recording| {
            let step = |i: usize| StepResult {
                number: i + 1,
                good: true,
                differences: Vec::new(),
                response: Value::Null,
            };
            let result = ScenarioResult {
                name: r.name.clone(),
                steps: (0..r.steps().len()).map(step).collect(),
                flaky: false,
                millis: 0,
            };
            (r.name.clone(), result)
        };
        let recordings = recording::load(&[]).unwrap();
        recordings.iter().map(played).collect()
    }

    /// One endpoint fewer is a regression by itself, whatever the lists say of its steps, unless they call the step luck.
    #[test]
    fn a_lost_mobile_endpoint_is_worse() {
        let mut results = perfect();
        let base = trend::Row {
            mobile: 41,
            known: usize::MAX,
            ..trend::Row::default()
        };
        let judged = |results: &Results, baseline: &Baseline| {
            worse(&[(Engine::Sqlite, results.clone())], baseline, Some(&base)).unwrap()
        };
        let mut listed = Baseline::default();
        assert_eq!(judged(&results, &listed), Vec::<String>::new());

        let endpoints = scoreboard::read(&recording::load(&[]).unwrap()).unwrap();
        let (name, number) = endpoints[0].steps[0].clone();
        results.get_mut(&name).unwrap().steps[number - 1].good = false;
        let lost = judged(&results, &listed);
        let named = format!("1 steps fail that did not on sqlite: {name}#{number}");
        assert_eq!(lost[0], named);
        assert!(lost[1].ends_with("mobile endpoints, 41 before"), "{lost:?}");

        let mut row = baseline::Row {
            engines: [Engine::Sqlite].into(),
            reason: String::new(),
        };
        listed.rows.insert((name.clone(), number), row.clone());
        assert_eq!(judged(&results, &listed), lost[1..]);
        row.reason = "flaky: who hears it depends on timing".into();
        listed.rows.insert((name, number), row);
        assert_eq!(judged(&results, &listed), Vec::<String>::new());
    }
}
