//! Turns the values of one run (ids, names, times) into placeholders, so that two runs can be compared.
//! Is not the comparison, and does not know what a step asked for.

use super::value::{canonical, sort, truthy};
use regex::Regex;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::LazyLock;

const ID_LENGTH: usize = 26;
const ID_LETTERS: &str = "ybndrfg8ejkmcpqxot1uwisza345h769";
const LATEST_SMALL: f64 = 1_500_000_000_000.0;
/// Fields of a learnt object whose values become names.
const NAMED_FIELDS: &[&str] = &[
    "id",
    "token",
    "username",
    "email",
    "name",
    "secret",
    "remote_id",
    "invite_id",
    "user_id",
    "channel_id",
    "team_id",
    "post_id",
    "root_id",
    "bot_user_id",
    "connection_id",
];

static UUID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").ok()
});
static NAMED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{[a-z_]+[0-9a-z_]*[.\[}]").ok());

/// What one run calls its values.
pub struct Normaliser {
    /// Longest value first; among equals the one learnt first.
    names: Vec<(usize, String, String)>,
    known: HashSet<String>,
}

impl Normaliser {
    pub fn new(base: &str, run: &str) -> Self {
        let mut new = Normaliser {
            names: Vec::new(),
            known: HashSet::new(),
        };
        new.add(base, "{server}".into());
        new.add(&base.replace("http://", "ws://"), "{server}".into());
        new.add(run, "{run}".into());
        new
    }

    fn add(&mut self, value: &str, name: String) {
        if self.known.insert(value.to_owned()) {
            let length = value.chars().count();
            let place = self.names.partition_point(|n| n.0 >= length);
            self.names.insert(place, (length, value.to_owned(), name));
        }
    }

    /// Learns the ids and names inside `value`, which a scenario knows as `name`.
    pub fn know(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map
                    .iter()
                    .filter(|(k, v)| v.is_string() && NAMED_FIELDS.contains(&k.as_str()))
                {
                    self.know(&format!("{name}.{key}"), inner);
                }
            }
            Value::Array(list) => {
                for (i, inner) in list.iter().enumerate() {
                    self.know(&format!("{name}[{i}]"), inner);
                }
            }
            Value::String(s)
                if s.chars().count() >= 6
                    && (is_id(s) || !name.contains('.') || s.chars().any(char::is_numeric)) =>
            {
                self.add(s, format!("{{{name}}}"));
            }
            _ => {}
        }
    }

    /// A string with the run's values replaced.
    pub fn text(&self, value: &str) -> String {
        let mut out = value.to_owned();
        for (_, known, name) in &self.names {
            if out.contains(known.as_str()) {
                out = out.replace(known.as_str(), name);
            }
        }
        let out = replace_runs(
            &out,
            |c| c.is_ascii_alphanumeric(),
            |word| is_id(word).then_some("<id>"),
        );
        let out = match UUID.as_ref() {
            Some(uuid) => uuid.replace_all(&out, "<uuid>").into_owned(),
            None => out,
        };
        replace_runs(
            &out,
            |c| c.is_numeric(),
            |digits| is_time(digits).then_some("<ts>"),
        )
    }

    /// A whole value, normalised.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::Number(n) => match n.as_f64() {
                Some(f) if f > LATEST_SMALL => "<ts>".into(),
                Some(f) if f < -LATEST_SMALL => "<-ts>".into(),
                _ => value.clone(),
            },
            Value::String(s) => self.text(s).into(),
            Value::Array(list) => Value::Array(list.iter().map(|v| self.value(v)).collect()),
            Value::Object(map) => self.map(map),
            _ => value.clone(),
        }
    }

    fn map(&self, map: &Map<String, Value>) -> Value {
        let (mut out, mut unnamed) = (Map::new(), Vec::new());
        for (key, inner) in map {
            let (name, inner) = (self.text(key), self.value(inner));
            if name.contains("<id>") {
                unnamed.push(Value::Array(vec![name.into(), inner]));
            } else {
                out.insert(name, inner);
            }
        }
        // a map keyed by ids that nobody named: the values decide the order
        sort(&mut unnamed);
        let several = unnamed.len() > 1;
        for (i, pair) in unnamed.into_iter().enumerate() {
            if let Value::Array(mut pair) = pair
                && let (Some(inner), Some(Value::String(name))) = (pair.pop(), pair.pop())
            {
                out.insert(
                    if several {
                        format!("{name}#{}", i + 1)
                    } else {
                        name
                    },
                    inner,
                );
            }
        }
        free_wording(&mut out);
        Value::Object(out)
    }
}

