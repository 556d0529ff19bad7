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
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let text = case.change.text_after(list)?.unwrap_or_default();
    let without = new
        .into_iter()
        .filter(|f| !text.contains(&format!("`{}`", f.what)));
    Ok(without
        .map(|f| {
            let message = format!("`{}` is new, and {list} does not say why", f.what);
            Finding::new(
                &f.path,
                f.line,
                message,
                format!("add a row for `{}` with the reason", f.what),
            )
        })
        .collect())
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
}
