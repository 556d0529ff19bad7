//! Every crate takes its lints from the workspace, and belongs to it. What the workspace's lints are is another question:
//! that they changed is a kind of change.

use super::{Case, Finding, Rule};
use crate::kinds::is_manifest;
use crate::toml_file;
use crate::yaml::Node;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "lints",
    asks: "Every crate has `[lints] workspace = true` and no workspace of its own.",
    check,
};

/// The one manifest that makes the workspace.
const ROOT: &str = "Cargo.toml";

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let files = case.change.files.iter();
    for file in files.filter(|f| f.is_there() && is_manifest(&f.path)) {
        let path = file.path.as_str();
        let mut say = |line: usize, message: &str, cure: &str| {
            found.push(Finding::new(path, line, message, cure));
        };
        let text = case.change.text_after(path)?.unwrap_or_default();
        let manifest = match toml_file::parse(path, &text) {
            Ok(manifest) => manifest,
            Err(problem) => {
                say(
                    problem.at.line,
                    "not TOML, so nobody knows what it says",
                    "mend it",
                );
                continue;
            }
        };
        let inherits = manifest.get("lints").and_then(|l| l.get("workspace"));
        let inherits = inherits.map(Node::to_json) == Some(true.into());
        if !inherits && manifest.get("package").is_some() {
            let line = manifest.place(&["lints"]).line;
            say(
                line,
                "the crate does not take the lints of the workspace",
                "write `[lints]` and `workspace = true`",
            );
        }
        if path != ROOT && manifest.get("workspace").is_some() {
            let line = manifest.place(&["workspace"]).line;
            say(
                line,
                "a workspace of its own has lints of its own",
                "make the crate a member of the one workspace",
            );
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn every_crate_takes_them_from_the_workspace() {
        let right = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";
        let project = Project::new(&[("src/a/Cargo.toml", right)]);
        let dotted = "lints.workspace = true\n[package]\nname = \"b\"\n";
        for (path, text) in [
            ("src/b/Cargo.toml", right),
            ("src/a/Cargo.toml", dotted),
            ("Cargo.toml", "[workspace]\nmembers = [\"src/*\"]\n"),
        ] {
            project
                .change(&[(path, text)])
                .by("maintainer")
                .passes("lints");
        }
        for text in [
            "[package]\nname = \"a\"\n",
            "[package]\nname = \"a\"\n[lints]\n",
            "[package]\nname = \"a\"\n[lints]\nworkspace = false\n",
            "[package]\nname = \"a\"\n# [lints]\n# workspace = true\n",
            "[package]\nname = \"a\"\n[lints]\nworkspace = true\n[workspace.lints.rust]\n",
            "[package\n",
        ] {
            for path in ["src/a/Cargo.toml", "src/b/Cargo.toml"] {
                let change = project.change(&[(path, text)]);
                change.by("maintainer").fails("lints", path);
            }
        }
    }
}
