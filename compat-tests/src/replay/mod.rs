//! Plays recordings against a running server and tells, step by step, whether it answered as recorded.
//! The rules are those of `recordings/README.md`; `recordings/replay.py` is the reference for them.

mod binary;
mod compare;
mod events;
mod normalise;
mod request;
mod run;
mod socket;
pub mod value;

pub use request::client;
pub use run::PASSWORD;

use crate::recording::Recording;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Instant;

/// The server to play against.
#[derive(Clone)]
pub struct Target {
    pub base: String,
    pub admin_name: String,
    pub admin_password: String,
    pub client: reqwest::Client,
}

impl Target {
    /// `admin` is `name:password`.
    pub fn new(base: &str, admin: &str) -> anyhow::Result<Self> {
        let (name, password) = admin.split_once(':').unwrap_or((admin, ""));
        Ok(Target {
            base: base.trim_end_matches('/').to_owned(),
            admin_name: name.to_owned(),
            admin_password: password.to_owned(),
            client: client()?,
        })
    }
}

/// What came of one step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepResult {
    pub number: usize,
    pub good: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
    /// The normalised response, as `response` of the recording.
    pub response: Value,
}

/// What came of one scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScenarioResult {
    pub name: String,
    pub steps: Vec<StepResult>,
    /// Passed only when it was played again.
    pub flaky: bool,
    pub millis: u128,
}

impl ScenarioResult {
    pub fn good(&self) -> usize {
        self.steps.iter().filter(|s| s.good).count()
    }

    pub fn whole(&self) -> bool {
        self.steps.iter().all(|s| s.good)
    }
}

/// All results by the scenario's name.
pub type Results = BTreeMap<String, ScenarioResult>;

/// Plays one scenario.
pub async fn play(target: &Target, recording: &Recording) -> ScenarioResult {
    let started = Instant::now();
    let outcome = run::Run::new(target, recording).play().await;
    let mut steps: Vec<StepResult> = Vec::new();
    let (got, trouble) = match outcome {
        Ok(played) => {
            let trouble = opening_trouble(recording, played.opening.as_ref());
            (played.steps, trouble)
        }
        Err(error) => (Vec::new(), Some(format!("{error:#}"))),
    };
    for (i, step) in recording.steps().iter().enumerate() {
        let want: Map<String, Value> = ["response", "events"]
            .iter()
            .filter_map(|k| step.get(*k).map(|v| (k.to_string(), v.clone())))
            .collect();
        let mut differences = match got.get(i) {
            Some(got) => {
                compare::differences(&Value::Object(want), got, &format!("step {}", i + 1))
            }
            None => vec![trouble.clone().unwrap_or_else(|| "not played".into())],
        };
        if i == 0 && !got.is_empty() {
            differences.extend(trouble.clone());
        }
        let response = got
            .get(i)
            .map(|g| g["response"].clone())
            .unwrap_or_else(|| json!(null));
        steps.push(StepResult {
            number: i + 1,
            good: differences.is_empty(),
            differences,
            response,
        });
    }
    ScenarioResult {
        name: recording.name.clone(),
        steps,
        flaky: false,
        millis: started.elapsed().as_millis(),
    }
}

/// The greeting is recorded but for its values: it has to come exactly where it came.
fn opening_trouble(recording: &Recording, got: Option<&Value>) -> Option<String> {
    match (recording.data.get("opening"), got) {
        (Some(_), None) => Some("opening: events expected before step 1, none came".into()),
        (None, Some(_)) => Some("opening: events before step 1, none expected".into()),
        _ => None,
    }
}

/// How to play many.
pub struct Plan<'a> {
    /// Scenarios at the same time.
    pub jobs: usize,
    /// Whether a result has to be believed only after another try alone.
    pub suspicious: &'a (dyn Fn(&ScenarioResult) -> bool + Sync),
    /// Suspicious scenarios tried again at most.
    pub retries: usize,
}

/// Plays many scenarios at the same time on one server; those that change the whole server alone and last.
pub async fn play_all(target: &Target, recordings: &[Recording], plan: &Plan<'_>) -> Results {
    let (alone, together): (Vec<_>, Vec<_>) =
        recordings.iter().partition(|r| r.needs_the_server_alone());
    // the longest first, so that none is left to run alone at the end
    let mut together = together;
    together.sort_by_key(|r| std::cmp::Reverse(r.steps().len()));
    let mut results: Results = Results::new();
    if let Some((first, rest)) = together.split_first() {
        // the first one makes the administrator, if there is none yet
        let first = play(target, first).await;
        results.insert(first.name.clone(), first);
        let mut running = futures_util::stream::iter(rest.iter().map(|r| play(target, r)))
            .buffer_unordered(plan.jobs);
        while let Some(result) = running.next().await {
            results.insert(result.name.clone(), result);
        }
    }
    for recording in alone {
        let result = play(target, recording).await;
        results.insert(result.name.clone(), result);
    }
    retry(target, recordings, plan, &mut results).await;
    results
}

/// A suspicious result may be one of timing: play it again alone and keep the better one.
async fn retry(target: &Target, recordings: &[Recording], plan: &Plan<'_>, results: &mut Results) {
    let again: Vec<&Recording> = recordings
        .iter()
        .filter(|r| results.get(&r.name).is_some_and(|s| (plan.suspicious)(s)))
        .take(plan.retries)
        .collect();
    for recording in again {
        let mut second = play(target, recording).await;
        if let Some(first) = results.get(&recording.name)
            && second.good() > first.good()
        {
            second.flaky = true;
            results.insert(second.name.clone(), second);
        }
    }
}
