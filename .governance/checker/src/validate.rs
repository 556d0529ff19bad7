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
    checks(policies, root, &mut found)?;
    form_labels(policies, root, &mut found)?;
    one_sided(policies, root, &mut found);
    if let Ok(paths) = Git::at(root).and_then(|git| git.files("HEAD", "")) {
        stale_patterns(policies, &paths, &mut found);
    }
    Ok(found)
}

/// Every check a branch waits for is the name of a job of a workflow, or it would wait for ever.
fn checks(policies: &Policies, root: &Path, found: &mut Vec<Problem>) -> Result<()> {
    let mut jobs = Vec::new();
    for (_, workflow) in yaml_files(root, ".github/workflows", found)? {
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
    Ok(())
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
        let put = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
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
