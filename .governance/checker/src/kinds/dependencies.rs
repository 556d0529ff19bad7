//! New code of others, and new crates of ours: what manifests and lock files name after a change and no manifest and no
//! lock file named before.

use super::Found;
use super::manifests::{self, Dependency, REGISTRY, is_lock, is_manifest};
use crate::change::Change;
use crate::toml_file;
use anyhow::Result;
use std::collections::BTreeSet;

/// A crate that was not there.
pub struct New {
    pub name: String,
    pub source: String,
    /// Named by a manifest, not only drawn in by another.
    pub direct: bool,
    pub path: String,
    pub line: usize,
}

impl New {
    pub fn is_elsewhere(&self) -> bool {
        self.source != REGISTRY
    }
}

/// Crates of others that are new; a crate from another source than before is one.
pub fn new_dependencies(change: &Change) -> Result<Vec<New>> {
    let all = |path: &str| is_manifest(path) || is_lock(path);
    if !change.files.iter().any(|f| f.is_there() && all(&f.path)) {
        return Ok(Vec::new());
    }
    let files = |commit: &str| -> Result<BTreeSet<String>> {
        Ok(change.git.files(commit, "")?.into_iter().collect())
    };
    let (old_files, new_files) = (files(&change.base)?, files(&change.head)?);
    let mut known = BTreeSet::new();
    let mut locked = BTreeSet::new();
    for path in old_files.iter().filter(|p| all(p)) {
        let text = change.text_before(path)?.unwrap_or_default();
        let named = read(path, &text, &old_files).unwrap_or_default();
        let into = if is_lock(path) {
            &mut locked
        } else {
            &mut known
        };
        into.extend(named.iter().map(Dependency::key));
    }
    let mut new = Vec::new();
    // manifests before lock files, which name the same crates again
    for direct in [true, false] {
        let kind = if direct { is_manifest } else { is_lock };
        for file in change
            .files
            .iter()
            .filter(|f| f.is_there() && kind(&f.path))
        {
            let text = change.text_after(&file.path)?.unwrap_or_default();
            let named = read(&file.path, &text, &new_files).unwrap_or_else(|line| {
                vec![Dependency {
                    name: "what cannot be read".to_owned(),
                    source: file.path.clone(),
                    line,
                }]
            });
            let seen = if direct { &mut known } else { &mut locked };
            for dependency in named {
                if seen.insert(dependency.key()) {
                    new.push(New {
                        name: dependency.name,
                        source: dependency.source,
                        direct,
                        path: file.path.clone(),
                        line: dependency.line,
                    });
                }
            }
        }
    }
    Ok(new)
}

/// What a file names, or the line where it cannot be read.
fn read(path: &str, text: &str, files: &BTreeSet<String>) -> Result<Vec<Dependency>, usize> {
    let node = toml_file::parse(path, text).map_err(|problem| problem.at.line)?;
    Ok(if is_lock(path) {
        manifests::locked(&node)
    } else {
        manifests::dependencies(path, &node, files)
    })
}

pub fn found(change: &Change) -> Result<Vec<Found>> {
    let new = new_dependencies(change)?.into_iter();
    Ok(new
        .map(|new| Found {
            what: match new.is_elsewhere() {
                true => format!("{} from {}", new.name, new.source),
                false => new.name,
            },
            path: new.path,
            line: new.line,
        })
        .collect())
}

pub fn new_crates(change: &Change) -> Vec<Found> {
    let new = change.files.iter().filter(|f| {
        let old = f.old_path().is_some_and(is_manifest);
        f.is_there() && is_manifest(&f.path) && !old && f.path != "Cargo.toml"
    });
    new.map(|f| Found {
        path: f.path.clone(),
        line: 1,
        what: f.path.trim_end_matches("/Cargo.toml").to_owned(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    const OLD: &str = "[workspace.dependencies]\nserde = \"1\"\nours = { path = \"src/a\" }\n";
    const OURS: &str = "[dependencies]\nserde.workspace = true\n";

    fn project() -> Project {
        let lock = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        Project::new(&[
            ("Cargo.toml", OLD),
            ("Cargo.lock", lock),
            ("src/a/Cargo.toml", OURS),
            ("src/b/Cargo.toml", OURS),
            ("docs/crate.txt", OURS),
        ])
    }

    #[track_caller]
    fn is_new(path: &str, text: &str) -> bool {
        let project = project();
        let kinds = project.change(&[(path, text)]).kinds();
        kinds.contains(&"new-dependency".to_owned())
    }

    #[test]
    fn only_what_is_new_counts() {
        let with = |line: &str| is_new("Cargo.toml", &format!("{OLD}{line}\n"));
        assert!(!is_new("Cargo.toml", &OLD.replace('1', "2")));
        assert!(!with("b = { path = \"src/b\" }"));
        assert!(!with("more = { package = \"serde\", version = \"1\" }"));
        assert!(with("rand = \"1\""));
        let local = project();
        let local = local.change(&[("src/c/Cargo.toml", OURS)]);
        assert_eq!(local.kinds(), ["new-crate"]);
    }

    #[test]
    fn no_spelling_hides_a_crate() {
        let with = |text: &str| is_new("Cargo.toml", &format!("{OLD}{text}\n"));
        for text in [
            "evil = \"1.0\" # path = none",
            "\"evil\" = \"1\" # workspace = true",
            "ours2 = { path = \"../outside\" }",
            "ours2 = { path = \"src/nothing\" }",
            "ours2 = { path = \"src/b\", git = \"https://example.com/b\" }",
            "serde_ok = { package = \"evil\", version = \"1\" }",
            "serde1 = { package = \"serde\", git = \"https://example.com/serde\" }",
            "serde1 = { package = \"serde\", version = \"1\", registry = \"mine\" }",
            "[patch.crates-io]\nserde = { git = \"https://example.com/serde\" }",
            "[replace]\n\"serde:1.0.0\" = { git = \"https://example.com/serde\" }",
            "[target.'cfg(unix)'.dependencies]\nevil = \"1\"",
            "[target.x86_64-unknown-linux-gnu.build-dependencies.evil]\nversion = \"1\"",
            "[dev_dependencies]\nevil = '''1'''",
        ] {
            assert!(with(text), "{text}");
        }
        let other = OLD.replace(
            "serde = \"1\"",
            "serde = { package = \"evil\", version = \"1\" }",
        );
        assert!(is_new("Cargo.toml", &other));
        assert!(is_new("Cargo.toml", "[dependencies\n"));
    }

    #[test]
    fn the_lock_file_counts() {
        let crates = "registry+https://github.com/rust-lang/crates.io-index";
        let lock = |name: &str, source: &str| {
            let source = format!("name = \"{name}\"\nversion = \"2.0.0\"\nsource = \"{source}\"");
            is_new("Cargo.lock", &format!("[[package]]\n{source}\n"))
        };
        assert!(!lock("serde", crates));
        assert!(lock("evil", crates));
        assert!(lock("serde", "git+https://example.com/serde#1234"));
        assert!(!is_new(
            "Cargo.lock",
            "[[package]]\nname = \"ours\"\nversion = \"1.0.0\"\n"
        ));
    }

    #[test]
    fn a_crate_that_moves_in_is_new() {
        let project = project();
        let moved = project.moved("docs/crate.txt", "src/c/Cargo.toml");
        assert_eq!(moved.kinds(), ["new-crate"]);
        let within = project.moved("src/b/Cargo.toml", "src/c/Cargo.toml");
        assert!(within.kinds().is_empty());
    }
}
