//! As many approvals as the tier asks for, one of them of somebody who owns what changed.

use super::{Case, Finding, Rule};
use crate::owners;
use anyhow::Result;
use std::collections::BTreeSet;

pub const RULE: Rule = Rule {
    id: "approvals",
    asks: "The change has the approvals its tier asks for, of owners.",
    check,
};

/// What to do where a team has nobody who could approve.
pub const NAME_SOMEBODY: &str = "name `members` in .governance/ownership.yml";

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let Some(approvals) = &case.change.pull.approvals else {
        return Ok(Vec::new());
    };
    let first = case.change.files.first().map_or("", |f| f.path.as_str());
    let given: BTreeSet<&String> = approvals.iter().collect();
    let need = if case.change.undone.is_empty() {
        case.tier.requires.approvals
    } else {
        case.policies.tiers.reverts.approvals
    };
    if given.len() < need {
        let message = format!(
            "{} of {need} approvals a change of tier {} needs",
            given.len(),
            case.tier.name
        );
        return Ok(vec![Finding::new(
            first,
            1,
            message,
            "ask the owners for a review",
        )]);
    }
    let teams: BTreeSet<&str> = case
        .change
        .files
        .iter()
        .flat_map(|f| owners::of(case.policies, &f.path))
        .collect();
    let owner = |team: &&str| {
        approvals
            .iter()
            .any(|who| owners::speaks_for(case.policies, who, team))
    };
    if need > 0 && !teams.is_empty() && !teams.iter().any(owner) {
        let names: Vec<&str> = teams.into_iter().collect();
        if names
            .iter()
            .all(|team| owners::is_empty(case.policies, team))
        {
            let message = format!(
                "no approval can count: nobody is named for the owners ({})",
                names.join(", ")
            );
            return Ok(vec![Finding::new(first, 1, message, NAME_SOMEBODY)]);
        }
        let message = format!("no approval of an owner ({})", names.join(", "));
        return Ok(vec![Finding::new(
            first,
            1,
            message,
            "ask one of these teams for a review",
        )]);
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn teams_without_members_are_named() {
        let project = Project::new(&[]);
        let change = project.change(&[("src/domain/src/emoji.rs", "//! x\n")]);
        let said = change
            .by("contributor")
            .approvals(&["@ann"])
            .fails("approvals", "src/domain/src/emoji.rs");
        assert!(
            said[0].message.contains("nobody is named") && said[0].cure.contains("members"),
            "{said:?}"
        );
    }

    #[test]
    fn enough_approvals_of_owners() {
        let project = Project::new(&[]);
        let change = project.change(&[("src/domain/src/emoji.rs", "//! x\n")]);
        change
            .by("contributor")
            .approvals(&["backend"])
            .passes("approvals");
        change
            .by("contributor")
            .approvals(&["docs"])
            .fails("approvals", "src/domain/src/emoji.rs");
        change
            .by("contributor")
            .approvals(&[])
            .fails("approvals", "src/domain/src/emoji.rs");
        change.by("contributor").passes("approvals");
        let large = project.change(&[("docs/decisions/x.md", "# x\n")]);
        large
            .by("contributor")
            .approvals(&["maintainers"])
            .fails("approvals", "docs/decisions/x.md");
        large
            .by("contributor")
            .approvals(&["maintainers", "docs"])
            .passes("approvals");
    }
}
