//! The part of JSON Schema (2020-12) that the policies' schemas use, checked against YAML with places. A keyword that is
//! not known here is a mistake of the schema, so nothing in a schema is silently without effect.

use crate::yaml::{Entry, Node, Place, Value};
use anyhow::{Result, bail};
use regex::Regex;
use serde_json::{Map, Value as Json};

/// What is wrong, and where.
pub struct Violation {
    pub at: Place,
    pub message: String,
}

pub struct Schema {
    root: Json,
}

const KNOWN: &[&str] = &[
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "title",
    "description",
    "type",
    "enum",
    "pattern",
    "minLength",
    "minItems",
    "uniqueItems",
    "items",
    "minimum",
    "maximum",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "minProperties",
];

impl Schema {
    pub fn new(root: Json) -> Result<Schema> {
        known_only(&root, "#")?;
        Ok(Schema { root })
    }

    pub fn check(&self, node: &Node) -> Vec<Violation> {
        let mut found = Vec::new();
        self.node(&self.root, node, "the file", &mut found);
        found
    }

    fn resolve<'a>(&'a self, schema: &'a Json) -> &'a Json {
        let target = schema.get("$ref").and_then(Json::as_str);
        let target = target.and_then(|t| t.strip_prefix('#'));
        target.and_then(|t| self.root.pointer(t)).unwrap_or(schema)
    }

