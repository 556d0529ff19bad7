//! What can be wrong between the policies and the rest of the repository: the template, workflows, files they name.

use crate::git::Git;
use crate::policy::{File, Policies, template_problems};
use crate::yaml::{self, Node, Problem};
use anyhow::{Context, Result};
use std::path::Path;

pub fn problems(policies: &Policies, root: &Path) -> Result<Vec<Problem>> {
    let template = std::fs::read_to_string(root.join(&policies.pull_request.template)).ok();
    let mut found = template_problems(policies, template.as_deref());
    checks(policies, root, &mut found)?;
    one_sided(policies, root, &mut found);
    if let Ok(paths) = Git::at(root).and_then(|git| git.files("HEAD", "")) {
        stale_exclusions(policies, &paths, &mut found);
    }
    Ok(found)
}

/// Every check a branch waits for is the name of a job of a workflow, or it would wait for ever.
fn checks(policies: &Policies, root: &Path, found: &mut Vec<Problem>) -> Result<()> {
    let mut jobs = Vec::new();
    let folder = root.join(".github/workflows");
    for entry in std::fs::read_dir(&folder).context(".github/workflows")? {
        let path = entry?.path();
        let name = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .display()
            .to_string();
        match yaml::parse(&name, &std::fs::read_to_string(&path)?) {
            Ok(workflow) => {
                for job in workflow.get("jobs").map(Node::entries).unwrap_or_default() {
                    let name = job.value.get("name").and_then(Node::text);
                    jobs.push(name.unwrap_or(&job.key).to_owned());
                }
            }
            Err(problem) => found.push(problem),
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

/// Ownership and tiers that fit no file are leftovers: the file was moved, and its protection did not come along.
fn stale_exclusions(policies: &Policies, paths: &[String], found: &mut Vec<Problem>) {
    let mut look = |problem: Problem, pattern: &str| {
        let fits = crate::globs::Globs::new(vec![pattern.to_owned()])
            .is_ok_and(|g| paths.iter().any(|p| g.has(p)));
        if !fits {
            found.push(problem);
        }
    };
    fn at<T>(file: &File<T>, path: &[&str], pattern: &str) -> Problem {
        file.problem(path, format!("`{pattern}` fits no file"))
    }
    for (i, tier) in policies.tiers.tiers.iter().enumerate() {
        for (j, pattern) in tier.paths.patterns.iter().enumerate() {
            look(
                at(
                    &policies.tiers,
                    &["tiers", &i.to_string(), "paths", &j.to_string()],
                    pattern,
                ),
                pattern,
            );
        }
    }
    for (i, entry) in policies.protected.protected.iter().enumerate() {
        for (j, pattern) in entry.paths.patterns.iter().enumerate() {
            look(
                at(
                    &policies.protected,
                    &["protected", &i.to_string(), "paths", &j.to_string()],
                    pattern,
                ),
                pattern,
            );
        }
    }
}
