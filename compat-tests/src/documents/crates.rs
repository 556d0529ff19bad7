//! The map of the crates, drawn from `cargo metadata`, and what each is.

use super::root;
use anyhow::Result;
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// One crate of the workspace.
pub struct Crate {
    package: String,
    library: String,
    /// Below the workspace.
    pub folder: String,
    says: String,
    uses: BTreeSet<String>,
}

/// Every crate.
pub fn workspace() -> Result<Vec<Crate>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let names: BTreeSet<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    let crates = metadata.packages.iter().map(|p| {
        let library = p.targets.iter().find(|t| t.is_lib()).or(p.targets.first());
        let normal = p
            .dependencies
            .iter()
            .filter(|d| d.kind != DependencyKind::Development);
        let folder = p
            .manifest_path
            .parent()
            .map(|f| f.as_str())
            .unwrap_or_default();
        Crate {
            package: p.name.to_string(),
            library: library.map_or_else(String::new, |t| t.name.replace('-', "_")),
            folder: folder
                .strip_prefix(metadata.workspace_root.as_str())
                .unwrap_or(folder)
                .trim_start_matches('/')
                .to_owned(),
            says: p
                .description
                .clone()
                .unwrap_or_default()
                .trim_end_matches('.')
                .to_owned(),
            uses: normal
                .map(|d| d.name.clone())
                .filter(|name| names.contains(name.as_str()) && *name != *p.name)
                .collect(),
        }
    });
    Ok(crates.collect())
}

/// How far a crate is from one that uses none of ours.
fn height(crates: &[Crate], of: &Crate) -> usize {
    let below = crates.iter().filter(|c| of.uses.contains(&c.package));
    below.map(|c| height(crates, c) + 1).max().unwrap_or(0)
}

/// Whether `from` reaches `to` otherwise than directly.
fn indirectly(crates: &[Crate], from: &Crate, to: &str) -> bool {
    let mut others = crates
        .iter()
        .filter(|c| from.uses.contains(&c.package) && c.package != to);
    others.any(|c| c.uses.contains(to) || indirectly(crates, c, to))
}

/// Map and table.
pub fn map() -> Result<String> {
    let mut all = workspace()?;
    let heights: BTreeMap<String, usize> = all
        .iter()
        .map(|c| (c.package.clone(), height(&all, c)))
        .collect();
    all.sort_by_key(|c| (heights.get(&c.package).copied(), c.folder.clone()));
    let mut out = String::from("```mermaid\nflowchart BT\n");
    for from in &all {
        for to in all.iter().filter(|to| from.uses.contains(&to.package)) {
            if !indirectly(&all, from, &to.package) {
                let _ = writeln!(out, "    {} --> {}", from.library, to.library);
            }
        }
    }
    out.push_str("```\nArrows that follow from others are left out.\n\n| crate | folder | what it is |\n|---|---|---|\n");
    for c in &all {
        let _ = writeln!(out, "| `{}` | `{}` | {} |", c.library, c.folder, c.says);
    }
    Ok(out)
}
