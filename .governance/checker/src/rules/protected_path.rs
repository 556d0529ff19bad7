//! Protected paths, and changes of a tier that asks for it, come with a spec.

use super::{Case, Finding, Rule};
use crate::globs::Globs;
use crate::policy::ProtectedPaths;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "protected-path",
    asks: "A protected path, or an architectural change, comes with a spec in docs/specs.",
    check,
};

const CURE: &str = "write docs/specs/NAME.md (template: docs/templates/spec.md) in this change, or name one with a line `Spec: docs/specs/NAME.md`; it has to name the path";

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let specs = specs(case)?;
    let (mut found, mut covered) = (Vec::new(), false);
    for entry in &case.policies.protected.protected {
        let places = places(case, entry);
        let is_named =
            |(path, _): &(&str, usize)| specs.iter().any(|s| s.names(path, &entry.paths.patterns));
        covered |= places.iter().any(is_named);
        // one finding for an entry, however many of its files changed
        let open: Vec<_> = places.iter().filter(|p| !is_named(p)).collect();
        if let Some((path, line)) = open.first() {
            let more = match open.len() {
                1 => String::new(),
                n => format!(" (and {} more files)", n - 1),
            };
            let message = if specs.is_empty() {
                format!("protected{more}, and there is no spec: {}", entry.why)
            } else {
                format!("protected{more}, and no spec names it: {}", entry.why)
            };
            found.push(Finding::new(path, *line, message, CURE));
        }
    }
    let of_tier = || {
        let mut reasons = case.assessment.deciding();
        specs.iter().any(|s| s.is_new)
            || reasons.any(|r| specs.iter().any(|s| s.names(&r.path, &[])))
    };
    if found.is_empty() && !covered && case.tier.requires.spec && !of_tier() {
        let reason = case.assessment.deciding().next();
        let (path, line) = reason.map_or(("", 1), |r| (r.path.as_str(), r.line));
        let why = reason.map_or("", |r| r.why.as_str());
        let message = format!("a change of tier {} needs a spec: {why}", case.tier.name);
        found.push(Finding::new(path, line, message, CURE));
    }
    Ok(found)
}

/// Where a change touches what an entry protects.
fn places<'a>(case: &Case<'a>, entry: &ProtectedPaths) -> Vec<(&'a str, usize)> {
    let kinds = &case.assessment.kinds;
    let touched = case
        .change
        .files
        .iter()
        .flat_map(|f| f.paths())
        .filter(|p| entry.paths.has(p));
    if entry.kinds.is_empty() {
        return touched.map(|path| (path, 1)).collect();
    }
    let line = |path: &str| {
        let of_kind = kinds
            .iter()
            .find(|h| h.path == path && entry.kinds.contains(&h.kind));
        of_kind.map(|h| h.line)
    };
    touched
        .filter_map(|path| Some((path, line(path)?)))
        .collect()
}

struct Spec {
    text: String,
    /// Written in this change.
    is_new: bool,
}

impl Spec {
    /// Whether the spec names a path: itself, a pattern of the policy that fits it, or a folder or pattern no wider than one.
    fn names(&self, path: &str, patterns: &[String]) -> bool {
        let fits = |pattern: &str| Globs::new(vec![pattern.to_owned()]).is_ok_and(|g| g.has(path));
        let fitting: Vec<&String> = patterns.iter().filter(|p| fits(p)).collect();
        let narrow = |word: &str| match fitting.is_empty() {
            true => fixed(word).matches('/').count() >= 2,
            false => fitting.iter().any(|p| fixed(word).starts_with(fixed(p))),
        };
        let between = |c: char| c.is_whitespace() || "`,;()[]\"'|<>".contains(c);
        let mut words = self.text.split(between);
        words.any(|word| {
            let word = word.trim_end_matches(['.', ':']);
            let wide = word == path
                || fitting.iter().any(|p| *p == word)
                || (word.ends_with('/') && path.starts_with(word) && narrow(word));
            wide || (word.contains('*') && !fixed(word).is_empty() && fits(word) && narrow(word))
        })
    }
}

/// What stands in a pattern before its first `*`.
fn fixed(pattern: &str) -> &str {
    pattern
        .split(['*', '{', '?', '['])
        .next()
        .unwrap_or_default()
}

