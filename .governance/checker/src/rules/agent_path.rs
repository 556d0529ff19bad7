//! A change touches only paths that the contract of whoever made it allows.

use super::{Case, Finding, Rule};
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "agent-path",
    asks: "An agent changes only paths its contract allows.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let agent = &case.change.agent;
    let mut found = Vec::new();
    for path in case.change.files.iter().flat_map(|f| f.paths()) {
        let message = if let Some(glob) = case.contract.prohibited.which(path) {
            format!("`{agent}` must not change this: `{glob}` is prohibited")
        } else if !case.contract.allowed.has(path) {
            format!("`{agent}` must not change this: no allowed path fits")
        } else {
            continue;
        };
        let cure = "take it out of the change, or hand it to whom `governance explain` names";
        found.push(Finding::new(path, 1, message, cure));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn contracts_bound_paths() {
        let project = Project::new(&[
            ("src/domain/src/posts.rs", "//! a\n"),
            ("docs/compat/analyses/a.md", "a\n"),
        ]);
        let code = project.change(&[("src/domain/src/posts.rs", "//! b\n")]);
        code.by("backend-agent").passes("agent-path");
        code.by("compat-agent")
            .fails("agent-path", "src/domain/src/posts.rs");
        code.by("docs-agent")
            .fails("agent-path", "src/domain/src/posts.rs");
        let analysis = project.change(&[("docs/compat/analyses/a.md", "b\n")]);
        analysis.by("compat-agent").passes("agent-path");
        analysis
            .by("docs-agent")
            .fails("agent-path", "docs/compat/analyses/a.md");
        analysis.by("maintainer").passes("agent-path");
        for other in [
            "analysis.schema.json",
            "trend.tsv",
            "run.sh",
            "analyses/run.sh",
        ] {
            let path = format!("docs/compat/{other}");
            let change = project.change(&[(path.as_str(), "b\n")]);
            change.by("compat-agent").fails("agent-path", &path);
        }
    }

    #[test]
    fn moving_a_file_out_touches_both_places() {
        let text = "//! what it is\npub fn one() {}\npub fn two() {}\n";
        let project = Project::new(&[("src/core/src/a.rs", text)]);
        let moved = project.moved("src/core/src/a.rs", "docs/compat/a.rs");
        moved
            .by("compat-agent")
            .fails("agent-path", "src/core/src/a.rs");
    }
}
