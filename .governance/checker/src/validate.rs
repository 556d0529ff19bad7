//! What can be wrong between the policies and the rest of the repository: the template, workflows, files they name.

use crate::git::Git;
use crate::globs::Globs;
use crate::policy::{File, Policies, template_problems};
use crate::yaml::{self, Node, Problem};
use anyhow::{Context, Result};
use std::path::Path;

pub fn problems(policies: &Policies, root: &Path) -> Result<Vec<Problem>> {
    let template = std::fs::read_to_string(root.join(&policies.pull_request.template)).ok();
    let mut found = template_problems(policies, template.as_deref());
    let workflows = yaml_files(root, ".github/workflows", &mut found)?;
    checks(policies, &workflows, &mut found);
    own_judges(&workflows, &mut found);
    form_labels(policies, root, &mut found)?;
    one_sided(policies, root, &mut found);
    if let Ok(paths) = Git::at(root).and_then(|git| git.files("HEAD", "")) {
        stale_patterns(policies, &paths, &mut found);
    }
    Ok(found)
}

/// Every check a branch waits for is the name of a job of a workflow, or it would wait for ever.
fn checks(policies: &Policies, workflows: &[(String, Node)], found: &mut Vec<Problem>) {
    let mut jobs = Vec::new();
    for (_, workflow) in workflows {
        for job in workflow.get("jobs").map(Node::entries).unwrap_or_default() {
            let name = job.value.get("name").and_then(Node::text);
            jobs.push(name.unwrap_or(&job.key).to_owned());
        }
    }
    let file = &policies.protection;
    for (i, branch) in file.branches.iter().enumerate() {
        for (j, check) in branch
            .checks
            .iter()
            .enumerate()
            .filter(|(_, c)| !jobs.contains(c))
        {
            let at = ["branches", &i.to_string(), "checks", &j.to_string()];
            found.push(file.problem(&at, format!("no workflow has a job `{check}`")));
        }
    }
}

/// Events on a pull request that run a workflow as the pull request has it.
const AS_PROPOSED: &[&str] = &[
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
];

/// A workflow that is to run as its branch has it runs only so, or a pull request brings its own judge. And what it runs of
/// others is named by commit, since tags move.
fn own_judges(workflows: &[(String, Node)], found: &mut Vec<Problem>) {
    for (file, workflow) in workflows {
        let mut say = |at, message| {
            let file = file.clone();
            found.push(Problem { file, at, message });
        };
        let on = workflow.get("on").map(Node::entries).unwrap_or_default();
        if on.iter().any(|e| e.key == "pull_request_target") {
            for event in on.iter().filter(|e| AS_PROPOSED.contains(&e.key.as_str())) {
                let message = format!(
                    "`{}` runs this as the pull request has it, and `pull_request_target` asks for the branch's",
                    event.key
                );
                say(event.value.at, message);
            }
        }
        for job in workflow.get("jobs").map(Node::entries).unwrap_or_default() {
            let steps = job.value.get("steps").map(Node::items).unwrap_or_default();
            for uses in steps.iter().filter_map(|s| s.get("uses")) {
                let name = uses.text().unwrap_or_default();
                let commit = name.split_once('@').map_or("", |(_, c)| c);
                let pinned = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
                if !pinned && !name.starts_with("./") {
                    say(uses.at, format!("`{name}` names no commit"));
                }
            }
        }
    }
}

/// What is no mistake and stands in the way all the same: teams nobody is named for.
pub fn warnings(policies: &Policies) -> Vec<Problem> {
    let file = &policies.ownership;
    let empty = file.teams.iter().filter(|(_, team)| team.is_empty());
    empty
        .map(|(name, _)| {
            let message = format!("nobody is named for `{name}`, so no approval can be one of it");
            file.problem(&["teams", name, "members"], message)
        })
        .collect()
}

fn one_sided(policies: &Policies, root: &Path, found: &mut Vec<Problem>) {
    let file = &policies.evidence;
    for path in file
        .migrations
        .one_sided
        .keys()
        .filter(|p| !root.join(p).exists())
    {
        found.push(file.problem(
            &["migrations", "one-sided", path],
            format!("`{path}` does not exist"),
        ));
    }
}

/// Patterns that fit no file are leftovers: the file was moved, and what was said of it did not come along. What an agent may
/// change is left out, since it may be the one to make the file.
fn stale_patterns(policies: &Policies, paths: &[String], found: &mut Vec<Problem>) {
    let mut look = |file: &dyn Named, list: &str, lists: Vec<&Globs>| {
        for (i, globs) in lists.into_iter().enumerate() {
            for (j, pattern) in globs.patterns.iter().enumerate() {
                let fits =
                    Globs::new(vec![pattern.clone()]).is_ok_and(|g| paths.iter().any(|p| g.has(p)));
                if !fits {
                    let at = [list, &i.to_string(), "paths", &j.to_string()];
                    found.push(file.at(&at, format!("`{pattern}` fits no file")));
                }
            }
        }
    };
    let tiers = policies.tiers.tiers.iter().map(|t| &t.paths).collect();
    look(&policies.tiers, "tiers", tiers);
    let protected = policies
        .protected
        .protected
        .iter()
        .map(|p| &p.paths)
        .collect();
    look(&policies.protected, "protected", protected);
    let owners = policies.ownership.owners.iter().map(|o| &o.paths).collect();
    look(&policies.ownership, "owners", owners);
    let rules = policies.co_approval.rules.iter().map(|r| &r.paths);
    look(&policies.co_approval, "rules", rules.collect());
}

