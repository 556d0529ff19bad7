//! The small part of JSON Schema that `docs/compat/analysis.schema.json` uses. A keyword that is not known here is a
//! mistake of the schema, so nothing in it is silently without effect.

use regex::Regex;
use serde_json::Value;

const SILENT: &[&str] = &["$schema", "title", "description"];

/// What is wrong with a value, each with its place.
pub(super) fn check(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        let found = match keyword.as_str() {
            "type" => (kind(value) != rule).then(|| format!("is {}, not {rule}", kind(value))),
            "enum" => (!rule.as_array().unwrap().contains(value))
                .then(|| format!("{value} is not one of {rule}")),
            "minLength" => {
                let short = value
                    .as_str()
                    .is_some_and(|v| (v.chars().count() as u64) < rule.as_u64().unwrap());
                short.then(|| format!("has fewer than {rule} characters"))
            }
            "pattern" => {
                let pattern = Regex::new(rule.as_str().unwrap()).unwrap();
                let unlike = value.as_str().is_some_and(|v| !pattern.is_match(v));
                unlike.then(|| format!("{value} is not like {rule}"))
            }
            "required" => {
                let missing = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|key| value.get(key.as_str().unwrap()).is_none());
                missing.map(|key| format!("{key} is missing"))
            }
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    wrong.extend(check(rule, item, &format!("{at}[{i}]")));
                }
                None
            }
            "properties" => {
                for (key, schema) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        wrong.extend(check(schema, value, &format!("{at}.{key}")));
                    }
                }
                None
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false), "only false is known");
                let known = &schema["properties"];
                let other = value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .find(|(key, _)| known.get(key).is_none());
                other.map(|(key, _)| format!("{key} is not a key of it"))
            }
            silent => {
                assert!(
                    SILENT.contains(&silent),
                    "the schema's {silent} is not known here"
                );
                None
            }
        };
        wrong.extend(found.map(|what| format!("{at}: {what}")));
    }
    wrong
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