/// The parts of an answer whose words are free: error texts and system messages.
fn free_wording(out: &mut Map<String, Value>) {
    let blank = |v: Option<&Value>| Value::from(if truthy(v) { "<text>" } else { "" });
    if let Some(Value::Array(people)) = out.get_mut("teammate_ids") {
        sort(people); // a group channel's people come in no order
    }
    if ["id", "message", "status_code"]
        .iter()
        .all(|k| out.contains_key(*k))
    {
        out.insert("message".into(), blank(out.get("message")));
        if truthy(out.get("detailed_error")) {
            out.insert("detailed_error".into(), "<text>".into());
        }
        if out.contains_key("request_id") {
            out.insert("request_id".into(), "<id>".into());
        }
    }
    let system = out
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|t| t.starts_with("system_"));
    if system && out.contains_key("message") && out.contains_key("channel_id") {
        out.insert("message".into(), blank(out.get("message")));
    }
}

/// Whether an event speaks of something that this scenario named (the server and the shared administrator do not count).
pub fn names_something(event: &Value) -> bool {
    let text = canonical(event);
    NAMED.as_ref().is_some_and(|named| {
        named.find_iter(&text).any(|m| {
            let rest = &text[m.start() + 1..];
            !rest.starts_with("server}") && !rest.starts_with("admin.")
        })
    })
}

fn is_id(word: &str) -> bool {
    word.len() == ID_LENGTH && word.chars().all(|c| ID_LETTERS.contains(c))
}

fn is_time(digits: &str) -> bool {
    digits.len() == 13
        && digits.starts_with('1')
        && digits[1..].starts_with(|c: char| ('5'..='9').contains(&c))
}

/// Replaces whole runs of characters of one class; a part of a run is never replaced.
fn replace_runs(
    text: &str,
    class: fn(char) -> bool,
    replace: fn(&str) -> Option<&'static str>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(class) {
        let end = rest[start..]
            .find(|c| !class(c))
            .map_or(rest.len(), |n| start + n);
        out.push_str(&rest[..start]);
        out.push_str(replace(&rest[start..end]).unwrap_or(&rest[start..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ONE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    const TWO: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn known_values_get_their_names_and_others_a_kind() {
        let mut n = Normaliser::new("http://127.0.0.1:1", "abcde12");
        n.know(
            "alice",
            &json!({"id": ONE, "username": "alice-abcde12", "nickname": "zzzzzz"}),
        );
        assert_eq!(
            n.text(&format!(
                "/users/{ONE}/x/{TWO}?t=1700000000000&u=17000000000001"
            )),
            "/users/{alice.id}/x/<id>?t=<ts>&u=17000000000001"
        );
        assert_eq!(
            n.text("alice-abcde12 zzzzzz abcde12"),
            "{alice.username} zzzzzz {run}"
        );
        assert_eq!(n.text("ws://127.0.0.1:1/"), "{server}/");
    }

    #[test]
    fn maps_of_unnamed_ids_are_ordered_by_their_values() {
        let n = Normaliser::new("http://x", "abcde12");
        assert_eq!(
            n.value(&json!({ONE: 2, TWO: 1})),
            json!({"<id>#1": 1, "<id>#2": 2})
        );
        assert_eq!(
            n.value(&json!({ONE: -1700000000000_i64})),
            json!({"<id>": "<-ts>"})
        );
    }

    #[test]
    fn errors_and_system_messages_lose_their_wording() {
        let n = Normaliser::new("http://x", "abcde12");
        assert_eq!(
            n.value(&json!({"id": "a.b", "message": "words", "detailed_error": "", "request_id": "q", "status_code": 400})),
            json!({"id": "a.b", "message": "<text>", "detailed_error": "", "request_id": "<id>", "status_code": 400})
        );
        assert_eq!(
            n.value(&json!({"type": "system_x", "message": "m", "channel_id": "c"}))["message"],
            "<text>"
        );
    }

    #[test]
    fn only_the_scenarios_own_names_count() {
        assert!(!names_something(&json!({"a": "{server} {admin.id}"})));
        assert!(
            names_something(&json!({"a": "{alice.id}"})) && names_something(&json!({"{run}": 1}))
        );
    }
}
