//! Access rules that say something else than before, or are gone. Rules of operations that had none are no change of rule.

use super::Found;
use crate::change::Change;
use crate::policy::Policies;
use crate::yaml::Node;
use anyhow::Result;
use serde_json::Value as Json;
use std::collections::BTreeMap;

pub fn changed(policies: &Policies, change: &Change) -> Result<Vec<Found>> {
    let folder = format!("{}/", policies.evidence.operations.access);
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    for file in change
        .files
        .iter()
        .filter(|f| f.paths().any(|p| p.starts_with(&folder)))
    {
        // a file that comes from elsewhere was no rule there
        if let Some(old) = file.old_path().filter(|p| p.starts_with(&folder)) {
            rules(change.yaml_before(old)?, old, &mut before);
        }
        if file.is_there() && file.path.starts_with(&folder) {
            rules(change.yaml_after(&file.path)?, &file.path, &mut after);
        }
    }
    // compared over all files together, so that a rule may move from one to another
    let mut found = Vec::new();
    for (operation, (old, path, _)) in before {
        let now = after.get(&operation);
        if now.map(|(rule, ..)| rule) != Some(&old) {
            let (path, line) = now.map_or((path, 1), |(_, path, line)| (path.clone(), *line));
            found.push(Found {
                path,
                line,
                what: operation,
            });
        }
    }
    Ok(found)
}

fn rules(file: Option<Node>, path: &str, into: &mut BTreeMap<String, (Json, String, usize)>) {
    for entry in file.iter().flat_map(|n| n.entries()) {
        let rule = (entry.value.to_json(), path.to_owned(), entry.at.line);
        into.insert(entry.key.clone(), rule);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn a_new_rule_is_no_changed_rule() {
        let project = Project::new(&[("spec/access/posts.yaml", "GetPost: session\n")]);
        let more = project.change(&[(
            "spec/access/posts.yaml",
            "CreatePost: session\nGetPost: session\n",
        )]);
        assert!(more.kinds().is_empty());
        let looser = project.change(&[("spec/access/posts.yaml", "GetPost: public\n")]);
        assert_eq!(looser.kinds(), ["access-rule-changed"]);
    }

    #[test]
    fn rules_from_elsewhere_were_none() {
        let project = Project::new(&[
            ("spec/access/posts.yaml", "A: session\nGetPost: session\n"),
            (
                "docs/access.yaml",
                "GetPost: public\n# a file of a few lines\n",
            ),
        ]);
        let change = project.doing(|root| {
            let to = root.join("spec/access/zz.yaml");
            std::fs::rename(root.join("docs/access.yaml"), to).unwrap();
            std::fs::write(root.join("spec/access/posts.yaml"), "A: session\n").unwrap();
        });
        assert_eq!(change.kinds(), ["access-rule-changed"]);
        let within = project.moved("spec/access/posts.yaml", "spec/access/zz.yaml");
        assert!(within.kinds().is_empty());
    }
}
