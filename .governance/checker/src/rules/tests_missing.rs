//! An elevated or architectural change of code has tests in it.

use super::{Case, Finding, Rule};
use crate::change::Changed;
use anyhow::Result;
use std::ops::Range;

pub const RULE: Rule = Rule {
    id: "tests-missing",
    asks: "A change of code that others build on has tests in it.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let tests = &case.policies.tiers.tests;
    let code = |f: &&Changed| tests.needed_for.has(&f.path);
    let Some(first) = case
        .change
        .files
        .iter()
        .find(code)
        .filter(|_| case.tier.requires.tests)
    else {
        return Ok(Vec::new());
    };
    for file in case.change.files.iter().filter(|f| f.is_there()) {
        if is_test(case, file)? {
            return Ok(Vec::new());
        }
    }
    let reason = case
        .assessment
        .deciding()
        .find(|r| tests.needed_for.has(&r.path));
    let (path, line) = reason.map_or((first.path.as_str(), 1), |r| (r.path.as_str(), r.line));
    let message = format!("a change of tier {} without a test", case.tier.name);
    let cure = "add or change the test that would have failed before; recorded steps that pass now count (`baseline --update`)";
    Ok(vec![Finding::new(path, line, message, cure)])
}

/// Whether a file brings something that tests: a line more in a test, or a failing step less.
fn is_test(case: &Case<'_>, file: &Changed) -> Result<bool> {
    let baseline = file.path == case.policies.evidence.baseline;
    let counts = case.policies.tiers.tests.count_as.has(&file.path);
    if !counts && !file.path.ends_with(".rs") {
        return Ok(false);
    }
    let lines = case.change.lines(file)?;
    let mut lines = lines
        .iter()
        .filter(|l| l.added != baseline && says_something(&l.text));
    if counts {
        return Ok(lines.next().is_some());
    }
    let text = case.change.text_after(&file.path)?.unwrap_or_default();
    let tests = unit_tests(&text);
    Ok(lines.any(|l| tests.iter().any(|range| range.contains(&l.number))))
}

/// Neither blank nor a comment, nor only the end of something.
fn says_something(line: &str) -> bool {
    let line = line.trim();
    let comment = ["//", "/*", "* ", "# ", "--"];
    line.chars().any(char::is_alphanumeric) && !comment.iter().any(|c| line.starts_with(c))
}

/// The lines of modules below `#[cfg(test)]`, without their first line and their last.
fn unit_tests(text: &str) -> Vec<Range<usize>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if line.trim() != "#[cfg(test)]" {
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let after = lines.iter().skip(i + 1);
        let attributes = after
            .take_while(|l| l.trim_start().starts_with("#["))
            .count();
        let start = i + 1 + attributes;
        let module = lines.get(start).is_some_and(|l| {
            let l = l.trim();
            let l = l.strip_prefix("pub(crate) ").unwrap_or(l);
            l.starts_with("mod ") && l.ends_with('{')
        });
        let end = format!("{indent}}}");
        let length = lines.iter().skip(start).position(|l| *l == end);
        if let (true, Some(length)) = (module, length) {
            // lines count from 1
            found.push(start + 2..start + length + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    const CODE: &str = "//! gate\npub fn open() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn opens() {}\n}\n";

    #[test]
    fn code_that_others_build_on_needs_a_test() {
        let project = Project::new(&[("src/api/src/gate.rs", CODE)]);
        let bare = CODE.replace("open()", "open(how: u8)");
        let without = project.change(&[("src/api/src/gate.rs", bare.as_str())]);
        without
            .by("contributor")
            .fails("tests-missing", "src/api/src/gate.rs");
        let tested = bare.replace("opens() {}", "opens() { super::open(1) }");
        project
            .change(&[("src/api/src/gate.rs", tested.as_str())])
            .by("contributor")
            .passes("tests-missing");
    }

    #[test]
    fn recorded_steps_that_pass_now_are_tests() {
        let project = Project::new(&[(
            "compat-tests/baseline.tsv",
            "posts/a#1\tboth\nposts/a#2\tboth\n",
        )]);
        let change = [
            (
                "spec/overlay/posts.yaml",
                "GetPost: {status: 200, reason: recorded}\n",
            ),
            ("compat-tests/baseline.tsv", "posts/a#1\tboth\n"),
        ];
        project
            .change(&change[..1])
            .by("contributor")
            .fails("tests-missing", "spec/overlay/posts.yaml");
        project
            .change(&change)
            .by("contributor")
            .passes("tests-missing");
    }

    #[test]
    fn a_standard_change_and_a_workflow_need_none() {
        let project = Project::new(&[]);
        project
            .change(&[("src/domain/src/emoji.rs", "//! x\n")])
            .by("contributor")
            .passes("tests-missing");
        project
            .change(&[(".github/workflows/x.yml", "on: push\n")])
            .by("contributor")
            .passes("tests-missing");
    }

    #[test]
    fn only_what_tests_counts() {
        let test = "src/api/tests/it.rs";
        let project = Project::new(&[
            ("src/api/src/gate.rs", CODE),
            (test, "#[test]\nfn a() {}\n#[test]\nfn b() {}\n"),
        ]);
        let bare = CODE.replace("open()", "open(how: u8)");
        let write = |root: &std::path::Path, path: &str, text: &str| {
            std::fs::write(root.join(path), text).unwrap();
        };
        let judge = |how: &dyn Fn(&std::path::Path)| {
            let change = project.doing(|root| {
                write(root, "src/api/src/gate.rs", &bare);
                how(root);
            });
            let judged = change.by("contributor");
            judged.with(|v| v.findings.iter().all(|f| f.rule != "tests-missing"))
        };
        let executable = |root: &std::path::Path| {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(root.join(test), mode).unwrap();
        };
        assert!(!judge(&executable), "a mode");
        assert!(!judge(
            &|root| std::fs::remove_file(root.join(test)).unwrap()
        ));
        let fewer = "#[test]\nfn a() {}\n";
        assert!(!judge(&|root| write(root, test, fewer)), "fewer tests");
        let comment = "// new\n\n#[test]\nfn a() {}\n#[test]\nfn b() {}\n";
        assert!(!judge(&|root| write(root, test, comment)), "a comment");
        let more = "#[test]\nfn a() {}\n#[test]\nfn b() {}\n#[test]\nfn c() {}\n";
        assert!(judge(&|root| write(root, test, more)), "a test");
        // a marker above code makes no test of it
        let marked = format!("#[cfg(test)]\nuse std::fmt;\n{bare}pub fn more() {{}}\n");
        assert!(!judge(&|root| write(root, "src/api/src/gate.rs", &marked)));
    }
}
