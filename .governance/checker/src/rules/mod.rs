//! The rules, one to a file. Each looks at a change and says what is wrong, where, and what to do about it.

mod agent_path;
mod approvals;
mod baseline;
mod co_approval;
mod dependency_reason;
mod generated;
mod labels;
mod lints;
mod migration_twin;
mod operation;
mod plain_files;
mod protected_path;
mod pull_request;
mod recordings;
mod size;
mod tests_missing;

use crate::assess::Assessment;
use crate::change::Change;
use crate::policy::{Contract, Policies, Tier};
use anyhow::Result;
use serde::Serialize;

pub use labels::wanted as wanted_labels;
pub use size::counted;

pub struct Rule {
    pub id: &'static str,
    /// What the rule asks, in one sentence.
    pub asks: &'static str,
    check: fn(&Case<'_>) -> Result<Vec<Finding>>,
}

pub static RULES: &[Rule] = &[
    agent_path::RULE,
    plain_files::RULE,
    lints::RULE,
    size::RULE,
    protected_path::RULE,
    tests_missing::RULE,
    labels::RULE,
    pull_request::RULE,
    approvals::RULE,
    co_approval::RULE,
    operation::RULE,
    migration_twin::RULE,
    recordings::RULE,
    baseline::RULE,
    generated::RULE,
    dependency_reason::RULE,
];

/// All a rule may look at.
pub struct Case<'a> {
    pub policies: &'a Policies,
    pub change: &'a Change,
    pub assessment: &'a Assessment,
    pub contract: &'a Contract,
    pub tier: &'a Tier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Error,
    /// Said, but the change passes: the contract it was made under waives the rule, or it undoes another.
    Warning,
}

#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub rule: &'static str,
    pub level: Level,
    pub path: String,
    pub line: usize,
    pub message: String,
    /// What to do.
    pub cure: String,
}

impl Finding {
    /// What a rule says; which rule and how grave is filled in by `all`.
    pub fn new(
        path: &str,
        line: usize,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> Finding {
        Finding {
            rule: "",
            level: Level::Error,
            path: path.to_owned(),
            line: line.max(1),
            message: message.into(),
            cure: cure.into(),
        }
    }
}

/// What every rule says of a change.
pub fn all(case: &Case<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let by_revert = if case.change.undone.is_empty() {
        &[][..]
    } else {
        &case.policies.tiers.reverts.waive
    };
    for rule in RULES {
        for finding in (rule.check)(case)? {
            let waived = case
                .contract
                .waives
                .iter()
                .chain(by_revert)
                .any(|w| w == rule.id);
            findings.push(Finding {
                rule: rule.id,
                level: if waived { Level::Warning } else { Level::Error },
                ..finding
            });
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::RULES;
    use std::collections::BTreeSet;

    /// Beneath each rule stand a change that passes it and one that it refuses.
    #[test]
    fn every_rule_is_tried_both_ways() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
        let mut tried = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let words: String = text.split_whitespace().collect();
            for rule in RULES {
                let (good, bad) = (
                    format!(".passes(\"{}\")", rule.id),
                    format!(".fails(\"{}\",", rule.id),
                );
                if words.contains(&good) && words.contains(&bad) {
                    tried.insert(rule.id);
                }
            }
        }
        let all: BTreeSet<&str> = RULES.iter().map(|r| r.id).collect();
        assert_eq!(tried, all);
    }
}
