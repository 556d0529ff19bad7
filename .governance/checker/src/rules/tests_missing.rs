//! An elevated or architectural change of code has tests in it.

use super::{Case, Finding, Rule};
use crate::change::{Change, Changed};
use anyhow::Result;

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
        if tests.count_as.has(&file.path) || touches_unit_tests(case.change, file)? {
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

/// Whether lines below `#[cfg(test)]` of a Rust file changed, or lines that make a function a test.
fn touches_unit_tests(change: &Change, file: &Changed) -> Result<bool> {
    if !file.path.ends_with(".rs") {
        return Ok(false);
    }
    let text = change.text_after(&file.path)?.unwrap_or_default();
    let Some(start) = text.lines().position(|l| l.trim() == "#[cfg(test)]") else {
        return Ok(false);
    };
    let lines = change.lines(file)?;
    Ok(lines
        .iter()
        .any(|l| l.added && l.number > start + 1 && !l.text.trim().is_empty()))
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
}
