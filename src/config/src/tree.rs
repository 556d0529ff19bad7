//! Walks over settings documents against the document of defaults, which says what exists and of which type.

use crate::{error::Problem, masks};
use serde_json::{Map, Value};

/// Settings whose content is free: read whole, replaced whole.
const FREE: &[&str] = &[
    "LogSettings.AdvancedLoggingJSON",
    "ExperimentalAuditSettings.AdvancedLoggingJSON",
    "PluginSettings.Plugins",
    "PluginSettings.PluginStates",
    "SqlSettings.ReplicaLagSettings",
    "ContentFlaggingSettings.NotificationSettings.EventTargetMapping",
];

/// True for a setting that holds any JSON.
pub(crate) fn is_free(path: &str) -> bool {
    FREE.contains(&path)
}

/// What kind of value a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int,
    Text,
    List,
    Free,
}

impl Kind {
    /// The kind by the setting's default; `None` for a section, which has settings inside.
    pub(crate) fn of(path: &str, default: &Value) -> Option<Self> {
        match default {
            _ if is_free(path) => Some(Self::Free),
            Value::Bool(_) => Some(Self::Bool),
            Value::Number(_) => Some(Self::Int),
            Value::Array(_) => Some(Self::List),
            Value::Object(_) => None,
            Value::String(_) | Value::Null => Some(Self::Text),
        }
    }

    pub(crate) fn allowed(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Text => "a text",
            Self::List => "a list of texts",
            Self::Free => "JSON",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Bool => value.is_boolean(),
            Self::Int => value.is_i64(),
            Self::Text => value.is_string(),
            Self::List => value
                .as_array()
                .is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Free => true,
        }
    }
}

pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The value at `Section.Name[.Name]`.
pub(crate) fn get<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(document, |value, name| value.get(name))
}

/// Sets the value at a path, making sections on the way.
pub(crate) fn set(document: &mut Value, path: &str, value: Value) {
    let mut at = document;
    for name in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[name];
    }
    *at = value;
}

/// Calls `f(path, default, kind)` for each setting there is.
pub(crate) fn each(defaults: &Value, f: &mut impl FnMut(&str, &Value, Kind)) {
    fn walk(path: &str, value: &Value, f: &mut impl FnMut(&str, &Value, Kind)) {
        match (Kind::of(path, value), value) {
            (Some(kind), _) => f(path, value, kind),
            (None, Value::Object(section)) => section
                .iter()
                .for_each(|(name, inner)| walk(&join(path, name), inner, f)),
            (None, _) => {}
        }
    }
    if let Value::Object(sections) = defaults {
        sections
            .iter()
            .for_each(|(name, section)| walk(name, section, f));
    }
}

/// Puts the defaults where `document` has nothing or null. Unknown keys stay.
pub(crate) fn fill(document: &mut Value, defaults: &Value) {
    fill_at("", document, defaults);
}

fn fill_at(path: &str, document: &mut Value, defaults: &Value) {
    if document.is_null() {
        *document = defaults.clone();
        return;
    }
    if is_free(path) {
        return;
    }
    if let (Value::Object(given), Value::Object(known)) = (document, defaults) {
        for (name, default) in known {
            fill_at(
                &join(path, name),
                given.entry(name.clone()).or_insert(Value::Null),
                default,
            );
        }
    }
}

/// The known settings of a filled document, or everything that has the wrong type.
pub(crate) fn project(document: &Value, defaults: &Value) -> Result<Value, Vec<Problem>> {
    let mut problems = Vec::new();
    let out = project_at("", document, defaults, &mut problems);
    if problems.is_empty() {
        Ok(out)
    } else {
        Err(problems)
    }
}

fn project_at(path: &str, document: &Value, default: &Value, problems: &mut Vec<Problem>) -> Value {
    match (Kind::of(path, default), default, document) {
        (Some(kind), ..) if kind.fits(document) => return document.clone(),
        (None, Value::Object(known), Value::Object(given)) => {
            let inner = known.iter().map(|(name, default)| {
                let value = given.get(name).unwrap_or(default);
                (
                    name.clone(),
                    project_at(&join(path, name), value, default, problems),
                )
            });
            return Value::Object(inner.collect());
        }
        (kind, ..) => problems.push(Problem {
            setting: path.to_owned(),
            variable: None,
            given: masks::shown(path, document),
            allowed: kind
                .map_or("a section of settings", Kind::allowed)
                .to_owned(),
            id: "",
        }),
    }
    default.clone()
}

/// Copies the known settings that `patch` has onto `document`; null leaves a setting as it is.
pub(crate) fn patch(document: &mut Value, patch: &Value, defaults: &Value) {
    patch_at("", document, patch, defaults);
}

fn patch_at(path: &str, document: &mut Value, patch: &Value, default: &Value) {
    if patch.is_null() {
        return;
    }
    match (Kind::of(path, default), default, patch) {
        (None, Value::Object(known), Value::Object(given)) if document.is_object() => {
            for (name, default) in known {
                if let Some(value) = given.get(name) {
                    patch_at(&join(path, name), &mut document[name], value, default);
                }
            }
        }
        _ => *document = patch.clone(),
    }
}
