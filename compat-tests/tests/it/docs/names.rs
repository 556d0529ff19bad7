//! Names in backquotes: files and folders of the repository, and items of our crates, exist.

use super::{all, nothing};
use compat_tests::documents::root;
use contract::OPERATIONS;
use regex::Regex;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Library → its sources.
fn libraries() -> BTreeMap<String, PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let mut out = BTreeMap::new();
    for package in &metadata.packages {
        let folder = package.manifest_path.parent().unwrap().join("src");
        for target in package.targets.iter().filter(|t| t.is_lib()) {
            out.insert(target.name.replace('-', "_"), folder.clone().into());
        }
    }
    out
}

fn text_of(folder: &Path) -> String {
    let mut out = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out += &text_of(&path);
        } else {
            out += &std::fs::read_to_string(path).unwrap_or_default();
        }
    }
    out
}

/// `crate::module::item`: the module is a file, the item a word in it.
fn missing_item(code: &str, libraries: &BTreeMap<String, PathBuf>) -> Option<String> {
    let segments: Vec<&str> = code.split("::").collect();
    let (library, rest) = segments.split_first()?;
    let sources = libraries.get(*library)?;
    let mut place = sources.clone();
    for (i, segment) in rest.iter().enumerate() {
        let segment = segment.trim_end_matches('!');
        let (file, folder) = (place.join(format!("{segment}.rs")), place.join(segment));
        if folder.is_dir() {
            place = folder;
            continue;
        }
        if file.exists() {
            place = file;
            continue;
        }
        let generated = *library == "contract" && OPERATIONS.iter().any(|op| op.id == segment);
        let text = if place.is_dir() {
            text_of(&place)
        } else {
            std::fs::read_to_string(&place).unwrap()
        };
        let known = Regex::new(&format!(r"\b{segment}\b"))
            .unwrap()
            .is_match(&text);
        if !known && !generated {
            return Some(format!(
                "{} has no {segment}",
                [&[*library], &rest[..i]].concat().join("::")
            ));
        }
    }
    None
}

/// A path below the workspace, up to the first part that stands for others.
fn missing_path(code: &str) -> Option<String> {
    let mut path = root();
    for part in code.trim_end_matches('/').split('/') {
        let stands_for_others =
            part.contains(['<', '*', '{']) || part.contains("NAME") || part == "..." || part == "…";
        if stands_for_others {
            break;
        }
        path.push(part);
    }
    (!path.exists()).then(|| {
        format!(
            "{} is not there",
            path.strip_prefix(root()).unwrap().display()
        )
    })
}

/// The first part of paths that are checked; `target` and places of others are not.
const TOP: &[&str] = &[
    "src",
    "docs",
    "spec",
    "codegen",
    "compat-tests",
    "migrations",
    "scripts",
    ".ci",
    ".cargo",
    ".governance",
    ".github",
];

#[test]
fn names_exist() {
    let libraries = libraries();
    let item = Regex::new(r"^[a-z_]+(::[A-Za-z_]+!?)+$").unwrap();
    let path = Regex::new(r"^[A-Za-z0-9_.<>*{}/…-]+$").unwrap();
    let mut wrong = Vec::new();
    let mut seen = (0, 0);
    for document in all()
        .iter()
        .filter(|d| !d.path.starts_with("docs/templates"))
    {
        for (number, code) in document.quoted() {
            let plain = code.trim_end_matches("()");
            let missing = if item.is_match(plain) {
                seen.0 += 1;
                missing_item(plain, &libraries)
            } else if path.is_match(&code)
                && code
                    .split_once('/')
                    .is_some_and(|(top, _)| TOP.contains(&top))
            {
                seen.1 += 1;
                missing_path(&code)
            } else {
                None
            };
            if let Some(missing) = missing {
                wrong.push(format!("{}:{number}: `{code}`: {missing}", document.path));
            }
        }
    }
    assert!(
        seen.0 > 10 && seen.1 > 50,
        "too few names are found: {seen:?}"
    );
    nothing(wrong);
}

#[test]
fn missing_names_are_found() {
    let libraries = libraries();
    for (code, good) in [
        ("store::posts", true),
        ("domain::posts::create", true),
        ("contract::CreatePost", true),
        ("store::contract_test!", true),
        ("serde_json::Value", true),
        ("store::parrots", false),
        ("domain::posts::juggle", false),
    ] {
        assert_eq!(missing_item(code, &libraries).is_none(), good, "{code}");
    }
    for (code, good) in [
        ("spec/access/<tag>.yaml", true),
        ("src/api/src/posts.rs", true),
        ("docs/specs/NAME.md", true),
        ("src/api/src/parrots.rs", false),
        ("spec/excess/<tag>.yaml", false),
    ] {
        assert_eq!(missing_path(code).is_none(), good, "{code}");
    }
}