/// A policy file, whatever is in it.
trait Named {
    fn at(&self, path: &[&str], message: String) -> Problem;
}

impl<T> Named for File<T> {
    fn at(&self, path: &[&str], message: String) -> Problem {
        self.problem(path, message)
    }
}

/// Labels that issue forms put on exist.
fn form_labels(policies: &Policies, root: &Path, found: &mut Vec<Problem>) -> Result<()> {
    for (name, form) in yaml_files(root, ".github/ISSUE_TEMPLATE", found)? {
        for label in form.get("labels").map(Node::items).unwrap_or_default() {
            let text = label.text().unwrap_or_default();
            if !policies.labels.labels.iter().any(|l| l.name == text) {
                found.push(Problem {
                    file: name.clone(),
                    at: label.at,
                    message: format!("there is no label `{text}`"),
                });
            }
        }
    }
    Ok(())
}

fn yaml_files(root: &Path, folder: &str, found: &mut Vec<Problem>) -> Result<Vec<(String, Node)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root.join(folder)).with_context(|| folder.to_owned())? {
        let path = entry?.path();
        let name = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .display()
            .to_string();
        match yaml::parse(&name, &std::fs::read_to_string(&path)?) {
            Ok(node) => files.push((name, node)),
            Err(problem) => found.push(problem),
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::policies_with;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            (
                ".github/workflows/a.yml",
                "jobs:\n  tests: {}\n  other: {name: governance}\n",
            ),
            (".github/ISSUE_TEMPLATE/a.yml", "labels: [kind/bug]\n"),
            (
                ".github/PULL_REQUEST_TEMPLATE.md",
                &crate::testing::template(),
            ),
            ("migrations/postgres/03_views.sql", ""),
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn what_policies_name_has_to_be_there() {
        let policies = policies_with(None).unwrap();
        let folder = folder();
        let said = || -> Vec<String> {
            let found = problems(&policies, folder.path()).unwrap();
            found.iter().map(ToString::to_string).collect()
        };
        assert_eq!(said(), Vec::<String>::new());
        let proposed = "on:\n  pull_request_target: {types: [opened]}\n  pull_request_review: {types: [submitted]}\n";
        let job = "jobs:\n  tests: {}\n  governance:\n    steps:\n      - uses: actions/checkout@v4\n      - run: ls\n";
        let put = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
        put(".github/workflows/a.yml", &format!("{proposed}{job}"));
        assert_eq!(
            said(),
            [
                ".github/workflows/a.yml:3:24: `pull_request_review` runs this as the pull request has it, and `pull_request_target` asks for the branch's",
                ".github/workflows/a.yml:8:15: `actions/checkout@v4` names no commit",
            ]
        );
        put(".github/workflows/a.yml", "jobs:\n  tests: {}\n");
        put(
            ".github/ISSUE_TEMPLATE/a.yml",
            "name: x\nlabels: [odd/one]\n",
        );
        put(".github/PULL_REQUEST_TEMPLATE.md", "## Why\n");
        std::fs::remove_file(folder.path().join("migrations/postgres/03_views.sql")).unwrap();
        let said = said().join("\n");
        for part in [
            "no workflow has a job `governance`",
            ".github/ISSUE_TEMPLATE/a.yml:2:10: there is no label `odd/one`",
            "the template has no section `## What changes`",
            "`migrations/postgres/03_views.sql` does not exist",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }

    #[test]
    fn teams_without_members_are_warned_of() {
        let all = policies_with(None).unwrap();
        let text = "organisation: a\nteams:\n  core: {duty: everything, members: []}\n  ann: {handle: \"@ann\", duty: everything, members: []}\n  bob: {duty: everything, members: [bob]}\nowners:\n  - {paths: [\"**\"], teams: [core]}\n";
        let rules =
            "rules:\n  - {name: x, team: core, paths: [\"docs/**\"], why: long enough words}\n";
        let read = |path: &str| match path {
            ".governance/ownership.yml" => Some(text.to_owned()),
            ".governance/co-approval.yml" => Some(rules.to_owned()),
            _ => None,
        };
        let some = crate::testing::policies_with_files(&read).unwrap();
        let said: Vec<String> = warnings(&some).iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        let place = ".governance/ownership.yml:3:37: nobody is named for `core`";
        assert!(said[0].starts_with(place), "{said:?}");
        let empty = all.ownership.teams.values().filter(|t| t.is_empty());
        assert_eq!(warnings(&all).len(), empty.count());
    }

    /// The project's own: run as the branch has them, and all of others by commit.
    #[test]
    fn own_workflows_are_judged() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut found = Vec::new();
        let workflows = yaml_files(&root, ".github/workflows", &mut found).unwrap();
        assert!(workflows.len() > 2);
        own_judges(&workflows, &mut found);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_pattern_that_fits_nothing_is_a_leftover() {
        let mut found = Vec::new();
        stale_patterns(
            &policies_with(None).unwrap(),
            &["README.md".to_owned()],
            &mut found,
        );
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(
            said.iter()
                .any(|s| s.contains("risk-tiers.yml")
                    && s.contains("`src/contract/**` fits no file"))
        );
        assert!(!said.iter().any(|s| s.contains("`*.md`")));
        let owned = |s: &String| s.contains("ownership.yml") && s.contains("`src/**` fits no file");
        assert!(said.iter().any(owned));
    }
}
