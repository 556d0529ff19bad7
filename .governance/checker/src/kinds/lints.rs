//! Lints that are set otherwise than before: in the workspace, in one crate, or in what clippy is told.

use super::Found;
use super::manifests::is_manifest;
use crate::change::Change;
use crate::toml_file;
use crate::yaml::Node;
use anyhow::Result;
use serde_json::Value as Json;

/// Where the lints of a manifest stand.
const PLACES: &[&[&str]] = &[&["lints"], &["workspace", "lints"]];

pub fn changed(change: &Change) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for file in &change.files {
        let old = file.old_path();
        let new = Some(file.path.as_str()).filter(|_| file.is_there());
        let text = |path: Option<&str>, before: bool| -> Result<Option<String>> {
            let read = |path| match before {
                true => change.text_before(path),
                false => change.text_after(path),
            };
            Ok(path.map(read).transpose()?.flatten())
        };
        let mut say = |line, what: String| {
            found.push(Found {
                path: file.path.clone(),
                line,
                what,
            });
        };
        // a manifest that is new has the lints that the rule `lints` asks of it; one that is gone lints nothing
        if let (Some(old), Some(new)) = (
            old.filter(|p| is_manifest(p)),
            new.filter(|p| is_manifest(p)),
        ) {
            let before = parsed(text(Some(old), true)?);
            let after = parsed(text(Some(new), false)?);
            for place in PLACES {
                if part(before.as_ref(), place) != part(after.as_ref(), place) {
                    let line = after.as_ref().map_or(1, |n| n.place(place).line);
                    say(line, format!("[{}]", place.join(".")));
                }
            }
        }
        let (old, new) = (
            old.filter(|p| tells_clippy(p)),
            new.filter(|p| tells_clippy(p)),
        );
        let (before, after) = (text(old, true)?, text(new, false)?);
        let same = settings(before.as_deref()) == settings(after.as_deref()) && old == new;
        if (old.is_some() || new.is_some()) && !same {
            say(1, "what clippy is told".to_owned());
        }
    }
    Ok(found)
}

/// Clippy reads the nearest one above a crate.
fn tells_clippy(path: &str) -> bool {
    matches!(
        path.rsplit('/').next(),
        Some("clippy.toml" | ".clippy.toml")
    )
}

fn parsed(text: Option<String>) -> Option<Node> {
    toml_file::parse("", &text?).ok()
}

fn part(node: Option<&Node>, place: &[&str]) -> Option<Json> {
    let found = place.iter().try_fold(node?, |node, key| node.get(key));
    found.map(Node::to_json)
}

/// The settings of a file; its text if it cannot be read.
fn settings(text: Option<&str>) -> Option<Json> {
    let text = text?;
    Some(toml_file::parse("", text).map_or_else(|_| text.into(), |node| node.to_json()))
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    const ROOT: &str = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n[workspace.lints.clippy]\nall = { level = \"warn\", priority = -1 }\n";
    const CRATE: &str = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";

    #[test]
    fn lints_that_are_set_otherwise_are_seen() {
        let project = Project::new(&[
            ("Cargo.toml", ROOT),
            ("clippy.toml", "allow-unwrap-in-tests = true\n"),
            ("src/a/Cargo.toml", CRATE),
        ]);
        let gone = CRATE.replace("[lints]\nworkspace = true\n", "");
        let own = CRATE.replace("workspace = true", "rust.unsafe_code = \"allow\"");
        let weaker = ROOT.replace("priority = -1", "priority = 1");
        for (path, text) in [
            ("src/a/Cargo.toml", gone.as_str()),
            ("src/a/Cargo.toml", own.as_str()),
            ("Cargo.toml", weaker.as_str()),
            ("Cargo.toml", "[workspace.lints]\n"),
            (
                "clippy.toml",
                "allow-unwrap-in-tests=true\ntoo-many-lines-threshold = 9\n",
            ),
            ("src/a/.clippy.toml", "msrv = \"1.0\"\n"),
        ] {
            let change = project.change(&[(path, text)]);
            assert_eq!(change.kinds(), ["lint-changed"], "{path}: {text}");
            assert_eq!(change.tier(), "architectural");
        }
        assert_eq!(project.without("clippy.toml").kinds(), ["lint-changed"]);
        let moved = project.moved("clippy.toml", "docs/clippy.toml.txt");
        assert_eq!(moved.kinds(), ["lint-changed"]);
    }

    #[test]
    fn the_rest_of_a_manifest_is_no_lint() {
        let project = Project::new(&[("Cargo.toml", ROOT), ("src/a/Cargo.toml", CRATE)]);
        let other = CRATE.replace("name = \"a\"", "name = \"b\"\nversion = \"1.0.0\"");
        let spelled = ROOT.replace("unsafe_code = \"forbid\"", "unsafe_code='forbid' # always");
        for (path, text) in [("src/a/Cargo.toml", &other), ("Cargo.toml", &spelled)] {
            assert!(project.change(&[(path, text)]).kinds().is_empty(), "{text}");
        }
        assert!(
            project
                .moved("src/a/Cargo.toml", "src/b/Cargo.toml")
                .kinds()
                .is_empty()
        );
    }
}
