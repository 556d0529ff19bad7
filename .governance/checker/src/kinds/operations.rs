//! Operations that a change implements, or stops to implement, by the words in `spec/scope.yaml`.

use super::Found;
use crate::change::Change;
use crate::policy::Policies;
use crate::yaml::Node;
use anyhow::Result;
use std::collections::BTreeMap;

/// An operation marked implemented: its tag and the line of it.
pub struct Marked {
    pub tag: String,
    pub line: usize,
}

/// Operations that are implemented after the change, and were not before.
pub fn newly_implemented(policies: &Policies, change: &Change) -> Result<BTreeMap<String, Marked>> {
    let scope = &policies.evidence.operations.scope;
    if !change.touched(scope) {
        return Ok(BTreeMap::new());
    }
    let before = implemented(change.yaml_before(scope)?);
    let mut after = implemented(change.yaml_after(scope)?);
    after.retain(|id, _| !before.contains_key(id));
    Ok(after)
}

pub fn added(policies: &Policies, change: &Change) -> Result<Vec<Found>> {
    let scope = &policies.evidence.operations.scope;
    let new = newly_implemented(policies, change)?;
    Ok(new
        .into_iter()
        .map(|(what, m)| found(scope, m.line, what))
        .collect())
}

pub fn withdrawn(policies: &Policies, change: &Change) -> Result<Vec<Found>> {
    let scope = &policies.evidence.operations.scope;
    if !change.touched(scope) {
        return Ok(Vec::new());
    }
    let before = implemented(change.yaml_before(scope)?);
    let after = implemented(change.yaml_after(scope)?);
    let gone = before.into_iter().filter(|(id, _)| !after.contains_key(id));
    Ok(gone.map(|(what, _)| found(scope, 1, what)).collect())
}

fn found(path: &str, line: usize, what: String) -> Found {
    Found {
        path: path.to_owned(),
        line,
        what,
    }
}

fn implemented(scope: Option<Node>) -> BTreeMap<String, Marked> {
    let mut found = BTreeMap::new();
    for tag in scope.iter().flat_map(|s| s.entries()) {
        for operation in tag.value.entries() {
            if operation.value.text() == Some("implemented") {
                let marked = Marked {
                    tag: tag.key.clone(),
                    line: operation.at.line,
                };
                found.insert(operation.key.clone(), marked);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn withdrawing_is_architectural() {
        let project = Project::new(&[("spec/scope.yaml", "posts:\n  GetPost: implemented\n")]);
        let gone = project.change(&[("spec/scope.yaml", "posts:\n  GetPost: pending\n")]);
        assert_eq!(gone.kinds(), ["operation-withdrawn"]);
        assert_eq!(gone.tier(), "architectural");
    }
}
