//! Whether a change only undoes earlier commits: each of its commits names one it reverts, and is exactly its opposite.

use crate::git::Git;
use anyhow::Result;

/// The commits that are undone, if that is all the change does.
pub fn undone(git: &Git, base: &str, head: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for commit in git.commits(base, head)? {
        match undone_by(git, base, &commit)? {
            Some(earlier) => found.push(earlier),
            None => return Ok(Vec::new()),
        }
    }
    Ok(found)
}

fn undone_by(git: &Git, base: &str, commit: &str) -> Result<Option<String>> {
    let message = git.message(commit)?;
    let named = message
        .split("This reverts commit ")
        .nth(1)
        .unwrap_or_default();
    let name: String = named.chars().take_while(char::is_ascii_hexdigit).collect();
    // only what was there before the change can be undone by it
    let known = name.len() >= 7
        && git
            .merge_base(&name, base)
            .is_ok_and(|common| common.starts_with(&name));
    if !known {
        return Ok(None);
    }
    let (Ok(before), Ok(parent)) = (
        git.commit(&format!("{name}^")),
        git.commit(&format!("{commit}^")),
    ) else {
        return Ok(None);
    };
    let wanted = git.whole_diff(&name, &before)?;
    let is = git.whole_diff(&parent, commit)?;
    let same = content(&wanted).is_some_and(|wanted| content(&is) == Some(wanted));
    Ok(same.then_some(name))
}

const SAYS_WHAT: &[&str] = &[
    "diff ",
    "+",
    "-",
    "old mode",
    "new mode",
    "new file",
    "deleted file",
];

/// What a diff says but for where: lines may have moved since. Nothing if it does not show all of it.
fn content(diff: &str) -> Option<Vec<&str>> {
    let binary = diff.lines().any(|l| l.starts_with("Binary files "));
    let kept = |l: &&str| SAYS_WHAT.iter().any(|start| l.starts_with(start));
    (!binary).then(|| diff.lines().filter(kept).collect())
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    const GATE: &str = "src/api/src/gate.rs";

    #[test]
    fn undoing_needs_no_tests_and_no_spec() {
        let project = Project::new(&[(GATE, "//! a\n"), ("spec/facts/a.json", "{}\n")]);
        let bad = project.next(&[(GATE, "//! b\n"), ("spec/facts/a.json", "[]\n")]);
        let undo = [(GATE, "//! a\n"), ("spec/facts/a.json", "{}\n")];
        let message = format!("Revert\n\nThis reverts commit {bad}.\n");
        let revert = project.change_after(&bad, &message, &undo);
        revert.by("contributor").warns("tests-missing");
        revert.by("contributor").warns("protected-path");
        revert
            .by("contributor")
            .approvals(&["backend"])
            .passes("approvals");
        revert
            .by("contributor")
            .labels(&["tier/architectural", "area/api"])
            .fails("labels", "");

        let unsaid = project.change_after(&bad, "Put it back\n", &undo);
        unsaid.by("contributor").fails("tests-missing", GATE);
        let more = [undo[0], undo[1], ("src/api/src/more.rs", "//! more\n")];
        let smuggled = project.change_after(&bad, &message, &more);
        smuggled
            .by("contributor")
            .fails("protected-path", "spec/facts/a.json");
    }

    #[test]
    fn the_baseline_goes_back_as_well() {
        let file = "compat-tests/baseline.tsv";
        let project = Project::new(&[(file, "posts/a#1\tboth\n")]);
        let bad = project.next(&[(file, "")]);
        let undo = [(file, "posts/a#1\tboth\n")];
        let message = format!("This reverts commit {bad}.\n");
        project
            .change_after(&bad, &message, &undo)
            .by("contributor")
            .passes("baseline");
        project
            .change_after(&bad, "No", &undo)
            .by("contributor")
            .fails("baseline", file);
    }
}
