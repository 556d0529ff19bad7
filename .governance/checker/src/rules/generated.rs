//! Generated files are made by their commands, not edited.

use super::{Case, Finding, Rule};
use crate::change::Change;
use crate::owners;
use crate::policy::Generated;
use anyhow::Result;

/// How many earlier commits of a file are looked at.
const MOST_COMMITS: usize = 50;

pub const RULE: Rule = Rule {
    id: "generated",
    asks: "A generated file changes with what it is made of, or after it; CODEOWNERS is up to date.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for file in &case.policies.generated.generated {
        let Some(line) = changed_at(case.change, file)? else {
            continue;
        };
        // its own path is no source of it, even where a pattern covers both
        let is_source = |p: &str| p != file.path && file.from.has(p);
        let mut paths = case.change.files.iter().flat_map(|f| f.paths());
        if !paths.any(is_source) && !was_behind(case.change, file, is_source)? {
            let message = "generated, and nothing it is made of changed";
            found.push(Finding::new(
                &file.path,
                line,
                message,
                format!("change its source and run `{}`", file.command),
            ));
        }
    }
    if case.change.touched(owners::CODEOWNERS) || case.change.touched(&case.policies.ownership.name)
    {
        let is = case.change.text_after(owners::CODEOWNERS)?;
        if is.as_deref() != Some(owners::codeowners(case.policies).as_str()) {
            let message = "not what .governance/ownership.yml makes";
            found.push(Finding::new(
                owners::CODEOWNERS,
                1,
                message,
                "run `cargo run -p governance -- codeowners`",
            ));
        }
    }
    Ok(found)
}

/// Whether its sources had changed before this change without it: then its command brings it up to date alone.
fn was_behind(change: &Change, file: &Generated, is_source: impl Fn(&str) -> bool) -> Result<bool> {
    let part_at = |commit: &str| -> Result<Option<String>> {
        let text = change.text_at(commit, &file.path)?;
        Ok(match file.between.as_slice() {
            [begin, end] => text.and_then(|t| part(&t, begin, end).map(|p| p.1.to_owned())),
            _ => text,
        })
    };
    let now = part_at(&change.base)?;
    // the commit that made it what it is at the base
    let mut made = change.base.clone();
    for commit in change
        .git
        .touching(&change.base, &file.path, MOST_COMMITS)?
    {
        if part_at(&commit)? != now {
            break;
        }
        made = commit;
    }
    let since = change.git.changed(&made, &change.base)?;
    Ok(since.iter().any(|d| is_source(&d.path)))
}

/// The first line of a generated file, or part, that changed.
fn changed_at(change: &Change, file: &Generated) -> Result<Option<usize>> {
    if change.file(&file.path).is_none() {
        return Ok(None);
    }
    let [begin, end] = file.between.as_slice() else {
        return Ok(Some(1));
    };
    let (before, after) = (
        change.text_before(&file.path)?,
        change.text_after(&file.path)?,
    );
    // a part that is new was put there together with its command
    let Some(old) = before.as_deref().and_then(|t| part(t, begin, end)) else {
        return Ok(None);
    };
    let Some((line, new)) = after.as_deref().and_then(|t| part(t, begin, end)) else {
        return Ok(Some(1));
    };
    let same = old
        .1
        .lines()
        .zip(new.lines())
        .take_while(|(a, b)| a == b)
        .count();
    Ok((old.1 != new).then_some(line + same))
}

/// The text between two markers, and the line it starts at.
fn part<'a>(text: &'a str, begin: &str, end: &str) -> Option<(usize, &'a str)> {
    let (before, rest) = text.split_once(begin)?;
    let (inner, _) = rest.split_once(end)?;
    Some((before.lines().count() + 1, inner))
}

#[cfg(test)]
mod tests {
    use crate::owners::codeowners;
    use crate::testing::{Project, policies_with};

    const BLOCK: &str =
        "# Title\n<!-- compatibility: begin -->\none\n<!-- compatibility: end -->\n";

    #[test]
    fn a_part_between_markers() {
        let project = Project::new(&[("README.md", BLOCK)]);
        let by_hand = BLOCK.replace("one", "two");
        let said = project
            .change(&[("README.md", by_hand.as_str())])
            .by("maintainer")
            .fails("generated", "README.md");
        assert_eq!(said[0].line, 3);
        let outside = BLOCK.replace("Title", "Another");
        project
            .change(&[("README.md", outside.as_str())])
            .by("maintainer")
            .passes("generated");
        let with_source = [
            ("README.md", by_hand.as_str()),
            ("compat-tests/baseline.tsv", ""),
        ];
        project
            .change(&with_source)
            .by("maintainer")
            .passes("generated");
    }

    #[test]
    fn what_was_behind_may_be_brought_up_to_date() {
        let project = Project::new(&[("README.md", BLOCK), ("src/lib.rs", "//! one\n")]);
        let behind = project.next(&[("src/lib.rs", "//! two\n")]);
        let elsewhere = BLOCK.replace("Title", "Another");
        let title = project.next(&[("README.md", elsewhere.as_str())]);
        let fresh = BLOCK.replace("one", "two");
        for base in [&behind, &title] {
            project
                .change_after(base, "Refresh", &[("README.md", fresh.as_str())])
                .by("contributor")
                .passes("generated");
        }
        let refreshed = project.next(&[("README.md", fresh.as_str())]);
        project
            .change_after(&refreshed, "Polish", &[("README.md", BLOCK)])
            .by("contributor")
            .fails("generated", "README.md");
    }

    /// Every part that `generated.yml` names: by hand it is refused, with what it is made of it passes, beside it all is free.
    #[test]
    fn each_generated_part_is_guarded() {
        let policies = policies_with(None).unwrap();
        assert!(policies.generated.generated.len() > 5);
        for file in &policies.generated.generated {
            let path = file.path.as_str();
            let text = |title: &str, inner: &str| match file.between.as_slice() {
                [begin, end] => format!("# {title}\n{begin}\n{inner}\n{end}\n"),
                _ => format!("{inner}\n"),
            };
            let (before, after) = (text("One", "one"), text("One", "two"));
            let project = Project::new(&[(path, before.as_str())]);
            project
                .change(&[(path, after.as_str())])
                .by("maintainer")
                .fails("generated", path);
            let aside = text("Other", "one");
            if aside != before {
                project
                    .change(&[(path, aside.as_str())])
                    .by("maintainer")
                    .passes("generated");
            }
            // CODEOWNERS is made again and compared instead, below
            if path != crate::owners::CODEOWNERS {
                let source = file.from.patterns[0].replace("**", "some/file");
                let both = [(path, after.as_str()), (source.as_str(), "new\n")];
                project.change(&both).by("maintainer").passes("generated");
            }
        }
    }

    #[test]
    fn codeowners_is_made() {
        let right = codeowners(&policies_with(None).unwrap());
        let project = Project::new(&[(".github/CODEOWNERS", right.as_str())]);
        project
            .change(&[(".github/CODEOWNERS", "* @me\n")])
            .by("maintainer")
            .fails("generated", ".github/CODEOWNERS");
        let project = Project::new(&[
            (".github/CODEOWNERS", "* @me\n"),
            (".governance/ownership.yml", "old: 1\n"),
        ]);
        let both = [
            (".github/CODEOWNERS", right.as_str()),
            (".governance/ownership.yml", "new: 1\n"),
        ];
        project.change(&both).by("maintainer").passes("generated");
        project
            .change(&both[1..])
            .by("maintainer")
            .fails("generated", ".github/CODEOWNERS");
    }
}
