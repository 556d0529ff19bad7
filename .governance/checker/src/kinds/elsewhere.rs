//! Code that is compiled from where nobody looks for it: included files, modules and targets with a path of their own.

use super::Found;
use super::manifests::is_manifest;
use crate::change::{Change, Changed, Line};
use crate::toml_file;
use crate::yaml::Node;
use anyhow::Result;
use regex::Regex;

/// `include!` of what the build made is the one use the house has.
const BUILT: &str = "OUT_DIR";
const CODE: &str = r###"\binclude\s*!\s*([\(\[\{]|$)|#!?\s*\[\s*path\s*=|\bcfg_attr\b.*\bpath\s*=|^\s*path\s*=\s*r?#*"[^"]*"#*\s*\)*\]?\s*$"###;

pub fn found(change: &Change) -> Result<Vec<Found>> {
    let pattern = Regex::new(CODE)?;
    let mut found = Vec::new();
    for file in change.files.iter().filter(|f| f.is_there()) {
        let path = file.path.as_str();
        if path.ends_with(".rs") {
            for line in lines(change, file)? {
                let odd = line.added && pattern.is_match(&line.text);
                if odd && !line.text.contains(BUILT) {
                    found.push(at(path, line.number, line.text.trim()));
                }
            }
        } else if is_manifest(path) {
            let old = file.old_path().filter(|p| is_manifest(p));
            let before = old.map(|p| change.text_before(p)).transpose()?.flatten();
            let before = targets(before.as_deref());
            let after = targets(change.text_after(path)?.as_deref());
            for (target, line) in after {
                if !before.iter().any(|(known, _)| *known == target) {
                    found.push(at(path, line, &target));
                }
            }
        }
    }
    Ok(found)
}

fn at(path: &str, line: usize, what: &str) -> Found {
    Found {
        path: path.to_owned(),
        line,
        what: format!("`{what}`"),
    }
}

fn lines(change: &Change, file: &Changed) -> Result<Vec<Line>> {
    match file.old_path().is_none_or(|old| old.ends_with(".rs")) {
        true => Ok(change.lines(file)?.to_vec()),
        false => change.whole(&file.path, true),
    }
}

/// Where a manifest says that code lies other than where cargo looks by itself.
fn targets(manifest: Option<&str>) -> Vec<(String, usize)> {
    let Some(node) = manifest.and_then(|text| toml_file::parse("", text).ok()) else {
        return Vec::new();
    };
    let mut paths: Vec<&Node> = Vec::new();
    paths.extend(node.get("package").and_then(|p| p.get("build")));
    paths.extend(node.get("lib").and_then(|l| l.get("path")));
    for list in ["bin", "test", "bench", "example"] {
        let items = node.get(list).map(Node::items).unwrap_or_default();
        paths.extend(items.iter().filter_map(|i| i.get("path")));
    }
    let usual = |path: &str| {
        let here = !path.starts_with('/') && !path.split('/').any(|part| part == "..");
        here && path.ends_with(".rs")
    };
    let named = paths.iter().filter_map(|p| Some((p.text()?, p.at.line)));
    named
        .filter(|(path, _)| !usual(path))
        .map(|(path, line)| (path.to_owned(), line))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn code_has_to_lie_where_it_is_looked_for() {
        let project = Project::new(&[]);
        for (path, text) in [
            ("src/a/src/lib.rs", "include!(\"../../../docs/a.txt\");\n"),
            ("src/a/src/lib.rs", "include!\n(\"a.snap\");\n"),
            (
                "src/a/src/lib.rs",
                "#[path = \"../../../docs/a.rs\"]\nmod a;\n",
            ),
            (
                "src/a/src/lib.rs",
                "#[cfg_attr(all(), path = \"a.txt\")]\nmod a;\n",
            ),
            ("src/a/src/lib.rs", "#[\n    path = \"a.txt\"\n]\nmod a;\n"),
        ] {
            let change = project.change(&[(path, text)]);
            assert_eq!(change.kinds(), ["code-elsewhere"], "{text}");
            assert_eq!(change.tier(), "architectural");
        }
        let fine = "include!(concat!(env!(\"OUT_DIR\"), \"/a.rs\"));\nconst A: &str = include_str!(\"a.txt\");\nlet path = \"x\";\n";
        let fine = project.change(&[("src/a/src/lib.rs", fine)]);
        assert!(fine.kinds().is_empty());
    }

    #[test]
    fn so_has_a_target() {
        let crate_ = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";
        let project = Project::new(&[("src/a/Cargo.toml", crate_)]);
        let with = |text: &str| {
            let text = format!("{crate_}{text}\n");
            project
                .change(&[("src/a/Cargo.toml", text.as_str())])
                .kinds()
        };
        assert_eq!(
            with("[lib]\npath = \"../../docs/a.rs\""),
            ["code-elsewhere"]
        );
        assert_eq!(
            with("[[bin]]\nname = \"b\"\npath = \"src/b.txt\""),
            ["code-elsewhere"]
        );
        assert!(with("[[bin]]\nname = \"b\"\npath = \"src/main.rs\"").is_empty());
    }
}
