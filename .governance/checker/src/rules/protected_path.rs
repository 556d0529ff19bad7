//! Protected paths, and changes of a tier that asks for it, come with a spec.

use super::{Case, Finding, Rule};
use crate::policy::ProtectedPaths;
use crate::specs::of as specs;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "protected-path",
    asks: "A protected path, or an architectural change, comes with a spec in docs/specs.",
    check,
};

const CURE: &str = "write docs/specs/NAME.md (template: docs/templates/spec.md) in this change, or name an agreed one with a line `Spec: docs/specs/NAME.md`; it has to name the path";

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let (specs, refused) = specs(case)?;
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
            let lacks = match refused.first() {
                Some(refused) => refused.as_str(),
                None if specs.is_empty() => "there is no spec",
                None => "no spec names it",
            };
            let message = format!("protected{more}, and {lacks}: {}", entry.why);
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
        let but = refused
            .first()
            .map_or(String::new(), |r| format!(", and {r}"));
        let message = format!(
            "a change of tier {} needs a spec{but}: {why}",
            case.tier.name
        );
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
                "# Limits\n\n- **State**: agreed\n\nIt touches `spec/facts/**`.\n",
            ),
        ]);
        with.by("contributor").passes("protected-path");
    }

    #[test]
    fn an_earlier_spec_can_be_named() {
        let project = Project::new(&[
            (
                "docs/specs/limits.md",
                "# Limits: spec/facts/\n\nState: agreed\n",
            ),
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

    const FACTS: (&str, &str) = ("spec/facts/limits.json", "[]\n");
    const SPEC: &str = "docs/specs/limits.md";

    fn limits(state: &str) -> String {
        format!("# Limits\n\n- **State**: {state}\n\nIt touches `spec/facts/**`.\n")
    }

    #[test]
    fn only_an_agreed_spec_covers() {
        for (state, says) in [
            (
                "done",
                "docs/specs/limits.md is done, and covers nothing more",
            ),
            ("draft", "docs/specs/limits.md is not agreed"),
            (
                "draft | agreed | done",
                "docs/specs/limits.md is not agreed",
            ),
        ] {
            let project = Project::new(&[(SPEC, &limits(state))]);
            let change = project.change(&[FACTS]);
            let said = change
                .by("contributor")
                .body("Spec: docs/specs/limits.md\n")
                .fails("protected-path", FACTS.0);
            assert!(said[0].message.contains(says), "{said:?}");
        }
        // what is done stays so, and a line more does not open it again
        let project = Project::new(&[(SPEC, &limits("done"))]);
        for state in ["agreed", "done"] {
            let polished = format!("{}More.\n", limits(state));
            project
                .change(&[FACTS, (SPEC, &polished)])
                .by("contributor")
                .fails("protected-path", FACTS.0);
        }
        // the last step ends it
        let project = Project::new(&[(SPEC, &limits("agreed"))]);
        project
            .change(&[FACTS, (SPEC, &limits("done"))])
            .by("contributor")
            .passes("protected-path");
    }

    #[test]
    fn agents_do_not_agree_with_themselves() {
        let decision = ("docs/decisions/two.md", "# Two\n");
        let mine = decisions("agreed");
        let project = Project::new(&[]);
        let change = project.change(&[decision, (SPEC, &mine)]);
        change.by("contributor").passes("protected-path");
        for agent in ["docs-agent", "backend-agent"] {
            let said = change.by(agent).fails("protected-path", decision.0);
            assert!(said[0].message.contains("cannot agree to it"), "{said:?}");
        }
        // nor to a draft of others, nor widen what was agreed
        let project = Project::new(&[(SPEC, &decisions("draft"))]);
        let change = project.change(&[decision, (SPEC, &mine)]);
        change.by("docs-agent").fails("protected-path", decision.0);
        change.by("contributor").passes("protected-path");
        let project = Project::new(&[(SPEC, &limits("agreed"))]);
        let wider = limits("agreed") + "And migrations/**\n";
        let migration = ("migrations/postgres/09_x.sql", "select 1;\n");
        let change = project.change(&[migration, (SPEC, &wider)]);
        change
            .by("backend-agent")
            .fails("protected-path", migration.0);
        change.by("contributor").passes("protected-path");
        // an agreed one is there for them
        let change = project.change(&[FACTS]);
        change
            .by("backend-agent")
            .body("Spec: docs/specs/limits.md\n")
            .passes("protected-path");
    }

    fn decisions(state: &str) -> String {
        limits(state).replace("spec/facts/**", "docs/decisions/two.md")
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
        let elsewhere = "# Widths\n\nState: agreed\n\nIt touches migrations/** and, as all do, `**`, spec/ and `spec/**`.\n";
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
