//! Kinds that are lines matching a pattern in some files.

use super::Found;
use crate::change::{Change, Changed, Line};
use crate::policy::{Kind, Side};
use anyhow::Result;
use regex::Regex;

pub fn find(kind: &Kind, change: &Change) -> Result<Vec<Found>> {
    let pattern = Regex::new(kind.lines.as_deref().unwrap_or("$^"))?;
    let mut found = Vec::new();
    for file in &change.files {
        for (path, line) in lines(kind, change, file)? {
            let side = if line.added {
                Side::Added
            } else {
                Side::Removed
            };
            if (kind.side == Side::Both || kind.side == side) && pattern.is_match(&line.text) {
                found.push(Found {
                    path: path.to_owned(),
                    line: line.number,
                    what: format!("`{}`", line.text.trim()),
                });
            }
        }
    }
    Ok(found)
}

/// The changed lines of a file that a kind looks at. A file that comes to where it looks from elsewhere is new to it as a
/// whole, and one that leaves is gone.
fn lines<'a>(kind: &Kind, change: &Change, file: &'a Changed) -> Result<Vec<(&'a str, Line)>> {
    let (path, old) = (file.path.as_str(), file.from.as_deref());
    let here = kind.files.has(path);
    let there = old.is_none_or(|old| kind.files.has(old));
    let (path, lines) = match (here, there, old) {
        (true, true, _) => (path, change.lines(file)?.to_vec()),
        (true, false, _) => (path, change.whole(path, true)?),
        (false, true, Some(old)) => (old, change.whole(old, false)?),
        _ => return Ok(Vec::new()),
    };
    Ok(lines.into_iter().map(|line| (path, line)).collect())
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn unsafe_code_is_seen() {
        let project = Project::new(&[]);
        let code = project.change(&[("src/store/src/x.rs", "fn f() {\n    unsafe { g() }\n}\n")]);
        assert_eq!(code.kinds(), ["unsafe-code"]);
        assert_eq!(code.tier(), "architectural");
        let plain = project.change(&[("src/store/src/x.rs", "//! not unsafe at all\n")]);
        assert!(plain.kinds().is_empty());
    }

    #[test]
    fn moving_a_file_to_where_a_kind_looks_brings_all_of_it() {
        let code = "//! x\nfn f() {\n    unsafe { g() }\n}\n";
        let project = Project::new(&[
            ("docs/zz.txt", code),
            ("docs/plain.txt", "//! plain\nfn f() {}\nfn g() {}\n"),
            (
                "src/store/src/x.rs",
                &code.replace("//! x", "//! another one"),
            ),
        ]);
        let moved = project.moved("docs/zz.txt", "src/store/src/zz.rs");
        assert_eq!(moved.kinds(), ["unsafe-code"]);
        let plain = project.moved("docs/plain.txt", "src/store/src/plain.rs");
        assert!(plain.kinds().is_empty());
        let within = project.moved("src/store/src/x.rs", "src/store/src/y.rs");
        assert!(within.kinds().is_empty());
    }

    #[test]
    fn attributes_and_odd_bytes_hide_nothing() {
        let project = Project::new(&[("src/store/src/x.rs", "//! x\n")]);
        let code = "//! x\n// \0\nfn f() {\n    unsafe { g() }\n}\n";
        let nul = project.change(&[("src/store/src/x.rs", code)]);
        assert_eq!(nul.kinds(), ["unsafe-code"]);
        let attributes = [
            (".gitattributes", "*.rs -diff -text binary\n"),
            ("src/store/src/x.rs", code),
        ];
        let hidden = project.change(&attributes).kinds();
        assert!(hidden.contains(&"unsafe-code".to_owned()));
    }

    #[test]
    fn no_spelling_hides_a_line() {
        let project = Project::new(&[]);
        for (path, text, kind) in [
            ("src/a/src/x.rs", "unsafe\n{ f() }\n", "unsafe-code"),
            (
                "src/a/src/x.rs",
                "let a = unsafe\n{ f() };\n",
                "unsafe-code",
            ),
            ("src/a/src/x.rs", "unsafe /**/ { f() }\n", "unsafe-code"),
            ("src/a/src/x.rs", "#[unsafe(no_mangle)]\n", "unsafe-code"),
            (
                "compat-tests/src/x.rs",
                "unsafe trait A {}\n",
                "unsafe-code",
            ),
            ("src/a/src/x.rs", "#![allow(dead_code)]\n", "lint-silenced"),
            ("src/a/src/x.rs", "# [\n    allow(\n", "lint-silenced"),
            (
                "src/a/src/x.rs",
                "#[cfg_attr(all(), allow(clippy::all))]\n",
                "lint-silenced",
            ),
            (
                "src/a/build.rs",
                "#[expect(unused, reason = \"x\")]\n",
                "lint-silenced",
            ),
            ("src/a/.cargo/config.toml", "[build]\n", "build-settings"),
            ("rust-toolchain", "nightly\n", "build-settings"),
            (
                ".gitattributes",
                "*.rs linguist-generated\n",
                "build-settings",
            ),
            (
                "compat-tests/clients/js/package.json",
                "{}\n",
                "test-packages",
            ),
        ] {
            let change = project.change(&[(path, text)]);
            assert_eq!(change.kinds(), [kind], "{text}");
            assert_ne!(change.tier(), "standard");
        }
        let fine =
            "// unsafe\nlet a = b.expect(c);\nlet unsafe_name = allow(&a);\n.expect(\n\"x\");\n";
        assert!(
            project
                .change(&[("src/a/src/x.rs", fine)])
                .kinds()
                .is_empty()
        );
    }
}
