//! Lists of files with what each says of itself: tests and scripts.

use super::crates::workspace;
use super::root;
use anyhow::Result;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What the first comment of a file says, up to the end of its first sentence.
fn first_words(text: &str, marker: &str) -> String {
    let lines = text
        .lines()
        .skip_while(|l| !l.starts_with(marker) || l.starts_with("#!"));
    // what is set in further is no sentence but how to call it
    let deeper = format!("{marker}   ");
    let words: Vec<&str> = lines
        .take_while(|l| l.starts_with(marker) && !l.starts_with(&deeper))
        .map(|l| l.trim_start_matches(marker).trim())
        .take_while(|l| !l.is_empty())
        .collect();
    let said = words.join(" ");
    let end = said.find(". ").or_else(|| said.find("; "));
    said[..end.unwrap_or(said.len())]
        .trim_end_matches(['.', ':'])
        .replace('|', "/")
}

fn listed(files: &[PathBuf], marker: &str) -> Result<String> {
    let mut out = String::from("| file | what it is |\n|---|---|\n");
    for file in files {
        let text = std::fs::read_to_string(root().join(file))?;
        let _ = writeln!(
            out,
            "| `{}` | {} |",
            file.display(),
            first_words(&text, marker)
        );
    }
    Ok(out)
}

fn files_in(folder: &str, keep: fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(root().join(folder))? {
        let entry = entry?;
        let path = entry.path();
        let inner = path.join("mod.rs");
        let file = Path::new(folder).join(entry.file_name());
        if path.is_file() && keep(&path) {
            out.push(file);
        } else if inner.is_file() && keep(&inner) {
            out.push(file.join("mod.rs"));
        }
    }
    out.sort();
    Ok(out)
}

/// Integration tests of all crates.
pub fn tests() -> Result<String> {
    let mut files = Vec::new();
    for package in workspace()? {
        let folder = format!("{}/tests", package.folder);
        let inner = format!("{folder}/it");
        let folder = if root().join(&inner).is_dir() {
            inner
        } else {
            folder
        };
        if root().join(&folder).is_dir() {
            let found = files_in(&folder, |p| p.extension().is_some_and(|e| e == "rs"))?;
            files.extend(found.into_iter().filter(|f| !f.ends_with("it/main.rs")));
        }
    }
    listed(&files, "//!")
}

/// `scripts/`.
pub fn scripts() -> Result<String> {
    let files = files_in("scripts", |_| true)?;
    listed(&files, "#")
}
