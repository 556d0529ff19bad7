//! Who owns a path and who may speak for a team; and the CODEOWNERS file made of it.

use crate::policy::{Policies, Team};

pub const CODEOWNERS: &str = ".github/CODEOWNERS";

/// The teams of the last entry that fits.
pub fn of<'a>(policies: &'a Policies, path: &str) -> Vec<&'a str> {
    let entry = policies
        .ownership
        .owners
        .iter()
        .rev()
        .find(|o| o.paths.has(path));
    entry
        .map(|o| o.teams.iter().map(String::as_str).collect())
        .unwrap_or_default()
}

/// Whether an approval, given as a team's name, its handle or a member's login, is one of that team.
pub fn speaks_for(policies: &Policies, who: &str, team: &str) -> bool {
    let Some(known) = policies.ownership.teams.get(team) else {
        return false;
    };
    let login = who.trim_start_matches('@');
    let handle = policies.ownership.handle(team);
    who == team || Some(who) == handle.as_deref() || known.members.iter().any(|m| m == login)
}

/// Whether nobody can approve for a team.
pub fn is_empty(policies: &Policies, team: &str) -> bool {
    let known = policies.ownership.teams.get(team);
    known.is_none_or(Team::is_empty)
}

/// CODEOWNERS, in which the last line that fits counts too.
pub fn codeowners(policies: &Policies) -> String {
    let mut text = String::from(
        "# Made of .governance/ownership.yml by `cargo run -p governance -- codeowners`. Do not edit.\n",
    );
    for entry in &policies.ownership.owners {
        let handles = entry
            .teams
            .iter()
            .filter_map(|t| policies.ownership.handle(t));
        let handles: Vec<String> = handles.collect();
        for glob in &entry.paths.patterns {
            text.push_str(&format!("{} {}\n", pattern(glob), handles.join(" ")));
        }
    }
    text
}

/// Our patterns start at the root; in CODEOWNERS a leading slash says so.
fn pattern(glob: &str) -> String {
    match glob {
        "**" => "*".to_owned(),
        _ if glob.starts_with("**/") => glob.to_owned(),
        _ => format!("/{}", glob.strip_suffix("**").unwrap_or(glob)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::policies_with;

    #[test]
    fn the_last_entry_counts() {
        let policies = policies_with(None).unwrap();
        assert_eq!(of(&policies, "src/domain/src/emoji.rs"), ["backend"]);
        assert_eq!(
            of(&policies, "src/domain/src/access.rs"),
            ["backend", "security"]
        );
        assert_eq!(of(&policies, "LICENSE"), ["maintainers"]);
    }

    #[test]
    fn handles_come_from_one_place() {
        let text = "organisation: elsewhere\nteams:\n  maintainers: {duty: everything, members: [ann]}\n  docs: {handle: \"@bob\", duty: documents, members: []}\nowners:\n  - {paths: [\"**\"], teams: [maintainers, docs]}\n";
        let read = |path: &str| match path {
            ".governance/ownership.yml" => Some(text.to_owned()),
            // names other teams
            ".governance/co-approval.yml" => {
                let rule = "{name: x, team: docs, paths: [\"docs/**\"], why: long enough words}";
                Some(format!("rules:\n  - {rule}\n"))
            }
            _ => None,
        };
        let policies = crate::testing::policies_with_files(&read).unwrap();
        let text = codeowners(&policies);
        assert!(
            text.ends_with("\n* @elsewhere/maintainers @bob\n"),
            "{text}"
        );
        for who in ["maintainers", "@elsewhere/maintainers", "@ann", "ann"] {
            assert!(speaks_for(&policies, who, "maintainers"), "{who}");
        }
        assert!(!speaks_for(&policies, "@rustchat/docs", "docs"));
        assert!(speaks_for(&policies, "@bob", "docs"));
        assert!(!is_empty(&policies, "maintainers") && !is_empty(&policies, "docs"));
        // a login, told as a handle, is no team's name
        assert!(!speaks_for(&policies, "@maintainers", "maintainers"));
    }

    #[test]
    fn patterns_are_translated() {
        assert_eq!(pattern("**"), "*");
        assert_eq!(pattern("src/**"), "/src/");
        assert_eq!(pattern("*.md"), "/*.md");
        assert_eq!(pattern("**/Cargo.toml"), "**/Cargo.toml");
    }
}
