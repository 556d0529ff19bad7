//! What the policies say of each other: teams, labels, tiers and kinds that one names have to exist in another.

use super::{File, Policies};
use crate::yaml::Problem;
use regex::Regex;

pub fn problems(policies: &Policies) -> Vec<Problem> {
    let mut found = Vec::new();
    tiers(policies, &mut found);
    kinds(policies, &mut found);
    teams(policies, &mut found);
    labels(policies, &mut found);
    contracts(policies, &mut found);
    found
}

fn tiers(policies: &Policies, found: &mut Vec<Problem>) {
    let file = &policies.tiers;
    let names: Vec<&str> = file.tiers.iter().map(|t| t.name.as_str()).collect();
    if names != ["standard", "elevated", "architectural"] {
        let message = "the tiers are standard, elevated, architectural, in this order";
        found.push(file.problem(&["tiers"], message));
    }
}

fn kinds(policies: &Policies, found: &mut Vec<Problem>) {
    let file = &policies.tiers;
    for (name, kind) in &file.kinds {
        let at = ["kinds", name.as_str()];
        let by_lines = kind.lines.is_some() && !kind.files.patterns.is_empty();
        if kind.detect.is_some() == by_lines {
            found.push(file.problem(
                &at,
                format!("`{name}` needs either `detect`, or `in` and `lines`"),
            ));
        }
        if let Some(Err(error)) = kind.lines.as_deref().map(Regex::new) {
            let message = format!("not a pattern: {error}");
            found.push(file.problem(&["kinds", name, "lines"], message));
        }
    }
    let known = |kind: &String| file.kinds.contains_key(kind);
    for (i, entry) in policies.protected.protected.iter().enumerate() {
        unknown(
            &policies.protected,
            &["protected", &i.to_string(), "kinds"],
            &entry.kinds,
            "kind",
            known,
            found,
        );
    }
    for (i, rule) in policies.co_approval.rules.iter().enumerate() {
        unknown(
            &policies.co_approval,
            &["rules", &i.to_string(), "kinds"],
            &rule.kinds,
            "kind",
            known,
            found,
        );
    }
}

fn teams(policies: &Policies, found: &mut Vec<Problem>) {
    let known = |team: &String| policies.ownership.teams.contains_key(team);
    for (i, entry) in policies.ownership.owners.iter().enumerate() {
        unknown(
            &policies.ownership,
            &["owners", &i.to_string(), "teams"],
            &entry.teams,
            "team",
            known,
            found,
        );
    }
    for (i, rule) in policies.co_approval.rules.iter().enumerate() {
        let team = [rule.team.clone()];
        unknown(
            &policies.co_approval,
            &["rules", &i.to_string(), "team"],
            &team,
            "team",
            known,
            found,
        );
    }
}

fn contracts(policies: &Policies, found: &mut Vec<Problem>) {
    let known = |name: &String| policies.agents.agents.contains_key(name);
    let file = &policies.protected;
    let at = ["specs", "written-by"];
    unknown(file, &at, &file.specs.written_by, "contract", known, found);
}

fn labels(policies: &Policies, found: &mut Vec<Problem>) {
    let file = &policies.labels;
    for (i, label) in file.labels.iter().enumerate() {
        let at = ["labels", &i.to_string(), "name"];
        if file.labels[..i]
            .iter()
            .any(|other| other.name == label.name)
        {
            found.push(file.problem(&at, format!("`{}` is there twice", label.name)));
        }
        let group = label.name.split('/').next().unwrap_or_default();
        if !file.groups.contains_key(group) {
            found.push(file.problem(&at, format!("there is no group `{group}`")));
        }
    }
    let known = |name: &String| file.labels.iter().any(|l| l.name == *name);
    for (i, tier) in policies.tiers.tiers.iter().enumerate() {
        let label = [tier.label.clone()];
        unknown(
            &policies.tiers,
            &["tiers", &i.to_string(), "label"],
            &label,
            "label",
            known,
            found,
        );
    }
    let label: Vec<String> = policies.tiers.reverts.label.iter().cloned().collect();
    unknown(
        &policies.tiers,
        &["reverts", "label"],
        &label,
        "label",
        known,
        found,
    );
    for (i, rule) in policies.co_approval.rules.iter().enumerate() {
        let label: Vec<String> = rule.label.iter().cloned().collect();
        unknown(
            &policies.co_approval,
            &["rules", &i.to_string(), "label"],
            &label,
            "label",
            known,
            found,
        );
    }
    for name in policies
        .agents
        .agents
        .keys()
        .filter(|n| n.ends_with("-agent"))
    {
        let label = [format!("agent/{name}")];
        unknown(
            &policies.agents,
            &["agents", name],
            &label,
            "label",
            known,
            found,
        );
    }
}

/// Complains about each name that is not known; `at` leads to the name or to the list of names.
fn unknown<T>(
    file: &File<T>,
    at: &[&str],
    names: &[String],
    what: &str,
    known: impl Fn(&String) -> bool,
    found: &mut Vec<Problem>,
) {
    for (i, name) in names.iter().enumerate() {
        if !known(name) {
            let i = i.to_string();
            let place: Vec<&str> = at.iter().copied().chain([i.as_str()]).collect();
            found.push(file.problem(&place, format!("there is no {what} `{name}`")));
        }
    }
}

/// What the template of pull requests lacks of what the policy asks of their text.
pub fn template_problems(policies: &Policies, template: Option<&str>) -> Vec<Problem> {
    let file = &policies.pull_request;
    let Some(template) = template else {
        return vec![file.problem(&["template"], format!("`{}` is missing", file.template))];
    };
    let lines: Vec<&str> = template.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (i, section) in file.sections.iter().enumerate() {
        if !lines.contains(&format!("## {}", section.heading).as_str()) {
            let message = format!("the template has no section `## {}`", section.heading);
            found.push(file.problem(&["sections", &i.to_string()], message));
        }
    }
    for (i, text) in file.boxes.iter().enumerate() {
        if !lines.contains(&format!("- [ ] {text}").as_str()) {
            let message = format!("the template has no box `- [ ] {text}`");
            found.push(file.problem(&["boxes", &i.to_string()], message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::policies_with;

    fn refused(name: &str, text: &str, place: &str) {
        let wrong = policies_with(Some((name, text))).unwrap_err();
        let said: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|s| s.starts_with(place)), "{said:#?}");
    }

    #[test]
    fn names_have_to_exist() {
        let owners = "organisation: a\nteams:\n  core: {duty: everything, members: []}\nowners:\n  - paths: [\"**\"]\n    teams: [core, nobody]\n";
        refused(
            "ownership",
            owners,
            ".governance/ownership.yml:6:19: there is no team `nobody`",
        );
        let rule = "rules:\n  - {name: x, team: nobody, paths: [], kinds: [odd], why: long enough words}\n";
        refused(
            "co-approval",
            rule,
            ".governance/co-approval.yml:2:21: there is no team `nobody`",
        );
        refused(
            "co-approval",
            rule,
            ".governance/co-approval.yml:2:48: there is no kind `odd`",
        );
        let specs = "specs: {in: \"docs/specs/*.md\", written-by: [nobody]}\nprotected:\n  - {paths: [a], why: long enough words}\n";
        refused(
            "protected-paths",
            specs,
            ".governance/protected-paths.yml:1:45: there is no contract `nobody`",
        );
        let label = "groups:\n  tier: {on-changes: any, means: whatever}\nlabels:\n  - {name: odd/one, color: \"000000\", description: words}\n";
        refused(
            "labels",
            label,
            ".governance/labels.yml:4:12: there is no group `odd`",
        );
    }
}
