//! A migration for one database comes with its namesake for the other, in the same change.

use super::{Case, Finding, Rule};
use crate::change::Status;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "migration-twin",
    asks: "A migration has its namesake for the other database.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let policy = &case.policies.evidence.migrations;
    let mut found = Vec::new();
    for file in case
        .change
        .files
        .iter()
        .filter(|f| f.status != Status::Modified)
    {
        for path in file.paths().filter(|p| !policy.one_sided.contains_key(*p)) {
            let folder = policy.twins.iter().find(|t| {
                path.strip_prefix(t.as_str())
                    .is_some_and(|r| r.starts_with('/'))
            });
            let Some(folder) = folder else { continue };
            let name = &path[folder.len() + 1..];
            let there = |folder: &str| {
                case.change
                    .bytes_after(&format!("{folder}/{name}"))
                    .map(|b| b.is_some())
            };
            let here = there(folder)?;
            for other in policy.twins.iter().filter(|t| *t != folder) {
                if there(other)? != here {
                    let (message, cure) = if here {
                        (
                            format!("{other}/{name} is missing"),
                            format!(
                                "write the same step for the other database, or say why it needs none in `one-sided` of .governance/evidence.yml ({path})"
                            ),
                        )
                    } else {
                        (
                            format!("{other}/{name} is still there"),
                            "take both away, or none".to_owned(),
                        )
                    };
                    found.push(Finding::new(path, 1, message, cure));
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn both_or_none() {
        let project = Project::new(&[]);
        let both = [
            ("migrations/postgres/09_x.sql", "select 1;\n"),
            ("migrations/sqlite/09_x.sql", "select 1;\n"),
        ];
        project
            .change(&both)
            .by("maintainer")
            .passes("migration-twin");
        project
            .change(&both[..1])
            .by("maintainer")
            .fails("migration-twin", "migrations/postgres/09_x.sql");
        project
            .change(&both[1..])
            .by("maintainer")
            .fails("migration-twin", "migrations/sqlite/09_x.sql");
        let views = [("migrations/postgres/03_views.sql", "select 1;\n")];
        project
            .change(&views)
            .by("maintainer")
            .passes("migration-twin");
        let project = Project::new(&both);
        project
            .without("migrations/sqlite/09_x.sql")
            .by("maintainer")
            .fails("migration-twin", "migrations/sqlite/09_x.sql");
    }
}
