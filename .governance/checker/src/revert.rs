//! Whether a change only undoes earlier commits: each of its commits names one it reverts, and is exactly its opposite.

use crate::git::Git;
use anyhow::Result;
use std::collections::BTreeSet;

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
    // a merge has a second side, which is nobody's opposite
    if git.commit(&format!("{commit}^2")).is_ok() {
        return Ok(None);
    }
    let same = undoes(git, [&before, &name], [&parent, commit])?;
    Ok(same.then_some(name))
}

/// Whether what the second pair of commits changes is what the first one changed, backwards: every path that one touched is
/// what it was before, and no other path is touched.
fn undoes(git: &Git, [before, bad]: [&str; 2], [parent, commit]: [&str; 2]) -> Result<bool> {
    let touched = |from: &str, to: &str| -> Result<BTreeSet<String>> {
        let found = git.changed(from, to)?.into_iter();
        Ok(found
            .flat_map(|d| d.from.into_iter().chain([d.path]))
            .collect())
    };
    let paths = touched(before, bad)?;
    if paths.is_empty() || !touched(parent, commit)?.is_subset(&paths) {
        return Ok(false);
    }
    for path in &paths {
        let at = |commit: &str| git.entry(commit, path);
        let (wanted, was) = (at(before)?, at(bad)?);
        let (here, is) = (at(parent)?, at(commit)?);
        let undone = if here == was {
            is == wanted
        } else if let (Some(wanted), Some(was), Some(here), Some(is)) = (wanted, was, here, is) {
            // the file has changed since: git has to be able to undo the one change in it, and to get this
            let modes = was.mode == wanted.mode && here.mode == is.mode && here.is_file();
            modes && without(git, &here.id, &was.id, &wanted.id)? == Some(git.blob(&is.id)?)
        } else {
            false
        };
        if !undone {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A file without what led from `wanted` to `was`, if that can be taken out of it.
fn without(git: &Git, here: &str, was: &str, wanted: &str) -> Result<Option<Vec<u8>>> {
    let folder = tempfile::tempdir()?;
    let put = |name: &str, id: &str| -> Result<String> {
        let path = folder.path().join(name);
        std::fs::write(&path, git.blob(id)?)?;
        Ok(path.to_string_lossy().into_owned())
    };
    let (here, was, wanted) = (put("here", here)?, put("was", was)?, put("wanted", wanted)?);
    // it ends with the number of conflicts, and with a failure for what is no text
    Ok(git
        .bytes(&["merge-file", "-p", "-q", &here, &was, &wanted])
        .ok())
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
        revert
            .by("contributor")
            .body("Undone.\n")
            .warns("pull-request");
        revert.by("contributor").warns("protected-path");
        revert
            .by("contributor")
            .approvals(&["backend"])
            .passes("approvals");
        revert
            .by("contributor")
            .labels(&["tier/architectural", "area/api"])
            .warns("labels");

        let unsaid = project.change_after(&bad, "Put it back\n", &undo);
        unsaid.by("contributor").fails("tests-missing", GATE);
        let more = [undo[0], undo[1], ("src/api/src/more.rs", "//! more\n")];
        let smuggled = project.change_after(&bad, &message, &more);
        smuggled
            .by("contributor")
            .fails("protected-path", "spec/facts/a.json");
    }

    #[test]
    fn lines_have_to_go_back_to_where_they_were() {
        let guarded =
            "fn a() {\n    check();\n    work();\n}\n\nfn b() {\n    rest();\n    more();\n}\n";
        let bare = guarded.replace("    check();\n", "");
        let moved = bare.replace("    rest();\n", "    check();\n    rest();\n");
        let project = Project::new(&[(GATE, guarded)]);
        let bad = project.next(&[(GATE, bare.as_str())]);
        let message = format!("This reverts commit {bad}.\n");
        let undone = |base: &str, text: &str| {
            let change = project.change_after(base, &message, &[(GATE, text)]);
            change
                .by("contributor")
                .with(|v| !v.change.undone.is_empty())
        };
        assert!(!undone(&bad, &moved));
        assert!(undone(&bad, guarded));
        // what came later in the file stays
        let later = bare.replace("more", "other");
        let since = project.change_after(&bad, "Later", &[(GATE, later.as_str())]);
        let since = since.head.clone();
        assert!(undone(&since, &guarded.replace("more", "other")));
        assert!(!undone(&since, guarded));
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
