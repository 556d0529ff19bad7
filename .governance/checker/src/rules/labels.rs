//! The labels of a pull request exist, are as many of each group as asked, and say the tier and the agent rightly.

use super::{Case, Finding, Rule};
use crate::policy::HowMany;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "labels",
    asks: "A pull request has the tier's label, an area, and the label of its agent and of the reviews it needs.",
    check,
};

const FILE: &str = ".governance/labels.yml";

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let Some(labels) = &case.change.pull.labels else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut say = |message: String, cure: String| found.push(Finding::new(FILE, 1, message, cure));
    for label in labels {
        if !case.policies.labels.labels.iter().any(|l| l.name == *label) {
            say(
                format!("there is no label `{label}`"),
                "use one of labels.yml, or add it there".to_owned(),
            );
        }
    }
    for (group, rule) in &case.policies.labels.groups {
        let of_group = labels
            .iter()
            .filter(|l| l.split('/').next() == Some(group))
            .count();
        let (fits, want) = match rule.on_changes {
            HowMany::ExactlyOne => (of_group == 1, "exactly one"),
            HowMany::AtLeastOne => (of_group >= 1, "at least one"),
            HowMany::AtMostOne => (of_group <= 1, "at most one"),
            HowMany::Any => (true, ""),
        };
        if !fits {
            say(
                format!("{of_group} labels `{group}/…`, {want} is asked for"),
                format!("`{group}/…` says {}", rule.means),
            );
        }
    }
    for (label, why) in wanted(case) {
        if !labels.contains(&label) {
            say(
                format!("the label `{label}` is missing: {why}"),
                format!("add `{label}`"),
            );
        }
    }
    if let Some(agent) = labels.iter().find_map(|l| l.strip_prefix("agent/"))
        && agent != case.change.agent
    {
        let message = format!(
            "labelled `agent/{agent}`, checked as `{}`",
            case.change.agent
        );
        say(
            message,
            format!("check with `--agent {agent}`, or change the label"),
        );
    }
    Ok(found)
}

/// Labels the change must have, with the reason.
pub fn wanted(case: &Case<'_>) -> Vec<(String, String)> {
    let reason = case.assessment.deciding().next();
    let why = reason.map_or_else(
        || case.tier.means.clone(),
        |r| format!("{} {}", r.path, r.why),
    );
    let mut wanted = vec![(case.tier.label.clone(), why)];
    let label = format!("agent/{}", case.change.agent);
    if case.policies.labels.labels.iter().any(|l| l.name == label) {
        wanted.push((label, "made under this contract".to_owned()));
    }
    if !case.change.undone.is_empty() {
        let label = case.policies.tiers.reverts.label.clone();
        wanted.extend(label.map(|l| (l, "it undoes another change".to_owned())));
    }
    for (rule, reason) in super::co_approval::needed(case) {
        wanted.extend(rule.label.clone().map(|l| (l, reason)));
    }
    wanted
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn the_tier_label_has_to_be_right() {
        let project = Project::new(&[]);
        let change = project.change(&[("src/domain/src/emoji.rs", "//! x\n")]);
        change
            .by("contributor")
            .labels(&["tier/standard", "area/domain"])
            .passes("labels");
        change
            .by("contributor")
            .labels(&["tier/elevated", "area/domain"])
            .fails("labels", "");
        change
            .by("contributor")
            .labels(&["tier/standard"])
            .fails("labels", "");
        change
            .by("contributor")
            .labels(&["tier/standard", "area/domain", "wip"])
            .fails("labels", "");
        change.by("contributor").passes("labels");
    }

    #[test]
    fn agents_and_reviews_have_labels() {
        let project = Project::new(&[]);
        let change = project.change(&[("spec/overlay/posts.yaml", "A: {reason: x}\n")]);
        let labels = [
            "tier/elevated",
            "area/contract",
            "compat/relevant",
            "agent/backend-agent",
        ];
        change.by("backend-agent").labels(&labels).passes("labels");
        change
            .by("backend-agent")
            .labels(&labels[..3])
            .fails("labels", "");
        change.by("contributor").labels(&labels).fails("labels", "");
        change
            .by("contributor")
            .labels(&labels[..2])
            .fails("labels", "");
    }

    #[test]
    fn nobody_becomes_maintainer_by_label() {
        let project = Project::new(&[]);
        let change = project.change(&[("src/domain/src/emoji.rs", "//! x\n")]);
        let labels = ["tier/standard", "area/domain", "agent/maintainer"];
        change.by("maintainer").labels(&labels).fails("labels", "");
    }
}
