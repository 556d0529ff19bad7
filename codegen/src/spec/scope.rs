//! `spec/scope.yaml`: which tag an operation belongs to and how far it is. One line per operation.
use super::Refusal;
use crate::problems::Problems;
use anyhow::Context;
use std::collections::BTreeMap;
use std::path::Path;

pub const FILE: &str = "spec/scope.yaml";

/// How far an operation is.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    /// The trait has a method for it.
    Implemented,
    /// Answers 501.
    Pending,
    /// Answers as a server without a licence does.
    Licensed(Refusal),
    /// Served by hand in `api`, outside the generated router.
    ByHand,
}

/// Operation id → (tag, scope).
pub fn load(
    spec: &Path,
    problems: &mut Problems,
) -> anyhow::Result<BTreeMap<String, (String, Scope)>> {
    let text = std::fs::read_to_string(spec.join("scope.yaml")).context(FILE)?;
    let raw: BTreeMap<String, BTreeMap<String, String>> =
        serde_yaml_ng::from_str(&text).context(FILE)?;
    let mut out = BTreeMap::new();
    for (tag, ops) in raw {
        for (id, word) in ops {
            let Some(scope) = parse(&word) else {
                problems.add(FILE, &id, format!("`{word}` is not a scope; use implemented, pending, by_hand or `licensed <status> <error id>`"));
                continue;
            };
            if let Some((other, _)) = out.insert(id.clone(), (tag.clone(), scope)) {
                problems.add(
                    FILE,
                    &id,
                    format!("is listed under `{other}` and `{tag}`; remove one"),
                );
            }
        }
    }
    Ok(out)
}

fn parse(word: &str) -> Option<Scope> {
    let parts: Vec<&str> = word.split_whitespace().collect();
    match parts.as_slice() {
        ["implemented"] => Some(Scope::Implemented),
        ["pending"] => Some(Scope::Pending),
        ["by_hand"] => Some(Scope::ByHand),
        ["licensed", status, id] => Some(Scope::Licensed(Refusal {
            status: status.parse().ok()?,
            id: (*id).to_owned(),
        })),
        _ => None,
    }
}
