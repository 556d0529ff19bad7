//! What a `Cargo.toml` names of others' code, and a `Cargo.lock` with it. Reads one file; compares nothing.

use crate::yaml::Node;
use std::collections::BTreeSet;

/// Where crates come from if nothing else is said.
pub const REGISTRY: &str = "crates.io";

/// A crate of others.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// Its own name, whatever the manifest calls it.
    pub name: String,
    pub source: String,
    pub line: usize,
}

impl Dependency {
    pub fn key(&self) -> (String, String) {
        (self.name.clone(), self.source.clone())
    }
}

pub fn is_manifest(path: &str) -> bool {
    path.rsplit('/').next() == Some("Cargo.toml")
}

pub fn is_lock(path: &str) -> bool {
    path.rsplit('/').next() == Some("Cargo.lock")
}

const TABLES: &[&str] = &[
    "dependencies",
    "dev-dependencies",
    "dev_dependencies",
    "build-dependencies",
    "build_dependencies",
];

/// What a manifest names, but what it takes from the workspace and what lies in the repository: `files` are all paths there.
pub fn dependencies(path: &str, manifest: &Node, files: &BTreeSet<String>) -> Vec<Dependency> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for table in tables(manifest) {
        for entry in table.entries() {
            let of = |key: &str| entry.value.get(key).and_then(Node::text);
            let inherited = entry.value.get("workspace").map(Node::to_json) == Some(true.into());
            let path = of("path");
            let ours = |path: &str| {
                inside(folder, path).is_some_and(|at| files.contains(&format!("{at}Cargo.toml")))
            };
            if inherited || (of("git").is_none() && path.is_some_and(ours)) {
                continue;
            }
            let source = if let Some(git) = of("git") {
                format!("git+{git}")
            } else if let Some(registry) = of("registry-index").or(of("registry")) {
                format!("registry+{registry}")
            } else {
                path.map_or(REGISTRY.to_owned(), |path| format!("path+{path}"))
            };
            // [replace] has `name:version`, with the source before a `#`
            let key = entry.key.rsplit('#').next().unwrap_or_default();
            let key = key.split(':').next().unwrap_or_default();
            found.push(Dependency {
                name: of("package").unwrap_or(key).to_owned(),
                source,
                line: entry.at.line,
            });
        }
    }
    found
}

/// All tables of a manifest that name crates.
fn tables(manifest: &Node) -> Vec<&Node> {
    let mut found: Vec<&Node> = Vec::new();
    let targets = manifest.get("target").map(Node::entries);
    let places = targets.unwrap_or_default().iter().map(|t| &t.value);
    for place in places.chain([manifest]).chain(manifest.get("workspace")) {
        found.extend(TABLES.iter().filter_map(|name| place.get(name)));
    }
    let patches = manifest.get("patch").map(Node::entries);
    found.extend(patches.unwrap_or_default().iter().map(|p| &p.value));
    found.extend(manifest.get("replace"));
    found
}

/// A path seen from a folder, with a `/` at its end, if it does not leave the repository.
fn inside(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in path.split('/').filter(|p| !p.is_empty() && *p != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.iter().map(|part| format!("{part}/")).collect())
}

/// The packages of a lock file that are not ours.
pub fn locked(lock: &Node) -> Vec<Dependency> {
    let packages = lock.get("package").map(Node::items).unwrap_or_default();
    let read = |package: &Node| {
        let source = package.get("source").and_then(Node::text)?;
        let known = ["github.com/rust-lang/crates.io-index", "index.crates.io/"];
        let registry = known.iter().any(|r| {
            let url = source.split_once("+https://").map(|(_, url)| url);
            url == Some(*r)
        });
        let source = if registry { REGISTRY } else { source };
        Some(Dependency {
            name: package.get("name").and_then(Node::text)?.to_owned(),
            // a commit of a repository is no other source
            source: source.split(['#', '?']).next()?.to_owned(),
            line: package.at.line,
        })
    };
    packages.iter().filter_map(read).collect()
}
