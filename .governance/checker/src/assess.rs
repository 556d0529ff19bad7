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

#[cfg(test)]
mod tests {
    use crate::testing::{Project, policies_with};
    use std::collections::BTreeSet;

    type Files = &'static [(&'static str, &'static str)];

    /// A kind, what there was before, a change of the kind, and one beside it that is not.
    const KINDS: &[(&str, Files, Files, Files)] = &[
        (
            "new-dependency",
            &[("Cargo.toml", "[workspace.dependencies]\nserde = \"1\"\n")],
            &[(
                "Cargo.toml",
                "[workspace.dependencies]\nrand = \"1\"\nserde = \"1\"\n",
            )],
            &[("Cargo.toml", "[workspace.dependencies]\nserde = \"2\"\n")],
        ),
        (
            "new-crate",
            &[],
            &[("src/other/Cargo.toml", "[package]\nname = \"other\"\n")],
            &[("src/other/lib.rs", "//! other\n")],
        ),
        (
            "new-migration",
            &[],
            &[("migrations/postgres/77_more.sql", "select 1;\n")],
            &[("migrations/README.md", "# Migrations\n")],
        ),
        (
            "changed-migration",
            &[("migrations/postgres/01_all.sql", "select 1;\n")],
            &[("migrations/postgres/01_all.sql", "select 2;\n")],
            &[("migrations/postgres/02_more.sql", "select 2;\n")],
        ),
        (
            "operation-added",
            &[("spec/scope.yaml", "posts:\n  GetPost: pending\n")],
            &[("spec/scope.yaml", "posts:\n  GetPost: implemented\n")],
            &[(
                "spec/scope.yaml",
                "posts:\n  GetPost: pending\n  PutPost: pending\n",
            )],
        ),
        (
            "operation-withdrawn",
            &[("spec/scope.yaml", "posts:\n  GetPost: implemented\n")],
            &[("spec/scope.yaml", "posts:\n  GetPost: pending\n")],
            &[(
                "spec/scope.yaml",
                "posts:\n  # said again\n  GetPost: implemented\n",
            )],
        ),
        (
            "access-rule-changed",
            &[("spec/access/posts.yaml", "GetPost: session\n")],
            &[("spec/access/posts.yaml", "GetPost: public\n")],
            &[(
                "spec/access/posts.yaml",
                "GetPost: session\nPutPost: session\n",
            )],
        ),
        (
            "lint-changed",
            &[("Cargo.toml", "[workspace.lints.clippy]\npanic = \"deny\"\n")],
            &[(
                "Cargo.toml",
                "[workspace.lints.clippy]\npanic = \"allow\"\n",
            )],
            &[(
                "Cargo.toml",
                "[workspace.lints.clippy]\n# why\npanic = \"deny\"\n",
            )],
        ),
        (
            "lint-silenced",
            &[("src/store/src/x.rs", "//! x\n")],
            &[(
                "src/store/src/x.rs",
                "//! x\n#[allow(dead_code)]\nfn f() {}\n",
            )],
            &[("src/store/src/x.rs", "//! x\n#[derive(Debug)]\nstruct X;\n")],
        ),
        (
            "unsafe-code",
            &[("src/store/src/x.rs", "//! x\n")],
            &[(
                "src/store/src/x.rs",
                "//! x\nfn f() {\n    unsafe { g() }\n}\n",
            )],
            &[("src/store/src/x.rs", "//! x\n// as unsafe as any other\n")],
        ),
        (
            "code-elsewhere",
            &[],
            &[("src/a/src/lib.rs", "include!(\"a.txt\");\n")],
            &[("src/a/src/lib.rs", "include_str!(\"a.txt\");\n")],
        ),
        (
            "tests-removed",
            &[("src/a/src/tests.rs", "#[test]\nfn a() {}\n")],
            &[("src/a/src/tests.rs", "//! none\n")],
            &[("src/a/src/tests.rs", "#[test]\nfn b() {}\n")],
        ),
        (
            "build-settings",
            &[],
            &[(".cargo/config.toml", "[build]\n")],
            &[(".cargo/other.toml", "[build]\n")],
        ),
        (
            "test-packages",
            &[],
            &[("compat-tests/clients/js/package.json", "{}\n")],
            &[("compat-tests/clients/js/data.json", "{}\n")],
        ),
    ];

    #[test]
    fn every_kind_of_change_is_found_and_no_other() {
        let policies = policies_with(None).unwrap();
        let known: BTreeSet<&str> = policies.tiers.kinds.keys().map(String::as_str).collect();
        let tried: BTreeSet<&str> = KINDS.iter().map(|k| k.0).collect();
        assert_eq!(tried, known);
        for (kind, before, change, beside) in KINDS {
            let project = Project::new(before);
            let found = project.change(change);
            assert!(found.kinds().contains(&(*kind).to_owned()), "{kind}");
            let least = policies.tiers.tiers.iter().map(|t| &t.name);
            let place = |name: &String| least.clone().position(|n| n == name);
            let wanted = &policies.tiers.kinds[*kind].tier;
            assert!(place(&found.tier()) >= place(wanted), "{kind}");
            let kinds = project.change(beside).kinds();
            assert!(!kinds.contains(&(*kind).to_owned()), "{kind}: {kinds:?}");
        }
    }

    /// Each pattern of a tier makes a change of it, as long as no higher one fits as well.
    #[test]
    fn every_path_of_a_tier_counts() {
        let policies = policies_with(None).unwrap();
        for (number, tier) in policies.tiers.tiers.iter().enumerate() {
            for pattern in &tier.paths.patterns {
                for pattern in spelled_out(pattern) {
                    let path = pattern.replace("**", "some/file").replace('*', "file");
                    let found = super::path_reason(&policies, &path).map(|r| r.tier);
                    assert!(found >= Some(number), "{pattern}: {found:?}");
                }
            }
        }
        assert!(super::path_reason(&policies, "src/domain/src/emoji.rs").is_none());
    }

    /// `a/{b,c}` → `a/b`, `a/c`
    fn spelled_out(pattern: &str) -> Vec<String> {
        let Some((before, rest)) = pattern.split_once('{') else {
            return vec![pattern.to_owned()];
        };
        let (choices, after) = rest.split_once('}').unwrap();
        let choices = choices.split(',');
        choices.map(|c| format!("{before}{c}{after}")).collect()
    }
}
