//! Tests that are gone, or are no longer run. Moving one within a change is neither, so they are counted over all of it.

use super::Found;
use crate::change::{Change, Changed, Line};
use crate::policy::Policies;
use anyhow::Result;
use regex::Regex;

const TEST: &str = r"^\s*#\[\s*((\w+::)*(test|rstest|test_case)\b)";
const IGNORED: &str = r"^\s*#\[\s*(ignore\b|cfg_attr\(.*\bignore\b)";

pub fn found(policies: &Policies, change: &Change) -> Result<Vec<Found>> {
    let (test, ignored) = (Regex::new(TEST)?, Regex::new(IGNORED)?);
    let mut found = Vec::new();
    let mut missing = 0_i64;
    let mut first = None;
    for file in &change.files {
        if is_gone(policies, file) {
            found.push(at(&file.path, 1, "the file".to_owned()));
        }
        let mut here = 0;
        for line in lines(change, file)? {
            let lost = match (test.is_match(&line.text), ignored.is_match(&line.text)) {
                (true, _) => !line.added,
                (_, true) => line.added,
                _ => continue,
            };
            here += if lost { 1 } else { -1 };
        }
        missing += here;
        if here > 0 {
            first = first.or(Some(file.path.as_str()));
        }
    }
    if let (true, Some(path)) = (missing > 0, first) {
        found.push(at(path, 1, format!("{missing} tests less than before")));
    }
    Ok(found)
}

fn at(path: &str, line: usize, what: String) -> Found {
    Found {
        path: path.to_owned(),
        line,
        what,
    }
}

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

fn lines(change: &Change, file: &Changed) -> Result<Vec<Line>> {
    let (old, new) = (
        file.old_path(),
        file.is_there().then_some(file.path.as_str()),
    );
    match (old.map(is_rust), new.map(is_rust)) {
        (Some(true), Some(true) | None) | (None, Some(true)) => Ok(change.lines(file)?.to_vec()),
        (Some(true), Some(false)) => change.whole(old.unwrap_or_default(), false),
        (Some(false), Some(true)) => change.whole(&file.path, true),
        _ => Ok(Vec::new()),
    }
}

/// A test that is no Rust: a script, a page of a client. Recordings and the baseline have rules of their own, snapshots go
/// with the test that reads them.
fn is_gone(policies: &Policies, file: &Changed) -> bool {
    let evidence = &policies.evidence;
    let counts = |path: &str| {
        let own_rule = path.starts_with(&evidence.recordings.root) || path == evidence.baseline;
        policies.tiers.tests.count_as.has(path) && !own_rule && !path.ends_with(".snap")
    };
    let was = file.old_path().filter(|p| counts(p) && !is_rust(p));
    was.is_some() && !(file.is_there() && counts(&file.path))
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    const TWO: &str = "//! x\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() {\n        work();\n    }\n\n    #[tokio::test]\n    async fn two() {}\n}\n";

    #[test]
    fn fewer_tests_are_seen() {
        let project = Project::new(&[
            ("src/store/src/x.rs", TWO),
            ("compat-tests/clients/js/a.mjs", "test()\n"),
        ]);
        let less = TWO.replace("    #[tokio::test]\n    async fn two() {}\n", "");
        let ignored = TWO.replace("    #[test]\n", "    #[test]\n    #[ignore]\n");
        for text in [less.as_str(), ignored.as_str(), "//! x\n"] {
            let change = project.change(&[("src/store/src/x.rs", text)]);
            assert_eq!(change.kinds(), ["tests-removed"], "{text}");
            assert_eq!(change.tier(), "elevated");
        }
        let moved = [
            ("src/store/src/x.rs", less.as_str()),
            (
                "src/store/src/y.rs",
                "//! y\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn two() {}\n}\n",
            ),
        ];
        assert!(project.change(&moved).kinds().is_empty());
        let script = project.without("compat-tests/clients/js/a.mjs");
        assert_eq!(script.kinds(), ["tests-removed"]);
        let aside = project.moved("src/store/src/x.rs", "docs/x.txt");
        assert_eq!(aside.kinds(), ["tests-removed"]);
        assert!(
            project
                .moved("src/store/src/x.rs", "src/store/src/z.rs")
                .kinds()
                .is_empty()
        );
    }
}
