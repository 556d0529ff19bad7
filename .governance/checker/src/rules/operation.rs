//! An operation that becomes implemented has a recording of what the original answers, and an access rule.

use super::{Case, Finding, Rule};
use crate::kinds::operations::newly_implemented;
use crate::yaml::Node;
use anyhow::Result;
use std::collections::BTreeSet;

pub const RULE: Rule = Rule {
    id: "operation",
    asks: "An implemented operation has a recording and an access rule.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let places = &case.policies.evidence.operations;
    let new = newly_implemented(case.policies, case.change)?;
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let index = case.change.text_after(&places.index)?.unwrap_or_default();
    let recorded = recorded(&index);
    let mut found = Vec::new();
    for (id, marked) in &new {
        let mut say = |message: String, cure: String| {
            found.push(Finding::new(&places.scope, marked.line, message, cure))
        };
        let access = format!("{}/{}.yaml", places.access, marked.tag);
        let rules = case.change.yaml_after(&access)?;
        if rules.as_ref().and_then(|r| r.get(id)).is_none() {
            say(
                format!("`{id}` is implemented without an access rule"),
                format!("add it to {access} (docs/adding-an-operation.md)"),
            );
        }
        let overlay = case
            .change
            .yaml_after(&format!("{}/{}.yaml", places.overlay, marked.tag))?;
        let mut names = routes(overlay.as_ref(), id);
        names.push(id.to_lowercase());
        if !names.iter().any(|n| recorded.contains(n)) && !places.unrecorded.contains_key(id) {
            say(
                format!("`{id}` is implemented, and no recording calls it"),
                format!(
                    "add a recording ({} names its operations), or the reason why there can be none to `unrecorded` of .governance/evidence.yml",
                    places.index
                ),
            );
        }
    }
    Ok(found)
}

/// What the index of the recordings names: operations in lower case (the document is not of one mind about their first
/// letter), or `METHOD /path` where the document lacks them.
fn recorded(index: &str) -> BTreeSet<String> {
    let last = index.lines().skip(1).filter_map(|l| l.rsplit('\t').next());
    let words = last.flat_map(|names| names.split([' ', ',']));
    words
        .map(|word| match word.split_once(":/") {
            Some((method, path)) => route(method, path),
            None => word.trim_end_matches(":(partial)").to_lowercase(),
        })
        .collect()
}

/// `METHOD path`, without the prefix of the API and without the names of parameters.
fn route(method: &str, path: &str) -> String {
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("api/v4/").unwrap_or(path);
    let parts = path
        .split('/')
        .map(|p| if p.starts_with('{') { "{}" } else { p });
    format!("{method} {}", parts.collect::<Vec<_>>().join("/"))
}

/// The routes an overlay gives to an operation the document lacks or names otherwise.
fn routes(overlay: Option<&Node>, id: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in overlay.iter().flat_map(|o| o.entries()) {
        let named = entry.value.get("id").and_then(Node::text) == Some(id);
        if entry.key != id && !named {
            continue;
        }
        let added = entry.value.get("add").and_then(Node::text);
        for text in [Some(entry.key.as_str()), added].into_iter().flatten() {
            match text.split_once(' ') {
                Some((method, path)) => found.push(route(method, path)),
                None => found.push(text.to_lowercase()),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    const INDEX: &str = "area\tname\ttitle\tsteps\tevents\toperations\nposts\ta\tA\t3\t-\tGetPost POST:/drafts getPostsByIds A:(partial),B:(partial)\n";

    fn project() -> Project {
        let scope = "posts:\n  GetPost: pending\n  OddPost: pending\n  UpsertDraft: pending\n";
        let overlay = "UpsertDraft: {add: \"POST /api/v4/drafts\", reason: missing}\n";
        Project::new(&[
            ("spec/scope.yaml", scope),
            (
                "spec/access/posts.yaml",
                "GetPost: session\nUpsertDraft: session\n",
            ),
            ("spec/overlay/posts.yaml", overlay),
            ("compat-tests/recordings/index.tsv", INDEX),
        ])
    }

    #[test]
    fn with_recording_and_access_rule() {
        let scope =
            "posts:\n  GetPost: implemented\n  OddPost: pending\n  UpsertDraft: implemented\n";
        project()
            .change(&[("spec/scope.yaml", scope)])
            .by("maintainer")
            .passes("operation");
    }

    #[test]
    fn without_recording_or_access_rule() {
        let scope = "posts:\n  GetPost: pending\n  OddPost: implemented\n  UpsertDraft: pending\n";
        let project = project();
        let change = project.change(&[("spec/scope.yaml", scope)]);
        let said = change
            .by("maintainer")
            .fails("operation", "spec/scope.yaml");
        assert_eq!(said.len(), 2, "{said:?}");
        assert_eq!(said[0].line, 3);
        let with_rule = [
            ("spec/scope.yaml", scope),
            (
                "spec/access/posts.yaml",
                "GetPost: session\nUpsertDraft: session\nOddPost: session\n",
            ),
        ];
        assert_eq!(
            project
                .change(&with_rule)
                .by("maintainer")
                .fails("operation", "spec/scope.yaml")
                .len(),
            1
        );
    }
}
