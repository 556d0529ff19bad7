//! Kinds of change that are seen in the text rather than in the path. Which tier each has is in `risk-tiers.yml`.

mod access_rules;
mod dependencies;
mod elsewhere;
mod lines;
mod lints;
mod manifests;
mod migrations;
pub mod operations;
mod tests_removed;

pub use dependencies::new_dependencies;
pub use manifests::is_manifest;

use crate::assess::Hit;
use crate::change::Change;
use crate::policy::Policies;
use anyhow::Result;

pub fn find(policies: &Policies, change: &Change) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    for (name, kind) in &policies.tiers.kinds {
        let found = match kind.detect.as_deref() {
            None => lines::find(kind, change)?,
            Some("new-dependency") => dependencies::found(change)?,
            Some("new-crate") => dependencies::new_crates(change),
            Some("lint-changed") => lints::changed(change)?,
            Some("code-elsewhere") => elsewhere::found(change)?,
            Some("tests-removed") => tests_removed::found(policies, change)?,
            Some("new-migration") => migrations::added(policies, change),
            Some("changed-migration") => migrations::changed(policies, change),
            Some("operation-added") => operations::added(policies, change)?,
            Some("operation-withdrawn") => operations::withdrawn(policies, change)?,
            Some("access-rule-changed") => access_rules::changed(policies, change)?,
            Some(other) => anyhow::bail!("kind {name}: the checker has no detector `{other}`"),
        };
        hits.extend(found.into_iter().map(|f| Hit {
            kind: name.clone(),
            path: f.path,
            line: f.line,
            what: f.what,
        }));
    }
    Ok(hits)
}

/// What a detector found, and where.
#[derive(Clone, Debug)]
pub struct Found {
    pub path: String,
    pub line: usize,
    pub what: String,
}
