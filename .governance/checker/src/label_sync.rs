//! The commands that give a repository the labels of `labels.yml`. Prints, never calls: who runs them has the rights.

use crate::policy::{Label, Policies};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::fmt::Write;

#[derive(Deserialize)]
struct Existing {
    name: String,
    color: String,
    #[serde(default)]
    description: Option<String>,
}

/// `existing` is what `gh label list --json name,color,description` prints; without it every label is taken for missing.
pub fn commands(policies: &Policies, existing: Option<&str>) -> Result<String> {
    let existing: Vec<Existing> = match existing {
        Some(text) => serde_json::from_str(text).context("the list of existing labels")?,
        None => Vec::new(),
    };
    let wanted = &policies.labels.labels;
    let mut out = String::new();
    let mut counts = [0_usize; 3];
    for label in wanted {
        let same_name = existing
            .iter()
            .find(|e| e.name.eq_ignore_ascii_case(&label.name));
        let verb = match same_name {
            None => "create",
            Some(e) if is_same(e, label) => continue,
            Some(_) => "edit",
        };
        counts[usize::from(verb == "edit")] += 1;
        let Label {
            name,
            color,
            description,
        } = label;
        let _ = writeln!(
            out,
            "gh label {verb} {} --color {color} --description {}",
            quoted(name),
            quoted(description)
        );
    }
    for unknown in existing
        .iter()
        .filter(|e| !wanted.iter().any(|w| w.name.eq_ignore_ascii_case(&e.name)))
    {
        counts[2] += 1;
        let _ = writeln!(out, "gh label delete {} --yes", quoted(&unknown.name));
    }
    let _ = writeln!(
        out,
        "# {} to create, {} to change, {} to delete",
        counts[0], counts[1], counts[2]
    );
    Ok(out)
}

fn is_same(existing: &Existing, label: &Label) -> bool {
    existing.color.eq_ignore_ascii_case(&label.color)
        && existing.description.as_deref().unwrap_or_default() == label.description
}

/// For a shell: nothing inside is interpreted.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::policies_with;

    #[test]
    fn only_differences_are_printed() {
        let policies = policies_with(None).unwrap();
        let all = commands(&policies, None).unwrap();
        assert!(all.contains(
            "gh label create 'tier/standard' --color c2e0c6 --description 'Inside one room'\n"
        ));
        let existing = r#"[{"name": "tier/standard", "color": "C2E0C6", "description": "Inside one room"},
            {"name": "tier/elevated", "color": "000000", "description": ""}, {"name": "it's old", "color": "000000"}]"#;
        let some = commands(&policies, Some(existing)).unwrap();
        assert!(
            !some.contains("tier/standard") && some.contains("gh label edit 'tier/elevated'"),
            "{some}"
        );
        assert!(
            some.contains(r"gh label delete 'it'\''s old' --yes"),
            "{some}"
        );
        assert!(commands(&policies, Some("nonsense")).is_err());
    }
}
