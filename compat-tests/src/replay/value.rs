//! JSON values as the recordings treat them: templates filled, paths looked up, strings opened, text in one order.
//! Is not the normaliser: nothing here knows which values are special to a run.

use regex::Regex;
use serde_json::{Map, Value};
use std::sync::LazyLock;

static TEMPLATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{([a-z_][a-z0-9_]*(?:\.[A-Za-z0-9_]+|\[\d+\])*)\}").ok());

/// Why a template has no value.
#[derive(Debug, Clone, PartialEq)]
pub enum Missing {
    /// A variable or a field that is not there: the step is skipped, as in the recordings.
    Key(String),
    /// A path that does not fit the value at all: the scenario cannot go on.
    Shape(String),
}

/// Finds `name.field[0].inner` among the variables.
pub fn lookup<'a>(root: &'a Value, path: &str) -> Result<&'a Value, Missing> {
    let mut value = root;
    for part in path.split(['.', '[', ']']).filter(|p| !p.is_empty()) {
        value = match value {
            Value::Object(map) => map.get(part).ok_or_else(|| Missing::Key(part.to_owned()))?,
            Value::Array(list) => part
                .parse::<usize>()
                .ok()
                .and_then(|i| list.get(i))
                .ok_or_else(|| Missing::Shape(format!("{path}: no item {part}")))?,
            _ => return Err(Missing::Shape(format!("{path}: nothing below {part}"))),
        };
    }
    Ok(value)
}

/// Replaces `{name.field}` in every string and key; a string that is one template keeps the value's type.
pub fn fill(value: &Value, variables: &Value) -> Result<Value, Missing> {
    Ok(match value {
        Value::String(s) => fill_text(s, variables)?,
        Value::Array(list) => Value::Array(
            list.iter()
                .map(|v| fill(v, variables))
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(map) => {
            let mut out = Map::new();
            for (key, inner) in map {
                out.insert(plain(&fill_text(key, variables)?), fill(inner, variables)?);
            }
            Value::Object(out)
        }
        other => other.clone(),
    })
}

fn fill_text(text: &str, variables: &Value) -> Result<Value, Missing> {
    let Some(template) = TEMPLATE.as_ref() else {
        return Ok(text.into());
    };
    if let Some(whole) = template
        .captures(text)
        .filter(|c| c.get(0).is_some_and(|m| m.len() == text.len()))
    {
        return lookup(variables, &whole[1]).cloned();
    }
    let mut out = String::new();
    let mut end = 0;
    for found in template.captures_iter(text) {
        let Some(place) = found.get(0) else { continue };
        out.push_str(&text[end..place.start()]);
        out.push_str(&plain(lookup(variables, &found[1])?));
        end = place.end();
    }
    out.push_str(&text[end..]);
    Ok(out.into())
}

/// The text of a value as the recorder writes it into a longer string.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Null => "None".into(),
        other => other.to_string(),
    }
}

/// Opens JSON that travels inside strings, as event data does.
pub fn unwrap(value: Value) -> Value {
    match value {
        Value::String(s) if s.starts_with(['{', '[']) && s.ends_with(['}', ']']) => {
            match serde_json::from_str(&s) {
                Ok(inner) => unwrap(inner),
                Err(_) => Value::String(s),
            }
        }
        Value::Object(map) => Value::Object(map.into_iter().map(|(k, v)| (k, unwrap(v))).collect()),
        Value::Array(list) => Value::Array(list.into_iter().map(unwrap).collect()),
        other => other,
    }
}

/// One text per value: sorted keys, `", "` and `": "` between, nothing escaped that need not be. Decides every order.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(list) => {
            out.push('[');
            for (i, inner) in list.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                write_canonical(inner, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (i, (key, inner)) in keys.into_iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push_str(": ");
                write_canonical(inner, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// Sorts by the canonical text.
pub fn sort(list: &mut [Value]) {
    list.sort_by_cached_key(canonical);
}

/// Applies `change` at every place that `$.a.b`, `$[*].c` or `$.posts.*.props` names.
pub fn at_path(value: &mut Value, path: &str, change: &dyn Fn(&mut Value)) {
    let parts: Vec<&str> = path
        .split(['.', '[', ']', '$'])
        .filter(|p| !p.is_empty())
        .collect();
    walk(value, &parts, change);
}

fn walk(node: &mut Value, rest: &[&str], change: &dyn Fn(&mut Value)) {
    let Some((head, tail)) = rest.split_first() else {
        return change(node);
    };
    match node {
        Value::Object(map) if *head == "*" => map.values_mut().for_each(|v| walk(v, tail, change)),
        Value::Object(map) => map
            .get_mut(*head)
            .into_iter()
            .for_each(|v| walk(v, tail, change)),
        Value::Array(list) if *head == "*" => list.iter_mut().for_each(|v| walk(v, tail, change)),
        Value::Array(list) => {
            for (i, inner) in list.iter_mut().enumerate() {
                if i.to_string() == *head {
                    walk(inner, tail, change);
                }
            }
        }
        _ => {}
    }
}

/// Applies a step's `unordered`, `ignore` and `keys_only` to a normalised body.
pub fn shape(mut body: Value, step: &Value) -> Value {
    for path in strings(step.get("unordered")) {
        at_path(&mut body, path, &|v| {
            if let Value::Array(list) = v {
                sort(list);
            }
        });
    }
    for path in strings(step.get("ignore")) {
        at_path(&mut body, path, &|v| *v = "<any>".into());
    }
    match body {
        Value::Object(map) if truthy(step.get("keys_only")) => {
            let mut keys: Vec<String> = map.keys().cloned().collect();
            keys.sort();
            keys.into()
        }
        other => other,
    }
}

/// The strings of a list, or none.
pub fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Whether a value counts as set: not absent, null, false, zero or empty.
pub fn truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(b)) => *b,
        Some(Value::Number(n)) => n.as_f64() != Some(0.0),
        Some(Value::String(s)) => !s.is_empty(),
        Some(Value::Array(a)) => !a.is_empty(),
        Some(Value::Object(o)) => !o.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates_keep_types_and_fill_keys() {
        let vars = json!({"post": {"id": "abc", "n": 3, "tags": ["x"]}, "run": "r1"});
        assert_eq!(fill(&json!("{post.n}"), &vars), Ok(json!(3)));
        assert_eq!(
            fill(&json!({"{run}": "a-{post.tags[0]}-{post.n}"}), &vars),
            Ok(json!({"r1": "a-x-3"}))
        );
        assert_eq!(fill(&json!("{\"a\": 1}"), &vars), Ok(json!("{\"a\": 1}")));
        assert_eq!(
            fill(&json!("{nobody.id}"), &vars),
            Err(Missing::Key("nobody".into()))
        );
    }

    #[test]
    fn canonical_sorts_keys_and_keeps_letters() {
        assert_eq!(
            canonical(&json!({"b": [1, "ü\n"], "a": null})),
            "{\"a\": null, \"b\": [1, \"ü\\n\"]}"
        );
    }

    #[test]
    fn paths_reach_lists_and_maps() {
        let mut v = json!({"posts": {"x": {"p": 1}, "y": {"p": 2}}, "l": [{"c": 1}, {"c": 2}]});
        at_path(&mut v, "$.posts.*.p", &|n| *n = json!(0));
        at_path(&mut v, "$.l[1].c", &|n| *n = json!(0));
        assert_eq!(
            v,
            json!({"posts": {"x": {"p": 0}, "y": {"p": 0}}, "l": [{"c": 1}, {"c": 0}]})
        );
    }
}
