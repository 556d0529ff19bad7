//! New code of others, and new crates of ours, seen in `Cargo.toml` files. Reads the tables it needs, line by line.

use super::Found;
use crate::change::{Change, Changed};
use anyhow::Result;
use std::collections::BTreeMap;

/// Crates of others that no changed manifest named before.
pub fn new_dependencies(change: &Change) -> Result<Vec<Found>> {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    for file in change.files.iter().filter(|f| is_manifest(f)) {
        if let Some(text) = file
            .old_path()
            .map(|p| change.text_before(p))
            .transpose()?
            .flatten()
        {
            named(&text, &mut before, &file.path);
        }
        if let Some(text) = change.text_after(&file.path)? {
            named(&text, &mut after, &file.path);
        }
    }
    let new = after
        .into_iter()
        .filter(|(name, _)| !before.contains_key(name));
    Ok(new
        .map(|(name, (path, line))| Found {
            path,
            line,
            what: name,
        })
        .collect())
}

pub fn new_crates(change: &Change) -> Vec<Found> {
    let new = change
        .files
        .iter()
        .filter(|f| is_manifest(f) && f.is_new() && f.path != "Cargo.toml");
    new.map(|f| Found {
        path: f.path.clone(),
        line: 1,
        what: f.path.trim_end_matches("/Cargo.toml").to_owned(),
    })
    .collect()
}

fn is_manifest(file: &Changed) -> bool {
    file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml")
}

/// Names under the dependency tables of a manifest, but those of the workspace: `x.workspace = true` names nothing new,
/// `x = { path = … }` is ours.
fn named(manifest: &str, into: &mut BTreeMap<String, (String, usize)>, path: &str) {
    let mut section = String::new();
    for (i, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.split(']').next().unwrap_or_default().to_owned();
            // [dependencies.name]
            if let Some((table, name)) = section
                .rsplit_once('.')
                .filter(|(t, _)| t.ends_with("dependencies"))
            {
                let _ = table;
                into.entry(name.to_owned())
                    .or_insert((path.to_owned(), i + 1));
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let ours = value.contains("path =")
            || key.contains(".workspace")
            || value.contains("workspace = true");
        if section.ends_with("dependencies") && !ours {
            let name = key.trim().trim_matches('"').to_owned();
            into.entry(name).or_insert((path.to_owned(), i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn only_what_is_new_counts() {
        let old = "[workspace.dependencies]\nserde = \"1\"\nours = { path = \"ours\" }\n";
        let project = Project::new(&[("Cargo.toml", old)]);
        let newer = project.change(&[(
            "Cargo.toml",
            "[workspace.dependencies]\nserde = \"2\"\nours = { path = \"o\" }\n",
        )]);
        assert!(!newer.kinds().contains(&"new-dependency".to_owned()));
        let more = project.change(&[(
            "Cargo.toml",
            "[workspace.dependencies]\nserde = \"1\"\nrand = \"1\"\n",
        )]);
        assert!(more.kinds().contains(&"new-dependency".to_owned()));
        let local = project.change(&[(
            "src/a/Cargo.toml",
            "[dependencies]\nserde.workspace = true\n",
        )]);
        assert_eq!(local.kinds(), ["new-crate"]);
    }
}
