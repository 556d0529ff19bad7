//! Reads the policy files: YAML, then schema, then types, then what they say of each other. Every mistake has a place.

use super::consistency;
use super::files::*;
use crate::globs;
use crate::schema::Schema;
use crate::yaml::{self, Node, Place, Problem};
use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use std::ops::Deref;

/// A policy with the text it came from, for places.
#[derive(Debug)]
pub struct File<T> {
    pub name: String,
    pub node: Node,
    data: T,
}

impl<T> Deref for File<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T> File<T> {
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Problem {
        Problem {
            file: self.name.clone(),
            at: self.node.place(path),
            message: message.into(),
        }
    }
}

#[derive(Debug)]
pub struct Policies {
    pub agents: File<Agents>,
    pub tiers: File<Tiers>,
    pub protected: File<Protected>,
    pub sizes: File<Sizes>,
    pub ownership: File<Ownership>,
    pub co_approval: File<CoApproval>,
    pub evidence: File<Evidence>,
    pub generated: File<GeneratedFiles>,
    pub labels: File<Labels>,
    pub pull_request: File<PullRequest>,
    pub protection: File<Protection>,
}

macro_rules! policies {
    ($($name:literal),* $(,)?) => {
        pub const NAMES: &[&str] = &[$($name),*];

        /// The schema the checker was built with, so that schema and types cannot disagree.
        pub fn schema_of(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some(include_str!(concat!("../../../schema/", $name, ".schema.json"))),)*
                _ => None,
            }
        }
    };
}

policies![
    "agent-contracts",
    "risk-tiers",
    "protected-paths",
    "pr-size-limits",
    "ownership",
    "co-approval",
    "evidence",
    "generated",
    "labels",
    "pull-request",
    "branch-protection",
];

impl Policies {
    /// `read` gives the text of a file of the repository, or nothing if there is none.
    pub fn load(
        read: &dyn Fn(&str) -> Result<Option<String>>,
    ) -> Result<Result<Policies, Vec<Problem>>> {
        let mut problems = Vec::new();
        let loader = Loader { read };
        macro_rules! file {
            ($name:literal) => {
                loader.file($name, &mut problems)?
            };
        }
        let (agents, tiers) = (file!("agent-contracts"), file!("risk-tiers"));
        let (protected, sizes) = (file!("protected-paths"), file!("pr-size-limits"));
        let (ownership, co_approval) = (file!("ownership"), file!("co-approval"));
        let (evidence, generated) = (file!("evidence"), file!("generated"));
        let (labels, pull_request) = (file!("labels"), file!("pull-request"));
        let protection = file!("branch-protection");
        let all = (|| {
            Some(Policies {
                agents: agents?,
                tiers: tiers?,
                protected: protected?,
                sizes: sizes?,
                ownership: ownership?,
                co_approval: co_approval?,
                evidence: evidence?,
                generated: generated?,
                labels: labels?,
                pull_request: pull_request?,
                protection: protection?,
            })
        })();
        if let Some(policies) = &all {
            problems.extend(consistency::problems(policies));
        }
        Ok(match all {
            Some(policies) if problems.is_empty() => Ok(policies),
            _ => Err(problems),
        })
    }
}

struct Loader<'a> {
    read: &'a dyn Fn(&str) -> Result<Option<String>>,
}

impl Loader<'_> {
    fn file<T: DeserializeOwned>(
        &self,
        name: &str,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<File<T>>> {
        let path = format!(".governance/{name}.yml");
        let mut say = |at, message| {
            problems.push(Problem {
                file: path.clone(),
                at,
                message,
            });
        };
        let Some(text) = (self.read)(&path)? else {
            say(Place { line: 1, column: 1 }, "is missing".to_owned());
            return Ok(None);
        };
        let node = match yaml::parse(&path, &text) {
            Ok(node) => node,
            Err(problem) => {
                problems.push(problem);
                return Ok(None);
            }
        };
        let schema = schema_of(name).context("a policy without schema")?;
        let schema = Schema::new(serde_json::from_str(schema)?)
            .with_context(|| format!("schema of {name}"))?;
        let mut wrong = schema.check(&node);
        bad_globs(&node, &mut wrong);
        if !wrong.is_empty() {
            wrong.into_iter().for_each(|v| say(v.at, v.message));
            return Ok(None);
        }
        match serde_json::from_value(node.to_json()) {
            Ok(data) => Ok(Some(File {
                name: path,
                node,
                data,
            })),
            Err(error) => {
                say(node.at, error.to_string());
                Ok(None)
            }
        }
    }
}

/// Keys whose values are patterns, in every policy.
const GLOB_KEYS: &[&str] = &[
    "paths",
    "binary",
    "allowed",
    "prohibited",
    "in",
    "except",
    "from",
    "needed-for",
    "count-as",
];

fn bad_globs(node: &Node, found: &mut Vec<crate::schema::Violation>) {
    for entry in node.entries() {
        if GLOB_KEYS.contains(&entry.key.as_str()) {
            for item in std::iter::once(&entry.value).chain(entry.value.items()) {
                if let Some(error) = item.text().and_then(|t| globs::one(t).err()) {
                    found.push(crate::schema::Violation {
                        at: item.at,
                        message: format!("not a pattern: {error}"),
                    });
                }
            }
        }
        bad_globs(&entry.value, found);
    }
    node.items().iter().for_each(|item| bad_globs(item, found));
}

#[cfg(test)]
mod tests {
    use crate::testing::policies_with;

    #[test]
    fn the_projects_policies_are_right() {
        policies_with(None).unwrap();
    }

    #[test]
    fn a_mistake_in_any_file_says_where() {
        for name in super::NAMES {
            let wrong = policies_with(Some((name, "\nsurprise: 1\n"))).unwrap_err();
            let place = format!(".governance/{name}.yml:2:1: `surprise` is not known here");
            assert!(
                wrong.iter().any(|p| p.to_string().starts_with(&place)),
                "{name}: {wrong:?}"
            );
        }
    }

    /// Something of the wrong type, a word that is not one of those allowed, something missing, and text that is no YAML.
    #[test]
    fn every_sort_of_mistake_says_where() {
        for (name, text, place) in [
            (
                "pr-size-limits",
                "limits:\n  standard: {files: many, lines: 10}\nexcluded: []\n",
                "2:21: ",
            ),
            ("pr-size-limits", "excluded: []\n", "1:1: "),
            (
                "labels",
                "groups:\n  tier: {on-changes: sometimes, means: whatever}\nlabels: []\n",
                "2:22: ",
            ),
            ("risk-tiers", "tests: [\n", "2:1: "),
            ("evidence", "- a list\n", "1:1: "),
            (
                "branch-protection",
                "branches:\n  - name: main\n    approvals: 9\n",
                "2:5: ",
            ),
        ] {
            let wrong = policies_with(Some((name, text))).unwrap_err();
            let said: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            let place = format!(".governance/{name}.yml:{place}");
            assert!(
                said.iter().any(|s| s.starts_with(&place)),
                "{place} in {said:#?}"
            );
        }
    }

    #[test]
    fn a_bad_pattern_says_where() {
        let text = "agents:\n  a:\n    purpose: long enough words\n    allowed:\n      - ok/**\n      - \"no[\"\n";
        let wrong = policies_with(Some(("agent-contracts", text))).unwrap_err();
        assert!(
            wrong[0]
                .to_string()
                .starts_with(".governance/agent-contracts.yml:6:9: not a pattern"),
            "{wrong:?}"
        );
    }
}
