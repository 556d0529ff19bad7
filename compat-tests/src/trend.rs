//! Where the project stood, and stands: one row a day in `docs/compat/trend.tsv`. Plays nothing.

use crate::baseline::Baseline;
use crate::engine::Engine;
use crate::replay::Results;
use crate::{recording, scoreboard};
use anyhow::{Context, Result};
use contract::{OPERATIONS, Scope};
use std::path::Path;
use std::process::Command;

/// The file, below the workspace.
pub const FILE: &str = "docs/compat/trend.tsv";

const HEADER: &str = "\
# One row a day, the newest last; written by: cargo run -p compat-tests -- readme
# date\tmobile endpoints of 41\timplemented\tlicensed\toperations\tsteps as recorded (sqlite)\t(postgres)\tof\tsteps known to fail
";

/// One day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub date: String,
    /// Mobile endpoints that pass on every engine.
    pub mobile: usize,
    /// Operations with code behind them.
    pub implemented: usize,
    /// Operations that answer as a server without a licence does.
    pub licensed: usize,
    pub operations: usize,
    pub sqlite: usize,
    pub postgres: usize,
    pub steps: usize,
    /// Rows of the baseline.
    pub known: usize,
}

impl Row {
    /// What the results of a whole replay say today; an engine that was not played keeps zero.
    pub fn now(results: &[(Engine, Results)]) -> Result<Self> {
        let endpoints = scoreboard::read(&recording::load(&[])?)?;
        let (_, mobile) = scoreboard::table(&endpoints, results);
        let good = |engine| {
            let of_engine = results.iter().filter(|(e, _)| *e == engine);
            of_engine
                .flat_map(|(_, r)| r.values())
                .map(|s| s.good())
                .sum()
        };
        let steps = |results: &Results| results.values().map(|s| s.steps.len()).sum();
        let count = |is: fn(&Scope) -> bool| OPERATIONS.iter().filter(|op| is(&op.scope)).count();
        Ok(Row {
            date: chrono::Utc::now().format("%Y-%m-%d").to_string(),
            mobile,
            implemented: count(|s| matches!(s, Scope::Implemented | Scope::ByHand)),
            licensed: count(|s| matches!(s, Scope::Licensed(_))),
            operations: OPERATIONS.len(),
            sqlite: good(Engine::Sqlite),
            postgres: good(Engine::Postgres),
            steps: results.iter().map(|(_, r)| steps(r)).max().unwrap_or(0),
            known: Baseline::read()?.rows.len(),
        })
    }

    fn parse(line: &str) -> Result<Self> {
        let mut cells = line.split('\t');
        let date = cells.next().unwrap_or_default().to_owned();
        let mut number = || -> Result<usize> {
            let cell = cells.next().unwrap_or_default();
            cell.parse().with_context(|| format!("{FILE}: {line}"))
        };
        Ok(Row {
            date,
            mobile: number()?,
            implemented: number()?,
            licensed: number()?,
            operations: number()?,
            sqlite: number()?,
            postgres: number()?,
            steps: number()?,
            known: number()?,
        })
    }

    fn line(&self) -> String {
        let Row {
            date,
            mobile,
            implemented,
            licensed,
            operations,
            sqlite,
            postgres,
            steps,
            known,
        } = self;
        format!(
            "{date}\t{mobile}\t{implemented}\t{licensed}\t{operations}\t{sqlite}\t{postgres}\t{steps}\t{known}\n"
        )
    }

    /// What became worse since then. Steps are the baseline's to judge, which names them.
    pub fn regressions(&self, then: &Row) -> Vec<String> {
        let mut out = Vec::new();
        if self.mobile < then.mobile {
            out.push(format!(
                "{} mobile endpoints, {} before",
                self.mobile, then.mobile
            ));
        }
        if self.implemented < then.implemented {
            out.push(format!(
                "{} operations implemented, {} before",
                self.implemented, then.implemented
            ));
        }
        if self.known > then.known {
            out.push(format!(
                "{} steps known to fail, {} before",
                self.known, then.known
            ));
        }
        out
    }
}

fn rows(text: &str) -> Result<Vec<Row>> {
    let lines = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.map(Row::parse).collect()
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every row of the file, which are checked on the way.
pub fn read() -> Result<Vec<Row>> {
    let file = root().join(FILE);
    if !file.exists() {
        return Ok(Vec::new());
    }
    rows(&std::fs::read_to_string(file).context(FILE)?)
}

/// What git says, or nothing.
pub(crate) fn git(words: &[&str]) -> Option<String> {
    let out = Command::new("git").args(words).current_dir(root()).output();
    let out = out.ok().filter(|out| out.status.success())?;
    Some(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// The newest row where this branch left `main`; of the file as it is here where git knows no `main`.
pub fn base() -> Result<Option<Row>> {
    let wanted = std::env::var("RUSTCHAT_BASE_REF").ok();
    let names = wanted.as_deref().into_iter().chain(["origin/main", "main"]);
    for name in names {
        let left = git(&["merge-base", "HEAD", name]);
        if let Some(text) = left.and_then(|at| git(&["show", &format!("{at}:{FILE}")])) {
            return Ok(rows(&text)?.pop());
        }
    }
    Ok(read()?.pop())
}

/// Puts the row into the file, in place of an earlier one of the same day.
pub fn record(row: &Row) -> Result<()> {
    let mut all = read()?;
    all.retain(|old| old.date != row.date);
    all.push(row.clone());
    let lines: String = all.iter().map(Row::line).collect();
    std::fs::write(root().join(FILE), format!("{HEADER}{lines}")).context(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_and_regressions_are_named() {
        let row = Row {
            date: "2026-01-02".into(),
            mobile: 41,
            implemented: 300,
            known: 7,
            ..Row::default()
        };
        assert_eq!(rows(&row.line()).unwrap(), std::slice::from_ref(&row));
        assert!(row.regressions(&row).is_empty());
        let worse = Row {
            mobile: 40,
            implemented: 299,
            known: 8,
            ..row.clone()
        };
        assert_eq!(
            worse.regressions(&row),
            [
                "40 mobile endpoints, 41 before",
                "299 operations implemented, 300 before",
                "8 steps known to fail, 7 before"
            ]
        );
        assert!(row.regressions(&worse).is_empty());
        assert!(Row::parse("2026-01-02\tmany").is_err());
    }
}
