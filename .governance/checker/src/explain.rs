//! What the policies say of one path, for people who are about to change it.

use crate::assess;
use crate::owners;
use crate::policy::Policies;
use std::fmt::Write;

pub fn path(policies: &Policies, path: &str) -> String {
    let path = path.trim_start_matches("./");
    let mut out = format!("{path}\n");
    let mut say = |what: &str, text: String| {
        let _ = writeln!(out, "  {what:<10} {text}");
    };
    let reason = assess::path_reason(policies, path);
    if let Some(tier) = policies
        .tiers
        .tiers
        .get(reason.as_ref().map_or(0, |r| r.tier))
    {
        let why = reason.map_or_else(|| "nothing names it".to_owned(), |r| r.why);
        say("tier", format!("{} ({why})", tier.name));
        let needs = &tier.requires;
        let (tests, spec) = (
            if needs.tests { ", tests" } else { "" },
            if needs.spec { ", a spec" } else { "" },
        );
        say(
            "needs",
            format!(
                "{} approvals{tests}{spec}, label {}",
                needs.approvals, tier.label
            ),
        );
    }
    let kinds = policies
        .tiers
        .kinds
        .iter()
        .filter(|(_, k)| k.files.has(path));
    let kinds: Vec<String> = kinds
        .map(|(name, k)| format!("{name} → {}", k.tier))
        .collect();
    if !kinds.is_empty() {
        say("higher if", kinds.join(", "));
    }
    say("owners", owners::of(policies, path).join(", "));
    for rule in policies
        .co_approval
        .rules
        .iter()
        .filter(|r| r.paths.has(path))
    {
        say("also", format!("approval of {}: {}", rule.team, rule.why));
    }
    for entry in policies
        .protected
        .protected
        .iter()
        .filter(|p| p.paths.has(path))
    {
        let only = if entry.kinds.is_empty() {
            String::new()
        } else {
            format!(" ({} only)", entry.kinds.join(", "))
        };
        say("protected", format!("needs a spec{only}: {}", entry.why));
    }
    for file in policies
        .generated
        .generated
        .iter()
        .filter(|g| g.path == path)
    {
        let part = if file.between.is_empty() {
            ""
        } else {
            " between its markers"
        };
        say("generated", format!("by `{}`{part}", file.command));
    }
    for entry in policies.sizes.excluded.iter().filter(|e| e.paths.has(path)) {
        say("size", format!("not counted: {}", entry.why));
    }
    let agents = policies.agents.agents.iter();
    let may = agents.filter(|(_, c)| c.allowed.has(path) && !c.prohibited.has(path));
    say(
        "agents",
        may.map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    );
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::policies_with;

    #[test]
    fn says_all_that_applies() {
        let policies = policies_with(None).unwrap();
        let text = super::path(&policies, "./src/api/src/gate.rs");
        for part in [
            "src/api/src/gate.rs\n",
            "tier       elevated",
            "owners     backend, security",
            "approval of security",
            "backend-agent",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(
            super::path(&policies, "src/core/src/roles.rs").contains("protected  needs a spec")
        );
        assert!(
            super::path(&policies, "README.md")
                .contains("generated  by `cargo run -p compat-tests")
        );
    }
}
