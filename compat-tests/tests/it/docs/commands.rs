//! Commands in the documents: shell, packages, subcommands, options and scripts have to exist. A command in backquotes is
//! checked like a block. Which are run is in `coverage`.

use super::{Document, all, nothing};
use compat_tests::documents::root;
use regex::Regex;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Package → folder, of the workspace.
fn packages() -> BTreeMap<String, PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let folder = |p: &cargo_metadata::Package| p.manifest_path.parent().unwrap().into();
    metadata
        .packages
        .iter()
        .map(|p| (p.name.to_string(), folder(p)))
        .collect()
}

fn sources(folder: &Path) -> String {
    let mut out = String::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return out;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out += &sources(&path);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out += &std::fs::read_to_string(path).unwrap();
        }
    }
    out
}

fn word(text: &str, word: &str) -> bool {
    Regex::new(&format!(r"\b{}\b", regex::escape(word)))
        .unwrap()
        .is_match(text)
}

/// Whether a program takes the option or subcommand, as clap or its own parser knows it.
fn takes(source: &str, argument: &str) -> bool {
    if source.contains(&format!("\"{argument}\"")) {
        return true;
    }
    if let Some(option) = argument.strip_prefix("--") {
        return word(source, &option.replace('-', "_"));
    }
    let variant: String = argument
        .split('-')
        .map(|part| part[..1].to_uppercase() + &part[1..])
        .collect();
    Regex::new(&format!(r"(?m)^ +{variant}( \{{|,|\()"))
        .unwrap()
        .is_match(source)
}

/// What is wrong with one command line.
fn check(line: &str, packages: &BTreeMap<String, PathBuf>) -> Option<String> {
    let line = line.split(" #").next().unwrap_or_default();
    let line = line.replace("eval \"$(", "").replace(")\"", "");
    let words: Vec<&str> = line
        .split_whitespace()
        .skip_while(|w| w.contains('='))
        .collect();
    let (first, rest) = words.split_first()?;
    if first.starts_with("scripts/") || first.starts_with(".ci/") {
        return script(first, rest);
    }
    if *first != "cargo" {
        let known = ["git", "export"].contains(first);
        return (!known).then(|| format!("`{first}` is no command the documents may use"));
    }
    let at = rest.iter().position(|w| *w == "--").unwrap_or(rest.len());
    let (cargo, arguments) = (&rest[..at], rest.get(at + 1..).unwrap_or_default());
    let after = |option: &str| {
        cargo
            .iter()
            .position(|w| *w == option)
            .and_then(|i| cargo.get(i + 1))
    };
    let subcommand = cargo.first()?;
    if ![
        "run", "test", "build", "check", "clippy", "fmt", "update", "deny", "audit",
    ]
    .contains(subcommand)
    {
        return Some(format!("cargo {subcommand} is not known here"));
    }
    let package = after("-p").copied().unwrap_or("rustchat");
    let Some(folder) = packages.get(package) else {
        return Some(format!("no package {package}"));
    };
    if let Some(name) = after("--test") {
        let tests = folder.join("tests");
        if !tests.join(format!("{name}.rs")).exists() && !tests.join(name).join("main.rs").exists()
        {
            return Some(format!("{package} has no test {name}"));
        }
    }
    if *subcommand != "run" {
        return None;
    }
    let source = sources(&folder.join("src"));
    let options = arguments.iter().filter(|a| a.starts_with("--"));
    let bare = arguments.first().filter(|a| !a.starts_with('-'));
    let unknown = options
        .chain(bare)
        .find(|argument| !takes(&source, argument))?;
    Some(format!("{package} does not take {unknown}"))
}

fn script(name: &str, arguments: &[&str]) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let file = root().join(name);
    let Ok(text) = std::fs::read_to_string(&file) else {
        return Some(format!("{name} is not there"));
    };
    if file.metadata().unwrap().permissions().mode() & 0o111 == 0 {
        return Some(format!("{name} cannot be run"));
    }
    let plain = |a: &&&str| !a.contains(['/', '>', '$']);
    let unknown = arguments
        .iter()
        .filter(plain)
        .find(|a| !text.contains(**a))?;
    Some(format!("{name} does not take {unknown}"))
}

fn parses(text: &str) -> bool {
    let mut bash = Command::new("bash")
        .arg("-n")
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut bash.stdin.take().unwrap(), text.as_bytes()).unwrap();
    bash.wait().unwrap().success()
}

/// Every command of a document with its line.
pub fn lines(document: &Document) -> Vec<(usize, String)> {
    let fences = document
        .fences()
        .into_iter()
        .filter(|f| f.words == "sh" || f.words == "sh run");
    let mut out: Vec<(usize, String)> = Vec::new();
    for fence in fences {
        let found = fence
            .text
            .lines()
            .enumerate()
            .map(|(i, l)| (fence.line + i, l.to_owned()));
        out.extend(found.filter(|(_, l)| !l.is_empty() && !l.starts_with('#')));
    }
    let inline = document.quoted().into_iter();
    out.extend(inline.filter(|(_, code)| {
        code.starts_with("cargo ") || (code.starts_with("scripts/") && !code.contains('<'))
    }));
    out
}

/// Runs a command as a person would, in the workspace; what it said, if it failed.
pub fn run(text: &str) -> Result<(), String> {
    // this very program need not be built again
    let ours = concat!("'", env!("CARGO_BIN_EXE_compat-tests"), "' ");
    let text = text.replace("cargo run -p compat-tests -- ", ours);
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &text])
        .current_dir(root());
    // what cargo tells of the crate under test is not for other crates
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            bash.env_remove(name);
        }
    }
    let output = bash.output().map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn commands_exist() {
    let packages = packages();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for document in all() {
        for fence in document.fences() {
            let place = format!("{}:{}", document.path, fence.line);
            if fence.words.is_empty() {
                wrong.push(format!(
                    "{place}: a block says what it is (sh, rust, yaml, text)"
                ));
            }
            if fence.words.starts_with("sh") && !parses(&fence.text) {
                wrong.push(format!("{place}: the shell does not take this"));
            }
        }
        for (number, line) in lines(&document) {
            seen += 1;
            if let Some(what) = check(&line, &packages) {
                wrong.push(format!("{}:{number}: {line}: {what}", document.path));
            }
        }
    }
    assert!(seen > 30, "only {seen} commands are found");
    nothing(wrong);
}

#[test]
fn mistakes_in_commands_are_found() {
    let packages = packages();
    for (line, what) in [
        (
            "cargo run -p compat-tests -- replay --engine both posts",
            None,
        ),
        ("cargo run -- --client DIR", None),
        ("cargo run -- db migrate", None),
        ("eval \"$(scripts/postgres.sh start)\"   # a comment", None),
        (
            "cargo run -p compat-tests -- replya",
            Some("compat-tests does not take replya"),
        ),
        (
            "cargo run -p compat-tests -- replay --motor",
            Some("compat-tests does not take --motor"),
        ),
        (
            "cargo run -p compat-test -- replay",
            Some("no package compat-test"),
        ),
        (
            "cargo test -p compat-tests --test that",
            Some("compat-tests has no test that"),
        ),
        ("scripts/nothing", Some("scripts/nothing is not there")),
        (
            "scripts/release publish",
            Some("scripts/release does not take publish"),
        ),
        (
            "rm -rf target",
            Some("`rm` is no command the documents may use"),
        ),
    ] {
        assert_eq!(check(line, &packages).as_deref(), what, "{line}");
    }
}
