//! A new dependency has its row, with the reason for it, in the list of dependencies.

use super::{Case, Finding, Rule};
use crate::kinds::new_dependencies;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "dependency-reason",
    asks: "A new dependency stands in docs/dependencies.md with its reason.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let list = &case.policies.evidence.dependencies;
    let new = new_dependencies(case.change)?;
    // what a registry's crate draws in from the same registry is that crate's matter
    let mut new = new.into_iter().filter(|n| n.direct || n.is_elsewhere());
    let Some(first) = new.next() else {
        return Ok(Vec::new());
    };
    let text = case.change.text_after(list)?.unwrap_or_default();
    let mut found = Vec::new();
    for new in std::iter::once(first).chain(new) {
        let place = if new.is_elsewhere() {
            format!(" from {}", new.source)
        } else {
            String::new()
        };
        let source = new.source.trim_start_matches("git+");
        let said = text.contains(&format!("`{}`", new.name))
            && (!new.is_elsewhere() || text.contains(source));
        if !said {
            let message = format!("`{}`{place} is new, and {list} does not say why", new.name);
            let cure = format!("add a row for `{}`{place} with the reason", new.name);
            found.push(Finding::new(&new.path, new.line, message, cure));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn a_new_dependency_has_a_row() {
        let project = Project::new(&[
            ("Cargo.toml", "[workspace.dependencies]\nserde = \"1\"\n"),
            ("docs/dependencies.md", "| `moka` | cache |\n"),
        ]);
        let more = "[workspace.dependencies]\nrand = \"1\"\nserde = \"1\"\n";
        let bare = project.change(&[("Cargo.toml", more)]);
        let said = bare
            .by("contributor")
            .fails("dependency-reason", "Cargo.toml");
        assert_eq!(said[0].line, 2);
        bare.by("maintainer").warns("dependency-reason");
        let with = [
            ("Cargo.toml", more),
            ("docs/dependencies.md", "| `rand` | ids |\n"),
        ];
        project
            .change(&with)
            .by("contributor")
            .passes("dependency-reason");
    }

    #[test]
    fn another_source_has_a_reason_of_its_own() {
        let project = Project::new(&[
            ("Cargo.toml", "[workspace.dependencies]\nmoka = \"1\"\n"),
            ("docs/dependencies.md", "| `moka` | cache |\n"),
        ]);
        let patch = "[workspace.dependencies]\nmoka = \"1\"\n[patch.crates-io]\nmoka = { git = \"https://example.com/moka\" }\n";
        let bare = project.change(&[("Cargo.toml", patch)]);
        bare.by("contributor")
            .fails("dependency-reason", "Cargo.toml");
        let row = "| `moka` | cache, from https://example.com/moka until 2 is out |\n";
        project
            .change(&[("Cargo.toml", patch), ("docs/dependencies.md", row)])
            .by("contributor")
            .passes("dependency-reason");
    }
}
