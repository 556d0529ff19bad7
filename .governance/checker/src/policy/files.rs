//! What stands in each policy file. The JSON Schemas beside them say the same for editors and are checked first.

use crate::globs::Globs;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
pub struct Agents {
    pub agents: BTreeMap<String, Contract>,
}

#[derive(Debug, Deserialize)]
pub struct Contract {
    pub purpose: String,
    pub allowed: Globs,
    #[serde(default)]
    pub prohibited: Globs,
    pub limits: Option<Limit>,
    #[serde(default)]
    pub waives: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Limit {
    pub files: usize,
    pub lines: usize,
}

#[derive(Debug, Deserialize)]
pub struct Tiers {
    pub tests: Tests,
    pub tiers: Vec<Tier>,
    pub reverts: Reverts,
    pub kinds: BTreeMap<String, Kind>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tests {
    pub needed_for: Globs,
    pub count_as: Globs,
}

#[derive(Debug, Deserialize)]
pub struct Tier {
    pub name: String,
    pub means: String,
    pub label: String,
    #[serde(default)]
    pub paths: Globs,
    pub requires: Requires,
}

#[derive(Debug, Deserialize)]
pub struct Requires {
    pub approvals: usize,
    #[serde(default)]
    pub tests: bool,
    #[serde(default)]
    pub spec: bool,
}

#[derive(Debug, Deserialize)]
pub struct Reverts {
    pub waive: Vec<String>,
    pub approvals: usize,
    pub label: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Kind {
    pub tier: String,
    pub why: String,
    pub detect: Option<String>,
    #[serde(default, rename = "in")]
    pub files: Globs,
    pub lines: Option<String>,
    #[serde(default)]
    pub side: Side,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Added,
    Removed,
    #[default]
    Both,
}

#[derive(Debug, Deserialize)]
pub struct Protected {
    pub specs: Specs,
    pub protected: Vec<ProtectedPaths>,
}

#[derive(Debug, Deserialize)]
pub struct Specs {
    #[serde(rename = "in")]
    pub place: String,
    #[serde(default)]
    pub except: Globs,
    /// Contracts under which a change may bring the spec that covers it.
    #[serde(rename = "written-by")]
    pub written_by: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct ProtectedPaths {
    pub paths: Globs,
    #[serde(default)]
    pub kinds: Vec<String>,
    pub why: String,
}

#[derive(Debug, Deserialize)]
pub struct Sizes {
    pub limits: BTreeMap<String, Limit>,
    #[serde(default)]
    pub binary: Globs,
    pub excluded: Vec<Excluded>,
}

#[derive(Debug, Deserialize)]
pub struct Excluded {
    pub paths: Globs,
    pub why: String,
}

#[derive(Debug, Deserialize)]
pub struct Ownership {
    /// Where teams are, for handles.
    pub organisation: String,
    pub teams: BTreeMap<String, Team>,
    pub owners: Vec<Owners>,
}

impl Ownership {
    /// What a code host calls the team; nothing if there is no such team.
    pub fn handle(&self, team: &str) -> Option<String> {
        let known = self.teams.get(team)?;
        let made = || format!("@{}/{team}", self.organisation);
        Some(known.handle.clone().unwrap_or_else(made))
    }
}

#[derive(Debug, Deserialize)]
pub struct Team {
    /// Where it is not the one that organisation and name make.
    pub handle: Option<String>,
    pub duty: String,
    pub members: Vec<String>,
}

impl Team {
    /// Whether nobody can approve for it: it has no members, and its handle is not a person's.
    pub fn is_empty(&self) -> bool {
        let person = |handle: &String| !handle.contains('/');
        self.members.is_empty() && !self.handle.as_ref().is_some_and(person)
    }
}

#[derive(Debug, Deserialize)]
pub struct Owners {
    pub paths: Globs,
    pub teams: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct CoApproval {
    pub rules: Vec<CoRule>,
}

#[derive(Debug, Deserialize)]
pub struct CoRule {
    pub name: String,
    pub team: String,
    pub label: Option<String>,
    pub paths: Globs,
    #[serde(default)]
    pub kinds: Vec<String>,
    pub why: String,
}

#[derive(Debug, Deserialize)]
pub struct Evidence {
    pub migrations: Migrations,
    pub recordings: Recordings,
    pub baseline: String,
    pub operations: Operations,
    pub dependencies: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Migrations {
    pub twins: Vec<String>,
    #[serde(default)]
    pub one_sided: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub struct Recordings {
    pub root: String,
    pub manifest: String,
    pub lists: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Operations {
    pub scope: String,
    pub access: String,
    pub overlay: String,
    pub index: String,
    #[serde(default)]
    pub unrecorded: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub struct GeneratedFiles {
    pub generated: Vec<Generated>,
}

#[derive(Debug, Deserialize)]
pub struct Generated {
    pub path: String,
    #[serde(default)]
    pub between: Vec<String>,
    pub from: Globs,
    pub command: String,
}

#[derive(Debug, Deserialize)]
pub struct Labels {
    pub groups: BTreeMap<String, Group>,
    pub labels: Vec<Label>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Group {
    pub on_changes: HowMany,
    pub means: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum HowMany {
    ExactlyOne,
    AtLeastOne,
    AtMostOne,
    Any,
}

#[derive(Debug, Deserialize)]
pub struct Label {
    pub name: String,
    pub color: String,
    pub description: String,
}

#[derive(Debug, Deserialize)]
pub struct PullRequest {
    pub template: String,
    pub sections: Vec<Section>,
    pub boxes: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Section {
    pub heading: String,
    pub words: usize,
    #[serde(default)]
    pub tiers: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Protection {
    pub branches: Vec<Branch>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Branch {
    pub name: String,
    pub checks: Vec<String>,
    pub up_to_date: bool,
    pub approvals: usize,
    pub code_owners: bool,
    pub dismiss_stale: bool,
    pub last_push_approval: bool,
    pub signed: bool,
    pub linear_history: bool,
    pub administrators_too: bool,
    pub force_push: bool,
    pub deletion: bool,
    pub conversations_resolved: bool,
}