    fn node(&self, schema: &Json, node: &Node, name: &str, found: &mut Vec<Violation>) {
        let schema = self.resolve(schema);
        let mut say = |message: String| {
            found.push(Violation {
                at: node.at,
                message: format!("{name} {message}"),
            });
        };
        if let Some(types) = schema.get("type") {
            let allowed: Vec<&str> = words(types);
            if !allowed.contains(&type_of(node)) {
                return say(format!(
                    "has to be {}, not {}",
                    allowed.join(" or "),
                    type_of(node)
                ));
            }
        }
        if let Some(choices) = schema.get("enum").and_then(Json::as_array)
            && !choices.contains(&node.to_json())
        {
            let list: Vec<String> = choices.iter().map(Json::to_string).collect();
            say(format!("has to be one of {}", list.join(", ")));
        }
        match &node.value {
            Value::Text(text) => text_rules(schema, text, say),
            Value::Int(number) => number_rules(schema, *number, say),
            Value::List(items) => {
                list_rules(schema, items, say);
                if let Some(of_items) = schema.get("items") {
                    for (i, item) in items.iter().enumerate() {
                        self.node(of_items, item, &format!("{name}[{i}]"), found);
                    }
                }
            }
            Value::Map(entries) => self.map(schema, node, entries, name, found),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn map(
        &self,
        schema: &Json,
        node: &Node,
        entries: &[Entry],
        name: &str,
        found: &mut Vec<Violation>,
    ) {
        for required in schema.get("required").map(words).unwrap_or_default() {
            if node.get(required).is_none() {
                found.push(Violation {
                    at: node.at,
                    message: format!("{name} lacks `{required}`"),
                });
            }
        }
        let least = schema.get("minProperties").and_then(Json::as_u64);
        if least.is_some_and(|least| (entries.len() as u64) < least) {
            found.push(Violation {
                at: node.at,
                message: format!("{name} has too few entries"),
            });
        }
        let properties = schema.get("properties").and_then(Json::as_object);
        for entry in entries {
            if let Some(rule) = schema.get("propertyNames") {
                let key = Node {
                    at: entry.at,
                    value: Value::Text(entry.key.clone()),
                };
                self.node(rule, &key, &format!("the name `{}`", entry.key), found);
            }
            let known = properties.and_then(|p| p.get(&entry.key));
            match known.or_else(|| schema.get("additionalProperties")) {
                Some(Json::Bool(false)) => found.push(Violation {
                    at: entry.at,
                    message: format!("`{}` is not known here; {}", entry.key, choices(properties)),
                }),
                Some(rule) => self.node(rule, &entry.value, &format!("`{}`", entry.key), found),
                None => {}
            }
        }
    }
}

fn choices(properties: Option<&Map<String, Json>>) -> String {
    let names: Vec<&str> = properties
        .map(|p| p.keys().map(String::as_str).collect())
        .unwrap_or_default();
    format!("known: {}", names.join(", "))
}

fn text_rules(schema: &Json, text: &str, mut say: impl FnMut(String)) {
    if let Some(pattern) = schema.get("pattern").and_then(Json::as_str)
        && !Regex::new(pattern).is_ok_and(|r| r.is_match(text))
    {
        say(format!("`{text}` does not match {pattern}"));
    }
    let least = schema.get("minLength").and_then(Json::as_u64);
    if least.is_some_and(|least| (text.trim().chars().count() as u64) < least) {
        say("is too short".to_owned());
    }
}

fn number_rules(schema: &Json, number: i64, mut say: impl FnMut(String)) {
    let limit = |key| schema.get(key).and_then(Json::as_i64);
    if limit("minimum").is_some_and(|least| number < least) {
        say(format!("is too small: {number}"));
    }
    if limit("maximum").is_some_and(|most| number > most) {
        say(format!("is too large: {number}"));
    }
}

fn list_rules(schema: &Json, items: &[Node], mut say: impl FnMut(String)) {
    let least = schema.get("minItems").and_then(Json::as_u64);
    if least.is_some_and(|least| (items.len() as u64) < least) {
        say("has too few entries".to_owned());
    }
    if schema.get("uniqueItems") == Some(&Json::Bool(true)) {
        let values: Vec<Json> = items.iter().map(Node::to_json).collect();
        if let Some((i, twice)) =
            (values.iter().enumerate()).find(|(i, v)| values[..*i].contains(v))
        {
            say(format!("has {twice} twice (entry {})", i + 1));
        }
    }
}

fn type_of(node: &Node) -> &'static str {
    match node.value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) => "integer",
        Value::Text(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

fn words(json: &Json) -> Vec<&str> {
    match json {
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

/// Refuses keywords, references and patterns this module would silently skip.
fn known_only(schema: &Json, at: &str) -> Result<()> {
    let Json::Object(map) = schema else {
        return Ok(());
    };
    for (key, value) in map {
        let here = format!("{at}/{key}");
        if !KNOWN.contains(&key.as_str()) {
            bail!("{here}: keyword not known to the checker");
        }
        match key.as_str() {
            "$defs" | "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    known_only(inner, &format!("{here}/{name}"))?;
                }
            }
            "items" | "additionalProperties" | "propertyNames" => known_only(value, &here)?,
            "pattern" => {
                Regex::new(value.as_str().unwrap_or("("))?;
            }
            "$ref" if !value.as_str().is_some_and(|r| r.starts_with("#/$defs/")) => {
                bail!("{here}: only references to #/$defs/ are known");
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;
    use serde_json::json;

    fn check(schema: Json, text: &str) -> Vec<String> {
        let found = Schema::new(schema)
            .unwrap()
            .check(&parse("x", text).unwrap());
        found
            .into_iter()
            .map(|v| format!("{}:{} {}", v.at.line, v.at.column, v.message))
            .collect()
    }

    #[test]
    fn says_what_and_where() {
        let schema = json!({
            "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": {"name": {"type": "string", "pattern": "^[a-z]+$"}, "sizes": {"$ref": "#/$defs/sizes"}},
            "$defs": {"sizes": {"type": "array", "items": {"type": "integer", "minimum": 1}, "uniqueItems": true}},
        });
        assert!(check(schema.clone(), "name: ada\nsizes: [1, 2]\n").is_empty());
        let wrong = check(schema.clone(), "sizes:\n  - 0\n  - x\nother: 1\n");
        assert_eq!(
            wrong,
            [
                "1:1 the file lacks `name`",
                "2:5 `sizes`[0] is too small: 0",
                "3:5 `sizes`[1] has to be integer, not string",
                "4:1 `other` is not known here; known: name, sizes",
            ]
        );
        assert_eq!(
            check(schema, "name: Ada\nsizes: [3, 3]\n"),
            [
                "1:7 `name` `Ada` does not match ^[a-z]+$",
                "2:8 `sizes` has 3 twice (entry 2)",
            ]
        );
    }

    #[test]
    fn a_keyword_without_effect_is_refused() {
        assert!(Schema::new(json!({"oneOf": []})).is_err());
        assert!(Schema::new(json!({"properties": {"a": {"$ref": "other.json"}}})).is_err());
    }
}
