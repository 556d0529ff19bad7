//! The generated parts of `docs/`: the map of the crates and where everything is. Each stands between two markers,
//! `<!-- NAME: begin -->` and `<!-- NAME: end -->`; `-- documents` writes them, a test says when one is out of date.

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};
use contract::OPERATIONS;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

type Block = (&'static str, &'static str, fn() -> Result<String>);

/// File, marker, and what stands there.
const BLOCKS: &[Block] = &[
    ("docs/architecture.md", "crates", crates),
    ("docs/repository-state.md", "areas", areas),
    ("docs/repository-state.md", "tests", tests),
    ("docs/repository-state.md", "scripts", scripts),
];

/// The workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Puts `new` between the markers of that name.
pub fn between(text: &str, name: &str, new: &str) -> Result<String> {
    let (begin, end) = (
        format!("<!-- {name}: begin -->"),
        format!("<!-- {name}: end -->"),
    );
    let (before, rest) = text.split_once(&begin).with_context(|| begin.clone())?;
    let (_, after) = rest.split_once(&end).with_context(|| end.clone())?;
    Ok(format!("{before}{begin}\n{new}{end}{after}"))
}

/// Every file with generated parts as it should be, and as it is.
pub fn files() -> Result<Vec<(&'static str, String, String)>> {
    let mut out: BTreeMap<&str, (String, String)> = BTreeMap::new();
    for (file, name, make) in BLOCKS {
        if !out.contains_key(file) {
            let text = std::fs::read_to_string(root().join(file)).context(*file)?;
            out.insert(file, (text.clone(), text));
        }
        if let Some((wanted, _)) = out.get_mut(file) {
            *wanted = between(wanted, name, &make()?).context(*file)?;
        }
    }
    Ok(out
        .into_iter()
        .map(|(f, (wanted, is))| (f, wanted, is))
        .collect())
}

/// Brings every file up to date.
pub fn write() -> Result<()> {
    for (file, wanted, is) in files()? {
        if wanted != is {
            std::fs::write(root().join(file), wanted).context(file)?;
            println!("{file} is new");
        }
    }
    Ok(())
}

/// One crate of the workspace.
struct Crate {
    package: String,
    library: String,
    folder: String,
    says: String,
    uses: BTreeSet<String>,
}

fn workspace() -> Result<Vec<Crate>> {
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

fn crates() -> Result<String> {
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

/// Modules of a crate by name, with their file below the workspace.
fn modules(krate: &str) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(root().join(krate))? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && path.join("mod.rs").exists() {
            out.insert(name.clone(), format!("{krate}/{name}/mod.rs"));
        } else if path.extension().is_some_and(|e| e == "rs") && name != "lib" {
            out.insert(name.clone(), format!("{krate}/{name}.rs"));
        }
    }
    Ok(out)
}

/// The modules of a lower crate that a file names.
fn named<'a>(text: &str, krate: &str, modules: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let mut words = BTreeSet::new();
    for (at, _) in text.match_indices(&format!("{krate}::")) {
        let rest = &text[at + krate.len() + 2..];
        let end = if rest.starts_with('{') {
            rest.find(';')
        } else {
            rest.find([':', ';', ',', ' ', '('])
        };
        let list = &rest[..end.unwrap_or(0)];
        words.extend(list.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()));
    }
    let known = modules.keys().map(String::as_str);
    known
        .filter(|m| words.contains(m) && !PLUMBING.contains(m))
        .collect()
}

/// Modules that nearly every handler names.
const PLUMBING: &[&str] = &["access", "app", "caller", "settings"];

fn areas() -> Result<String> {
    let (api, domain) = (modules("src/api/src")?, modules("src/domain/src")?);
    let store = modules("src/store/src")?;
    let mut tags: BTreeMap<&str, usize> = BTreeMap::new();
    for op in OPERATIONS {
        *tags.entry(op.tag).or_default() += 1;
    }
    let mut out = String::from(
        "| area | operations | handlers | rules in `src/domain/src` | rows in `src/store/src` |\n|---|--:|---|---|---|\n",
    );
    let mut without = Vec::new();
    for (tag, count) in tags {
        let Some(file) = api.get(tag) else {
            without.push(format!("{tag} ({count})"));
            continue;
        };
        let text = std::fs::read_to_string(root().join(file))?;
        let rules = named(&text, "domain", &domain);
        let mut rows: Vec<&str> = rules
            .iter()
            .copied()
            .filter(|r| store.contains_key(*r))
            .collect();
        if rows.is_empty() {
            rows.extend(store.get_key_value(tag).map(|(name, _)| name.as_str()));
        }
        let _ = writeln!(
            out,
            "| {tag} | {count} | [{}](../{file}) | {} | {} |",
            file_name(file),
            rules.join(", "),
            rows.join(", ")
        );
    }
    let _ = writeln!(
        out,
        "\nNo file of handlers, as every operation is pending, refused as without a licence, or routed by hand: {}.",
        without.join(", ")
    );
    Ok(out)
}

fn file_name(path: &str) -> &str {
    path.strip_prefix("src/api/src/").unwrap_or(path)
}

/// What the first comment of a file says, up to the end of its first sentence.
fn first_words(text: &str, marker: &str) -> String {
    let lines = text
        .lines()
        .skip_while(|l| !l.starts_with(marker) || l.starts_with("#!"));
    let words: Vec<&str> = lines
        .take_while(|l| l.starts_with(marker))
        .map(|l| l.trim_start_matches(marker).trim())
        .take_while(|l| !l.is_empty())
        .collect();
    let said = words.join(" ");
    let end = said.find(". ").or_else(|| said.find("; "));
    said[..end.unwrap_or(said.len())]
        .trim_end_matches('.')
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

fn tests() -> Result<String> {
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

fn scripts() -> Result<String> {
    let files = files_in("scripts", |_| true)?;
    listed(&files, "#")
}
