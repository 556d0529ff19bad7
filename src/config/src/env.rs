//! `MM_<SECTION>_<NAME>` variables over the file: which there are, and how their text becomes a value.

use crate::{
    defaults,
    error::Problem,
    masks,
    tree::{self, Kind},
};
use serde_json::Value;
use std::collections::HashMap;

/// The `MM_*` variables of a process (or of a test).
pub(crate) type Variables = HashMap<String, String>;

/// Those of this process.
pub(crate) fn of_process() -> Variables {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os()
        .filter_map(text)
        .filter(|(name, _)| name.starts_with("MM_"))
        .collect()
}

/// The variable of a setting: `ServiceSettings.SiteURL` is `MM_SERVICESETTINGS_SITEURL`.
pub(crate) fn variable(path: &str) -> String {
    format!("MM_{}", path.replace('.', "_").to_ascii_uppercase())
}

/// The settings the variables set, or all that cannot be read.
pub(crate) fn overrides(variables: &Variables) -> Result<Vec<(String, Value)>, Vec<Problem>> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    if variables.is_empty() {
        return Ok(found);
    }
    tree::each(defaults::document(), &mut |path, _, kind| {
        let name = variable(path);
        let Some(text) = variables.get(&name) else {
            return;
        };
        match parse(text, kind) {
            Some(value) => found.push((path.to_owned(), value)),
            None => problems.push(Problem {
                setting: path.to_owned(),
                given: masks::shown(path, &Value::from(text.as_str())),
                allowed: kind.allowed().to_owned(),
                variable: Some(name),
                id: "",
            }),
        }
    });
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(problems)
    }
}

/// Variables in a known section that name no setting: most likely misspelt.
pub(crate) fn unknown(variables: &Variables) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    tree::each(defaults::document(), &mut |path, _, _| {
        known.push(variable(path))
    });
    let sections: Vec<String> = defaults::document()
        .as_object()
        .map(|sections| {
            sections
                .keys()
                .map(|name| format!("{}_", variable(name)))
                .collect()
        })
        .unwrap_or_default();
    let in_section = |name: &&String| {
        sections
            .iter()
            .any(|section| name.starts_with(section.as_str()))
    };
    let mut out: Vec<String> = variables
        .keys()
        .filter(in_section)
        .filter(|name| !known.contains(name))
        .cloned()
        .collect();
    out.sort();
    out
}

fn parse(text: &str, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Text => Some(Value::from(text)),
        Kind::Int => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Bool => match text.trim() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::List if text.trim_start().starts_with('[') => {
            serde_json::from_str::<Vec<String>>(text)
                .ok()
                .map(Value::from)
        }
        Kind::List => Some(Value::from(text.split_whitespace().collect::<Vec<_>>())),
        Kind::Free => serde_json::from_str(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn types_follow_the_default() {
        assert_eq!(parse("T", Kind::Bool), Some(Value::Bool(true)));
        assert_eq!(parse("yes", Kind::Bool), None);
        assert_eq!(parse(" 12", Kind::Int), Some(Value::from(12)));
        assert_eq!(parse("1.5", Kind::Int), None);
        assert_eq!(
            parse("a b", Kind::List),
            Some(serde_json::json!(["a", "b"]))
        );
        assert_eq!(
            parse(r#"["a b"]"#, Kind::List),
            Some(serde_json::json!(["a b"]))
        );
        assert_eq!(parse("[1]", Kind::List), None);
        assert_eq!(
            parse(r#"{"x":{}}"#, Kind::Free),
            Some(serde_json::json!({"x": {}}))
        );
    }

    #[test]
    fn misspelt_variables_are_found() {
        let variables = [
            ("MM_SERVICESETTINGS_SITURL", ""),
            ("MM_SERVICESETTINGS_SITEURL", ""),
            ("MM_OTHER", ""),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        assert_eq!(unknown(&variables), ["MM_SERVICESETTINGS_SITURL"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,64}") {
            for kind in [Kind::Bool, Kind::Int, Kind::Text, Kind::List, Kind::Free] {
                let _ = parse(&text, kind);
            }
        }

        #[test]
        fn numbers_and_lists_survive(number: i64, items in prop::collection::vec("[a-z:/.]{1,8}", 0..5)) {
            prop_assert_eq!(parse(&number.to_string(), Kind::Int), Some(Value::from(number)));
            prop_assert_eq!(parse(&items.join(" "), Kind::List), Some(Value::from(items)));
        }
    }
}
