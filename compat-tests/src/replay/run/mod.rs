//! One run of one scenario: makes its people, team and channels, plays its steps, tells what came of each.

mod setup;
mod steps;

use super::normalise::Normaliser;
use super::socket::Socket;
use super::value::{Missing, strings};
use super::{Target, events};
use crate::recording::Recording;
use anyhow::{Result, anyhow};
use rand::RngExt;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// Password of every person a scenario makes.
pub const PASSWORD: &str = "Passw0rd-of-a-scenario";
const SETTLE: u64 = 300;

/// Why a step has no ordinary result.
enum Trouble {
    /// A variable is not there: the step is skipped.
    Skipped(String),
    /// The connection failed.
    Fault(&'static str),
    /// The scenario cannot go on.
    Fatal(anyhow::Error),
}

impl From<Missing> for Trouble {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::Key(key) => Trouble::Skipped(key),
            Missing::Shape(text) => Trouble::Fatal(anyhow!(text)),
        }
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Trouble::Fatal(error)
    }
}

impl From<&'static str> for Trouble {
    fn from(fault: &'static str) -> Self {
        Trouble::Fault(fault)
    }
}

/// What a whole run gave.
pub struct Played {
    pub opening: Option<Value>,
    pub steps: Vec<Value>,
}

/// A scenario being played.
pub struct Run<'a> {
    target: &'a Target,
    recording: &'a Recording,
    run: String,
    normal: Normaliser,
    vars: Value,
    tokens: HashMap<String, Value>,
    sockets: BTreeMap<String, Socket>,
    /// Sockets whose name was taken over; open until the end.
    replaced: Vec<Socket>,
}

impl<'a> Run<'a> {
    pub fn new(target: &'a Target, recording: &'a Recording) -> Self {
        let mut rng = rand::rng();
        let mut run: String = (0..5)
            .map(|_| char::from(rng.random_range(b'a'..=b'z')))
            .collect();
        run.push_str(&rng.random_range(10..=99).to_string());
        let vars = json!({"run": run, "password": PASSWORD, "server": target.base});
        let normal = Normaliser::new(&target.base, &run);
        let (tokens, sockets) = (HashMap::new(), BTreeMap::new());
        Run {
            target,
            recording,
            run,
            normal,
            vars,
            tokens,
            sockets,
            replaced: Vec::new(),
        }
    }

    /// Plays everything and closes what it opened.
    pub async fn play(mut self) -> Result<Played> {
        let played = self.play_steps().await;
        let sockets = std::mem::take(&mut self.sockets)
            .into_values()
            .chain(std::mem::take(&mut self.replaced));
        futures_util::future::join_all(sockets.map(Socket::close)).await;
        played
    }

    async fn play_steps(&mut self) -> Result<Played> {
        self.set_up().await?;
        let hello = self.events(400).await;
        let wanted = strings(self.scenario().get("events")).any(|e| e == "hello");
        let opening = (wanted && !hello.is_empty()).then_some(Value::Object(hello));
        let mut steps = Vec::new();
        let recording = self.recording;
        for step in recording.steps() {
            let (response, events) = match self.step(step).await {
                Ok(done) => done,
                Err(Trouble::Skipped(key)) => {
                    (json!({"skipped": format!("needs '{key}'")}), Map::new())
                }
                Err(Trouble::Fault(name)) => (json!({"fault": name}), Map::new()),
                Err(Trouble::Fatal(error)) => {
                    return Err(error.context(format!("step {}", steps.len() + 1)));
                }
            };
            let mut result = json!({"response": response});
            if !events.is_empty() {
                result["events"] = Value::Object(events);
            }
            steps.push(result);
        }
        Ok(Played { opening, steps })
    }

    fn scenario(&self) -> &'a Value {
        &self.recording.data
    }

    async fn events(&self, settle: u64) -> Map<String, Value> {
        events::collect(&self.sockets, self.scenario(), &self.normal, settle).await
    }

    fn learn(&mut self, name: &str, value: Value) {
        self.normal.know(name, &value);
        self.vars[name] = value;
    }
}
