//! Files are what they look like: text that can be read, under names that cannot be mistaken for others. Links and
//! submodules bring in what no rule has looked at; a name in another case is another file here and the same one elsewhere.

use super::{Case, Finding, Rule};
use crate::change::Changed;
use crate::content;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

pub const RULE: Rule = Rule {
    id: "plain-files",
    asks: "Files are text in UTF-8 under plain names; no links, no submodules, nothing binary but where the policy has it.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let files = case.change.files.iter().filter(|f| f.is_there());
    let mut found = Vec::new();
    for file in files.clone() {
        let mut say = |line: usize, message: String, cure: &str| {
            found.push(Finding::new(&file.path, line, message, cure));
        };
        if let Some(what) = not_a_file(file) {
            say(1, what.to_owned(), "put the file itself here");
        } else if !case.policies.sizes.binary.has(&file.path)
            && let Some((line, what)) = content::odd(&case.change.git.blob(&file.after.id)?)
        {
            let message = format!("{what} in what is read as text");
            say(
                line,
                message,
                "write it as an escape (`\\u{0}`), or name its kind of file under `binary` of .governance/pr-size-limits.yml",
            );
        }
        if !is_plain(&file.path) {
            let cure = "use letters, digits and `_ . - + @ , = ~ { }` only";
            say(1, "not a plain name".to_owned(), cure);
        }
    }
    let moved = |f: &&Changed| f.old_path() != Some(f.path.as_str());
    let new: Vec<&str> = files.filter(moved).map(|f| f.path.as_str()).collect();
    if !new.is_empty() {
        let all = case.change.git.files(&case.change.head, "")?;
        found.extend(alike(&new, &all));
    }
    Ok(found)
}

fn not_a_file(file: &Changed) -> Option<&'static str> {
    match file.after.mode.as_str() {
        "120000" => Some("a symbolic link"),
        "160000" => Some("a submodule"),
        _ => None,
    }
}

fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-+@,=~{}".contains(c);
    path.split('/')
        .all(|part| part.chars().all(plain) && !part.ends_with('.') && !part.starts_with('~'))
}

/// New paths of which a folder or the name is there in another case.
fn alike(new: &[&str], all: &[String]) -> Vec<Finding> {
    let mut spellings: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for part in all.iter().flat_map(|path| parts(path)) {
        spellings
            .entry(part.to_lowercase())
            .or_default()
            .insert(part);
    }
    let mut found = Vec::new();
    for path in new {
        let other = parts(path).find_map(|part| {
            let known = spellings.get(&part.to_lowercase())?;
            known.iter().find(|other| **other != part)
        });
        if let Some(other) = other {
            let message = format!("`{other}` differs from it only in case");
            found.push(Finding::new(path, 1, message, "use one spelling"));
        }
    }
    found
}

/// `a/b/c` → `a`, `a/b`, `a/b/c`
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(i, _)| i);
    ends.chain([path.len()]).map(|end| &path[..end])
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    #[test]
    fn text_is_text() {
        let project = Project::new(&[]);
        let with = |path: &str, text: &str| -> bool {
            let change = project.change(&[(path, text)]);
            let said = change.by("maintainer").with(|v| {
                let mut of_rule = v.findings.iter().filter(|f| f.rule == "plain-files");
                of_rule.any(|f| f.path == path)
            });
            !said
        };
        assert!(with("src/domain/src/a.rs", "//! \u{e4}\r\n"));
        assert!(!with("src/domain/src/a.rs", "//! a\0\n"));
        assert!(!with("scripts/a", "echo\rrm\n"));
        assert!(with("docs/a.png", "\0"));
        assert!(!with("docs/a.md", "\0"));
        let latin = project.doing(|root| std::fs::write(root.join("a.rs"), b"// \xe4\n").unwrap());
        latin.by("maintainer").fails("plain-files", "a.rs");
    }

    #[test]
    fn links_and_submodules_are_none() {
        let project = Project::new(&[("docs/a.txt", "a\n")]);
        let link = project.doing(|root| symlink("docs/a.txt", root.join("a.rs")).unwrap());
        link.by("maintainer").fails("plain-files", "a.rs");
        let replaced = project.doing(|root| {
            std::fs::remove_file(root.join("docs/a.txt")).unwrap();
            symlink("../b", root.join("docs/a.txt")).unwrap();
        });
        replaced.by("maintainer").fails("plain-files", "docs/a.txt");
        let other = Project::new(&[("a.rs", "unsafe\n")]);
        let module = project.doing(|root| {
            let copied = std::process::Command::new("cp")
                .arg("-r")
                .args([other.path(), &root.join("theirs")])
                .status();
            assert!(copied.unwrap().success());
        });
        module.by("maintainer").fails("plain-files", "theirs");
    }

    #[test]
    fn names_are_plain_and_not_alike() {
        let project = Project::new(&[("src/store/src/x.rs", "//! x\n")]);
        let fine = project.change(&[("src/store/src/y-2.rs", "//! y\n")]);
        fine.by("maintainer").passes("plain-files");
        for path in [
            "Src/store/src/y.rs",
            "src/store/src/X.rs",
            "src/stor\u{435}/src/y.rs",
            "src/a b.rs",
            "src/a\nb.rs",
            "src/\"a\".rs",
            "src/a\\b.rs",
        ] {
            let odd = project.change(&[(path, "//! y\n")]);
            odd.by("maintainer").fails("plain-files", path);
        }
        let bytes = project.doing(|root| {
            let name = OsStr::from_bytes(b"src/store/src/\xff.rs");
            std::fs::write(root.join(name), "//! y\n").unwrap();
        });
        bytes
            .by("maintainer")
            .fails("plain-files", "src/store/src/\u{fffd}.rs");
    }
}
