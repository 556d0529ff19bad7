//! How risky a change is: the highest tier that a changed path or a kind of change names, with the reasons.

use crate::change::Change;
use crate::kinds;
use crate::policy::{Policies, Tier};
use anyhow::Result;

pub struct Assessment {
    /// Index into the tiers, which stand from low to high.
    pub tier: usize,
    pub reasons: Vec<Reason>,
    pub kinds: Vec<Hit>,
}

/// Why a change is of a tier.
#[derive(Clone, Debug)]
pub struct Reason {
    pub tier: usize,
    pub path: String,
    pub line: usize,
    pub why: String,
}

/// A kind of change, found at a place.
#[derive(Clone, Debug)]
pub struct Hit {
    pub kind: String,
    pub path: String,
    pub line: usize,
    /// What was found: an operation, a crate, the line.
    pub what: String,
}

impl Assessment {
    pub fn of(policies: &Policies, change: &Change) -> Result<Assessment> {
        let mut reasons = Vec::new();
        for file in &change.files {
            for path in file.paths() {
                reasons.extend(path_reason(policies, path));
            }
        }
        let kinds = kinds::find(policies, change)?;
        for hit in &kinds {
            let Some(kind) = policies.tiers.kinds.get(&hit.kind) else {
                continue;
            };
            reasons.push(Reason {
                tier: index(policies, &kind.tier),
                path: hit.path.clone(),
                line: hit.line,
                why: format!("{}: {} ({})", hit.kind, hit.what, kind.why),
            });
        }
        reasons.sort_by(|a, b| (b.tier, &a.path, a.line).cmp(&(a.tier, &b.path, b.line)));
        Ok(Assessment {
            tier: reasons.first().map_or(0, |r| r.tier),
            reasons,
            kinds,
        })
    }

    pub fn tier<'a>(&self, policies: &'a Policies) -> Option<&'a Tier> {
        policies.tiers.tiers.get(self.tier)
    }

    pub fn has_kind(&self, kind: &str) -> bool {
        self.kinds.iter().any(|h| h.kind == kind)
    }

    /// The reasons that make the tier what it is.
    pub fn deciding(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(|r| r.tier == self.tier)
    }
}

/// The highest tier that names a path, if any does.
pub fn path_reason(policies: &Policies, path: &str) -> Option<Reason> {
    let tiers = policies.tiers.tiers.iter().enumerate().rev();
    let (tier, glob) = tiers
        .filter_map(|(i, t)| Some((i, t.paths.which(path)?)))
        .next()?;
    Some(Reason {
        tier,
        path: path.to_owned(),
        line: 1,
        why: format!("`{glob}` is of this tier"),
    })
}

fn index(policies: &Policies, name: &str) -> usize {
    policies
        .tiers
        .tiers
        .iter()
        .position(|t| t.name == name)
        .unwrap_or(0)
}
