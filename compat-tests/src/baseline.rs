//! The steps known to fail (`baseline.tsv`) and those meant to differ (`deviations.tsv`).
//! The first list may only shrink; the second is reviewed by people. Plays nothing.

use crate::engine::Engine;
use crate::replay::Results;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Scenario and number of the step.
pub type StepId = (String, usize);

/// What a row says of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub engines: BTreeSet<Engine>,
    /// `flaky…` exempts the step from having to fail.
    pub reason: String,
}

/// The checked-in lists.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    pub rows: BTreeMap<StepId, Row>,
    pub deviations: BTreeMap<StepId, String>,
}

/// How results compare with the lists.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Fails, and is on no list.
    pub broken: Vec<StepId>,
    /// Is listed, and passes.
    pub mended: Vec<StepId>,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

impl Baseline {
    /// Reads both lists.
    pub fn read() -> Result<Self> {
        let mut new = Baseline::default();
        for (id, rest) in read_rows(&path("baseline.tsv"))? {
            let mut columns = rest.splitn(2, '\t');
            let engines = Engine::parse(columns.next().unwrap_or_default())?
                .into_iter()
                .collect();
            let reason = columns.next().unwrap_or_default().to_owned();
            new.rows.insert(id, Row { engines, reason });
        }
        new.deviations = read_rows(&path("deviations.tsv"))?.into_iter().collect();
        Ok(new)
    }

    /// Whether a step is expected to fail on an engine.
    pub fn lists(&self, id: &StepId, engine: Engine) -> bool {
        self.deviations.contains_key(id)
            || self
                .rows
                .get(id)
                .is_some_and(|r| r.engines.contains(&engine))
    }

    fn is_flaky(&self, id: &StepId) -> bool {
        self.rows
            .get(id)
            .is_some_and(|r| r.reason.starts_with("flaky"))
    }

    /// The results, with every step good that is listed as a matter of luck.
    pub fn with_luck(&self, results: &Results) -> Results {
        let mut results = results.clone();
        for (name, scenario) in &mut results {
            for step in &mut scenario.steps {
                step.good |= self.is_flaky(&(name.clone(), step.number));
            }
        }
        results
    }

    /// Compares the results of one engine with the lists.
    pub fn judge(&self, results: &Results, engine: Engine) -> Judgement {
        let mut out = Judgement::default();
        for scenario in results.values() {
            for step in &scenario.steps {
                let id = (scenario.name.clone(), step.number);
                match (step.good, self.lists(&id, engine)) {
                    (false, false) => out.broken.push(id),
                    (true, true) if !self.is_flaky(&id) && !scenario.flaky => out.mended.push(id),
                    _ => {}
                }
            }
        }
        out
    }

    /// Takes over the results; steps that newly fail are refused unless growth is allowed. Returns (removed, added).
    pub fn update(
        &mut self,
        results: &Results,
        engine: Engine,
        allow_growth: bool,
    ) -> Result<(usize, usize)> {
        let judgement = self.judge(results, engine);
        if !judgement.broken.is_empty() && !allow_growth {
            bail!(
                "{} steps fail that are not in the baseline, which may only shrink: {}",
                judgement.broken.len(),
                show(&judgement.broken)
            );
        }
        for id in &judgement.mended {
            if let Some(row) = self.rows.get_mut(id) {
                row.engines.remove(&engine);
            }
        }
        for id in &judgement.broken {
            self.rows
                .entry(id.clone())
                .or_default()
                .engines
                .insert(engine);
        }
        self.rows.retain(|_, row| !row.engines.is_empty());
        Ok((judgement.mended.len(), judgement.broken.len()))
    }

    /// Writes the list of failing steps.
    pub fn write(&self) -> Result<()> {
        let mut text = String::from(HEADER);
        for ((name, step), row) in &self.rows {
            let engine = match row.engines.iter().next() {
                Some(only) if row.engines.len() == 1 => only.name(),
                _ => "both",
            };
            write!(text, "{name}#{step}\t{engine}")?;
            if !row.reason.is_empty() {
                write!(text, "\t{}", row.reason)?;
            }
            text.push('\n');
        }
        std::fs::write(path("baseline.tsv"), text).context("baseline.tsv")
    }
}

const HEADER: &str = "\
# Recorded steps that are not answered as recorded yet: scenario#step, engine (sqlite, postgres, both), reason (optional).
# May only shrink: cargo run -p compat-tests -- baseline --update
";

fn read_rows(path: &Path) -> Result<Vec<(StepId, String)>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let rows = text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    rows.map(|line| {
        let (step, rest) = line.split_once('\t').unwrap_or((line, ""));
        let (name, number) = step
            .split_once('#')
            .with_context(|| format!("{}: {line}", path.display()))?;
        Ok((
            (
                name.to_owned(),
                number.parse().with_context(|| line.to_owned())?,
            ),
            rest.to_owned(),
        ))
    })
    .collect()
}

/// A readable list of steps, not too long.
pub fn show(steps: &[StepId]) -> String {
    let mut out: Vec<String> = steps
        .iter()
        .take(60)
        .map(|(name, step)| format!("{name}#{step}"))
        .collect();
    if steps.len() > out.len() {
        out.push(format!("and {} more", steps.len() - out.len()));
    }
    out.join(" ")
}
