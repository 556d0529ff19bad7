//! Collects the websocket events of a step: waits for silence, drops what concerns nobody of the scenario, sorts.

use super::normalise::{Normaliser, names_something};
use super::socket::Socket;
use super::value::{shape, sort, strings, truthy, unwrap};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_millis(2500);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Events dropped unless the scenario names them.
const QUIET: [&str; 2] = ["status_change", "typing"];

/// Waits until all sockets have been silent for `settle` milliseconds, then hands over what each received.
pub async fn collect(
    sockets: &BTreeMap<String, Socket>,
    scenario: &Value,
    normal: &Normaliser,
    settle: u64,
) -> Map<String, Value> {
    if sockets.is_empty() {
        return Map::new();
    }
    wait_for_silence(sockets, Duration::from_millis(settle)).await;
    let mut out = Map::new();
    for (name, socket) in sockets {
        let batch = std::mem::take(&mut socket.inbox().events);
        let mut seen: Vec<Value> = batch
            .into_iter()
            .filter_map(|e| keep(e, name, scenario, normal))
            .collect();
        if !seen.is_empty() {
            sort(&mut seen);
            out.insert(name.clone(), seen.into());
        }
    }
    out
}

async fn wait_for_silence(sockets: &BTreeMap<String, Socket>, quiet: Duration) {
    let started = Instant::now();
    while started.elapsed() < LONGEST {
        let last = sockets
            .values()
            .filter_map(|s| s.inbox().last)
            .max()
            .unwrap_or(started)
            .max(started);
        if last.elapsed() >= quiet {
            return;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// One event as recorded, or nothing if it does not count.
fn keep(mut event: Value, listener: &str, scenario: &Value, normal: &Normaliser) -> Option<Value> {
    let name = event.get("event")?.as_str()?.to_owned();
    let named = strings(scenario.get("events")).any(|n| n == name);
    if QUIET.contains(&name.as_str()) && !named {
        return None;
    }
    if name == "hello"
        && let Some(Value::Object(data)) = event.get_mut("data")
    {
        data.values_mut().for_each(|v| *v = "<any>".into());
    }
    let broadcast = event
        .get("broadcast")
        .filter(|b| truthy(Some(b)))
        .cloned()
        .unwrap_or_else(|| json!({}));
    let to_all = !["user_id", "channel_id", "team_id", "connection_id"]
        .iter()
        .any(|k| truthy(broadcast.get(*k)));
    let data = unwrap(event.get("data").cloned().unwrap_or(Value::Null));
    let event = normal.value(&json!({"event": name, "data": data, "broadcast": broadcast}));
    // sent to the whole server or to the shared administrator, about nobody of this scenario
    if (to_all || listener == "admin") && !named && !names_something(&event) {
        return None;
    }
    let rules = json!({"ignore": scenario.get("ignore_in_events"), "unordered": scenario.get("unordered_in_events")});
    Some(shape(event, &rules))
}