/// The specs a change brings lines for, and those it names.
fn specs(case: &Case<'_>) -> Result<Vec<Spec>> {
    let specs = &case.policies.protected.specs;
    let place = Globs::new(vec![specs.place.clone()])?;
    let is_spec = |path: &str| place.has(path) && !specs.except.has(path);
    let mut found = Vec::new();
    for file in &case.change.files {
        if !file.is_there() || !is_spec(&file.path) {
            continue;
        }
        let lines = case.change.lines(file)?;
        if lines.iter().any(|l| l.added && !l.text.trim().is_empty()) {
            found.push(Spec {
                text: case.change.text_after(&file.path)?.unwrap_or_default(),
                is_new: true,
            });
        }
    }
    let body = case.change.pull.body.as_deref().unwrap_or_default();
    for line in body.lines().chain(case.change.messages.lines()) {
        let named = line
            .trim()
            .trim_start_matches(['-', '*', ' '])
            .strip_prefix("Spec:");
        if let Some(path) = named.map(|n| n.trim().trim_matches('`'))
            && is_spec(path)
            && let Some(text) = case.change.text_after(path)?
        {
            let is_new = false;
            found.push(Spec { text, is_new });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn a_protected_path_needs_a_spec() {
        let project = Project::new(&[("spec/facts/limits.json", "{}\n")]);
        let bare = project.change(&[("spec/facts/limits.json", "[]\n")]);
        bare.by("contributor")
            .fails("protected-path", "spec/facts/limits.json");
        bare.by("maintainer").warns("protected-path");
        let with = project.change(&[
            ("spec/facts/limits.json", "[]\n"),
            (
                "docs/specs/limits.md",
                "# Limits\n\nIt touches `spec/facts/**`.\n",
            ),
        ]);
        with.by("contributor").passes("protected-path");
    }

    #[test]
    fn an_earlier_spec_can_be_named() {
        let project = Project::new(&[
            ("docs/specs/limits.md", "# Limits: spec/facts/\n"),
            ("docs/specs/README.md", "# Specs: spec/facts/limits.json\n"),
        ]);
        let change = project.change(&[("spec/facts/limits.json", "[]\n")]);
        let named = change
            .by("contributor")
            .body("Because.\n\nSpec: docs/specs/limits.md\n");
        named.passes("protected-path");
        let missing = change.by("contributor").body("Spec: docs/specs/other.md\n");
        missing.fails("protected-path", "spec/facts/limits.json");
        let overview = change
            .by("contributor")
            .body("Spec: docs/specs/README.md\n");
        overview.fails("protected-path", "spec/facts/limits.json");
    }

    #[test]
    fn an_architectural_change_needs_one_too() {
        let project = Project::new(&[]);
        let change = project.change(&[("docs/decisions/two.md", "# Two\n")]);
        change
            .by("contributor")
            .fails("protected-path", "docs/decisions/two.md");
    }

    #[test]
    fn a_manifest_is_protected_only_from_some_changes() {
        let old = "[workspace.lints.clippy]\npanic = \"warn\"\n";
        let project = Project::new(&[("Cargo.toml", old)]);
        let weaker = project.change(&[(
            "Cargo.toml",
            "[workspace.lints.clippy]\npanic = \"allow\"\n",
        )]);
        weaker
            .by("contributor")
            .fails("protected-path", "Cargo.toml");
        let version = format!("[workspace.package]\nversion = \"2\"\n{old}");
        project
            .change(&[("Cargo.toml", version.as_str())])
            .by("contributor")
            .passes("protected-path");
    }

    #[test]
    fn a_spec_of_something_else_is_none() {
        let elsewhere =
            "# Widths\n\nIt touches migrations/** and, as all do, `**`, spec/ and `spec/**`.\n";
        let project = Project::new(&[("docs/specs/widths.md", elsewhere)]);
        let facts = ("spec/facts/limits.json", "[]\n");
        let named = project.change(&[facts]);
        let body = "Spec: docs/specs/widths.md\n";
        named
            .by("contributor")
            .body(body)
            .fails("protected-path", facts.0);
        let polished = format!("{elsewhere}More.\n");
        let touched = project.change(&[facts, ("docs/specs/widths.md", &polished)]);
        touched.by("contributor").fails("protected-path", facts.0);
        for names in ["spec/facts/limits.json", "`spec/facts/**`", "spec/facts/,"] {
            let spec = format!("{elsewhere}It touches {names} too.\n");
            let change = project.change(&[facts, ("docs/specs/limits.md", &spec)]);
            change.by("contributor").passes("protected-path");
        }
        let migration = project.change(&[("migrations/postgres/09_x.sql", "select 1;\n")]);
        migration
            .by("contributor")
            .body(body)
            .passes("protected-path");
    }

    #[test]
    fn the_checker_and_what_runs_it_are_protected() {
        let project = Project::new(&[]);
        for path in [
            ".governance/checker/src/check.rs",
            "scripts/governance",
            ".ci/run",
        ] {
            let change = project.change(&[(path, "//! x\n")]);
            change.by("contributor").fails("protected-path", path);
            let judged = change.by("release-agent");
            judged.fails("agent-path", path);
        }
        let other = project.change(&[("scripts/measure", "# x\n")]);
        other.by("contributor").passes("protected-path");
    }
}
