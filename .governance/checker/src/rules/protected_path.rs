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

const CURE: &str = "write docs/specs/NAME.md (template: docs/templates/spec.md) in this change, or name one with a line `Spec: docs/specs/NAME.md`";

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    if has_spec(case)? {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in &case.policies.protected.protected {
        // one finding for an entry, however many of its files changed
        let places = places(case, entry);
        if let Some((path, line)) = places.first() {
            let more = match places.len() {
                1 => String::new(),
                n => format!(" (and {} more files)", n - 1),
            };
            let message = format!("protected{more}, and there is no spec: {}", entry.why);
            found.push(Finding::new(path, *line, message, CURE));
        }
    }
    if found.is_empty() && case.tier.requires.spec {
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

fn has_spec(case: &Case<'_>) -> Result<bool> {
    let specs = &case.policies.protected.specs;
    let place = Globs::new(vec![specs.place.clone()])?;
    let is_spec = |path: &str| place.has(path) && !specs.except.has(path);
    if case
        .change
        .files
        .iter()
        .any(|f| f.is_there() && is_spec(&f.path))
    {
        return Ok(true);
    }
    let body = case.change.pull.body.as_deref().unwrap_or_default();
    for line in body.lines().chain(case.change.messages.lines()) {
        let named = line
            .trim()
            .trim_start_matches(['-', '*', ' '])
            .strip_prefix("Spec:");
        if let Some(path) = named.map(|n| n.trim().trim_matches('`'))
            && is_spec(path)
            && case.change.bytes_after(path)?.is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
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
            ("docs/specs/limits.md", "# Limits\n"),
        ]);
        with.by("contributor").passes("protected-path");
    }

    #[test]
    fn an_earlier_spec_can_be_named() {
        let project = Project::new(&[
            ("docs/specs/limits.md", "# Limits\n"),
            ("docs/specs/README.md", "# Specs\n"),
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
}
