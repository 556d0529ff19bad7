//! Judges a change: how risky it is, and what the rules say of it.

use crate::assess::Assessment;
use crate::change::Change;
use crate::policy::{Limit, Policies, Tier};
use crate::rules::{self, Case, Finding, Level};
use anyhow::{Context, Result};

pub struct Verdict<'a> {
    pub change: &'a Change,
    pub tier: &'a Tier,
    pub assessment: Assessment,
    pub findings: Vec<Finding>,
    /// What counts against the limits.
    pub size: Limit,
    /// Labels the change should have, with the reason.
    pub labels: Vec<(String, String)>,
}

impl Verdict<'_> {
    pub fn passes(&self) -> bool {
        self.findings.iter().all(|f| f.level != Level::Error)
    }
}

pub fn judge<'a>(policies: &'a Policies, change: &'a Change) -> Result<Verdict<'a>> {
    let contract = policies.agents.agents.get(&change.agent).with_context(|| {
        let known: Vec<&str> = policies.agents.agents.keys().map(String::as_str).collect();
        format!(
            "there is no contract for `{}`; known: {}",
            change.agent,
            known.join(", ")
        )
    })?;
    let assessment = Assessment::of(policies, change)?;
    let tier = assessment.tier(policies).context("no tiers")?;
    let case = Case {
        policies,
        change,
        assessment: &assessment,
        contract,
        tier,
    };
    let findings = rules::all(&case)?;
    let labels = rules::wanted_labels(&case);
    Ok(Verdict {
        change,
        tier,
        findings,
        size: rules::counted(policies, &change.files),
        labels,
        assessment,
    })
}
