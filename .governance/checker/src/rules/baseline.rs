//! The list of recorded steps that do not pass only shrinks, but for recordings that the same change adds.

use super::{Case, Finding, Rule};
use anyhow::Result;
use std::collections::BTreeMap;

pub const RULE: Rule = Rule {
    id: "baseline",
    asks: "The baseline of failing steps only shrinks.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let evidence = &case.policies.evidence;
    if !case.change.touched(&evidence.baseline) {
        return Ok(Vec::new());
    }
    // where there was no list yet, this change begins it
    let Some(before) = case.change.text_before(&evidence.baseline)? else {
        return Ok(Vec::new());
    };
    let before = steps(Some(before));
    let after = steps(case.change.text_after(&evidence.baseline)?);
    let mut before_undone = BTreeMap::new();
    for commit in &case.change.undone {
        let text = case
            .change
            .git
            .file(&format!("{commit}^"), &evidence.baseline)?;
        before_undone.extend(steps(
            text.map(|b| String::from_utf8_lossy(&b).into_owned()),
        ));
    }
    let mut found = Vec::new();
    for ((step, engine), line) in after {
        let scenario = step.split('#').next().unwrap_or_default();
        let recording = format!(
            "{}/{}.json",
            evidence.recordings.root,
            scenario.trim_end_matches(".json")
        );
        let new_recording = case.change.file(&recording).is_some_and(|f| f.is_new());
        let key = (step.clone(), engine.clone());
        if !before.contains_key(&key) && !before_undone.contains_key(&key) && !new_recording {
            let message = format!("{step} fails on {engine} now, and did not before");
            found.push(Finding::new(
                &evidence.baseline,
                line,
                message,
                "make the step pass again; the list only shrinks",
            ));
        }
    }
    Ok(found)
}

/// Step and engine → line; `both` is two.
fn steps(baseline: Option<String>) -> BTreeMap<(String, String), usize> {
    let mut found = BTreeMap::new();
    for (i, line) in baseline.unwrap_or_default().lines().enumerate() {
        let mut fields = line.split('\t');
        let (Some(step), Some(engine)) =
            (fields.next().filter(|s| !s.starts_with('#')), fields.next())
        else {
            continue;
        };
        let engines: &[&str] = if engine == "both" {
            &["postgres", "sqlite"]
        } else {
            &[engine]
        };
        for engine in engines {
            found.insert((step.to_owned(), (*engine).to_owned()), i + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    const FILE: &str = "compat-tests/baseline.tsv";

    #[test]
    fn it_shrinks() {
        let project = Project::new(&[(FILE, "# head\nposts/a#1\tboth\nposts/a#2\tsqlite\n")]);
        project
            .change(&[(FILE, "# other head\nposts/a#1\tsqlite\tnot yet\n")])
            .by("maintainer")
            .passes("baseline");
        project
            .change(&[(FILE, "posts/a#1\tboth\nposts/a#3\tboth\n")])
            .by("maintainer")
            .fails("baseline", FILE);
        project
            .change(&[(FILE, "posts/a#2\tboth\n")])
            .by("maintainer")
            .fails("baseline", FILE);
    }

    #[test]
    fn it_begins_once() {
        let project = Project::new(&[]);
        project
            .change(&[(FILE, "posts/a#1\tboth\n")])
            .by("maintainer")
            .passes("baseline");
        let emptied = Project::new(&[(FILE, "")]);
        emptied
            .change(&[(FILE, "posts/a#1\tboth\n")])
            .by("maintainer")
            .fails("baseline", FILE);
    }

    #[test]
    fn new_recordings_bring_their_steps() {
        let project = Project::new(&[(FILE, "posts/a#1\tboth\n")]);
        let change = [
            (FILE, "posts/a#1\tboth\nposts/b#1\tboth\n"),
            ("compat-tests/recordings/posts/b.json", "{}\n"),
        ];
        project.change(&change).by("maintainer").passes("baseline");
    }
}
