//! Changes that concern one team's matter, such as what clients see, have its approval besides the owners'.

use super::approvals::NAME_SOMEBODY;
use super::{Case, Finding, Rule};
use crate::owners;
use crate::policy::CoRule;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "co-approval",
    asks: "A change relevant to compatibility or security has the approval of a compat-reviewer or a security reviewer.",
    check,
};

/// The co-approvals a change needs, with what makes it need them.
pub fn needed<'a>(case: &Case<'a>) -> Vec<(&'a CoRule, String)> {
    let mut needed = Vec::new();
    for rule in &case.policies.co_approval.rules {
        if let Some((path, line)) = first_place(case, rule) {
            needed.push((rule, format!("{path}:{line}: {}", rule.why)));
        }
    }
    needed
}

fn first_place(case: &Case<'_>, rule: &CoRule) -> Option<(String, usize)> {
    let mut paths = case.change.files.iter().flat_map(|f| f.paths());
    let by_path = paths.find(|p| rule.paths.has(p)).map(|p| (p.to_owned(), 1));
    by_path.or_else(|| {
        let hit = case
            .assessment
            .kinds
            .iter()
            .find(|h| rule.kinds.contains(&h.kind))?;
        Some((hit.path.clone(), hit.line))
    })
}

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let Some(approvals) = &case.change.pull.approvals else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for rule in &case.policies.co_approval.rules {
        let Some((path, line)) = first_place(case, rule) else {
            continue;
        };
        if !approvals
            .iter()
            .any(|who| owners::speaks_for(case.policies, who, &rule.team))
        {
            let mut message = format!("{}: no approval of {}: {}", rule.name, rule.team, rule.why);
            let mut cure = format!("ask {} for a review", rule.team);
            if owners::is_empty(case.policies, &rule.team) {
                message.push_str("; none can count, since nobody is named for the team");
                cure = NAME_SOMEBODY.to_owned();
            }
            found.push(Finding::new(&path, line, message, cure));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn what_clients_see_needs_a_compat_reviewer() {
        let project = Project::new(&[("spec/scope.yaml", "posts:\n  GetPost: pending\n")]);
        let change = project.change(&[("spec/scope.yaml", "posts:\n  GetPost: implemented\n")]);
        change
            .by("contributor")
            .approvals(&["backend"])
            .fails("co-approval", "spec/scope.yaml");
        change
            .by("contributor")
            .approvals(&["backend", "compat-reviewers"])
            .passes("co-approval");
        change.by("contributor").passes("co-approval");
        let inner = project.change(&[("src/domain/src/emoji.rs", "//! x\n")]);
        inner
            .by("contributor")
            .approvals(&["backend"])
            .passes("co-approval");
    }

    #[test]
    fn judges_of_the_scoreboard_are_looked_at() {
        for (path, team) in [
            ("compat-tests/mobile41.tsv", "compat-reviewers"),
            ("compat-tests/src/scoreboard.rs", "compat-reviewers"),
            ("compat-tests/src/summary.rs", "compat-reviewers"),
            ("compat-tests/src/trend.rs", "compat-reviewers"),
            ("compat-tests/src/report.rs", "compat-reviewers"),
            ("compat-tests/role_matrix.tsv", "security"),
            ("src/domain/src/oauth/tokens.rs", "security"),
            ("src/domain/src/users/create.rs", "security"),
            ("src/outgoing/src/lib.rs", "security"),
            ("src/api/src/gate.rs", "security"),
            ("src/api/src/multipart.rs", "security"),
        ] {
            let project = Project::new(&[]);
            let change = project.change(&[(path, "//! x\n")]);
            assert_eq!(change.tier(), "elevated", "{path}");
            let by = || change.by("contributor");
            let said = by().approvals(&["backend"]).fails("co-approval", path);
            assert!(said[0].message.contains(team), "{said:?}");
            assert!(said[0].message.contains("nobody is named"), "{said:?}");
            by().approvals(&[team]).passes("co-approval");
        }
    }

    #[test]
    fn a_changed_access_rule_needs_a_security_reviewer() {
        let project = Project::new(&[("spec/access/posts.yaml", "GetPost: session\n")]);
        let change = project.change(&[("spec/access/posts.yaml", "GetPost: public\n")]);
        change
            .by("contributor")
            .approvals(&["backend", "contract"])
            .fails("co-approval", "spec/access/posts.yaml");
        change
            .by("contributor")
            .approvals(&["backend", "security"])
            .passes("co-approval");
    }
}
