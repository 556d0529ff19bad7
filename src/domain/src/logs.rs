//! The last lines of the server's log, for administrators, and what clients report of their own failures.
//! Where lines come from is the main program's business; nothing is written to disk here.

use crate::{app::App, caller::Caller};
use model::LogFilter;
use rustchat_core::{common, error::Result};
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// What is kept: at most so many lines and bytes.
const MOST_LINES: usize = 10_000;
const MOST_BYTES: usize = 4 << 20;
/// What of a client's message is written down.
const MOST_OF_A_MESSAGE: usize = 400;

/// The last lines of the log, oldest first. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Recent(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    lines: VecDeque<Arc<str>>,
    bytes: usize,
}

impl Recent {
    /// Keeps a line, and forgets the oldest ones where there are too many.
    pub fn push(&self, line: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += line.len();
        kept.lines.push_back(line.into());
        while kept.lines.len() > MOST_LINES || kept.bytes > MOST_BYTES {
            let gone = kept.lines.pop_front().map_or(0, |line| line.len());
            kept.bytes = kept.bytes.saturating_sub(gone);
        }
    }

    /// Every line kept.
    pub fn all(&self) -> Vec<Arc<str>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.lines.iter().cloned().collect()
    }
}

/// A page of lines, counted from the end; within the page the oldest comes first.
pub fn page(app: &App, page: i64, per_page: i64) -> Vec<String> {
    let lines = app.logs.all();
    slice(&lines, page, per_page)
        .iter()
        .map(|line| written(line).to_string())
        .collect()
}

/// The lines a filter wants, as objects; several levels mean any of them. Times compare as the texts they are.
pub fn query(app: &App, filter: &LogFilter, page: i64, per_page: i64) -> Vec<Value> {
    let levels = filter.log_levels.as_deref().unwrap_or_default();
    let (from, to) = (filter.date_from.as_str(), filter.date_to.as_str());
    let wanted = |line: &Value| {
        let text = |key: &str| line[key].as_str().unwrap_or_default();
        let level = levels.is_empty()
            || levels
                .iter()
                .any(|level| level.eq_ignore_ascii_case(text("level")));
        let time = text("timestamp");
        level && (from.is_empty() || time >= from) && (to.is_empty() || time <= to)
    };
    let lines: Vec<Value> = app
        .logs
        .all()
        .iter()
        .map(|line| written(line))
        .filter(wanted)
        .collect();
    slice(&lines, page, per_page).to_vec()
}

fn slice<T>(lines: &[T], page: i64, per_page: i64) -> &[T] {
    let size = |value: i64| usize::try_from(value).unwrap_or_default();
    let end = lines
        .len()
        .saturating_sub(size(page).saturating_mul(size(per_page)));
    &lines[end.saturating_sub(size(per_page))..end]
}

/// A line in the original's form: `timestamp`, `level`, `msg`, `caller`, then the rest.
fn written(line: &str) -> Value {
    let Ok(Value::Object(mut found)) = serde_json::from_str::<Value>(line) else {
        return Value::Object(Map::from_iter([("msg".to_owned(), line.trim_end().into())]));
    };
    let mut taken = |key: &str| match found.remove(key) {
        Some(Value::String(text)) => text,
        other => other.map(|value| value.to_string()).unwrap_or_default(),
    };
    let time = taken("timestamp").replacen('T', " ", 1).replace('Z', " Z");
    let level = taken("level").to_ascii_lowercase();
    let (message, caller) = (taken("message"), taken("target"));
    let head = [
        ("timestamp", time),
        ("level", level),
        ("msg", message),
        ("caller", caller),
    ];
    let head = head.map(|(key, value)| (key.to_owned(), Value::from(value)));
    Value::Object(head.into_iter().chain(found).collect())
}

/// Writes down what a client reports; those not signed in only while the server is being developed.
pub fn report(app: &App, caller: &Caller, level: &str, message: &str) -> Result<String> {
    if caller.session.is_none() && !app.config.get().service.enable_developer {
        return Err(common::PERMISSIONS.err());
    }
    let message: String = message.chars().take(MOST_OF_A_MESSAGE).collect();
    let user_id = caller.user_id();
    if level.eq_ignore_ascii_case("error") {
        tracing::error!(user_id, report = message, "a client failed");
    } else {
        tracing::debug!(user_id, report = message, "a client reports");
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_lines_are_kept() {
        let recent = Recent::default();
        for number in 0..MOST_LINES + 5 {
            recent.push(&number.to_string());
        }
        let lines = recent.all();
        assert_eq!(lines.len(), MOST_LINES);
        assert_eq!(&*lines[0], "5");
        recent.push(&"x".repeat(MOST_BYTES + 1));
        assert!(recent.all().is_empty());
    }

    #[test]
    fn pages_are_counted_from_the_end() {
        let lines = [1, 2, 3, 4, 5];
        assert_eq!(slice(&lines, 0, 2), [4, 5]);
        assert_eq!(slice(&lines, 2, 2), [1]);
        assert_eq!(slice(&lines, 3, 2), [0; 0]);
        assert_eq!(slice(&lines, 0, 100), lines);
        assert_eq!(slice(&lines, i64::MAX, i64::MAX), [0; 0]);
        assert_eq!(slice(&lines, -1, -1), [0; 0]);
    }

    #[test]
    fn lines_have_the_form_of_the_original() {
        let line = r#"{"timestamp":"2026-01-02T03:04:05.6Z","level":"WARN","message":"m","target":"api","id":1}"#;
        assert_eq!(
            written(line),
            json!({"timestamp": "2026-01-02 03:04:05.6 Z", "level": "warn", "msg": "m", "caller": "api", "id": 1})
        );
        assert_eq!(written("plain\n"), json!({"msg": "plain"}));
    }
}
