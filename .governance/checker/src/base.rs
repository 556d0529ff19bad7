//! What to compare with where nobody says: on a branch the place where it left the default branch, on the default branch
//! itself the commit that brought the policies, since rules apply to what came after them.

use crate::git::Git;
use std::path::Path;

const RULES: &str = ".governance/risk-tiers.yml";

/// The repository and the base, or why there is none. A shallow clone of one commit has no history to judge: there the
/// commit that brought the policies is the newest one, and the change is empty.
pub fn auto(repo: &Path, head: &str) -> Result<(Git, String), String> {
    let git = Git::at(repo).map_err(|e| first_line(&e))?;
    let tip = git.commit(head).map_err(|e| first_line(&e))?;
    let rules = git.added_by(RULES, &tip).map_err(|e| first_line(&e))?;
    let rules = rules.ok_or_else(|| format!("no commit here brought {RULES}"))?;
    for branch in ["origin/HEAD", "origin/main", "main"] {
        let Ok(base) = git.commit(branch).and_then(|b| git.merge_base(&b, &tip)) else {
            continue;
        };
        let after_rules = git
            .merge_base(&base, &rules)
            .is_ok_and(|common| common == rules);
        if base != tip && after_rules {
            return Ok((git, base));
        }
    }
    Ok((git, rules))
}

fn first_line(error: &anyhow::Error) -> String {
    format!("{error:#}")
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    #[test]
    fn rules_apply_to_what_came_after_them() {
        let project = Project::new(&[("old.txt", "1\n")]);
        assert!(auto(project.path(), "HEAD").is_err());
        let rules = project.next(&[(RULES, "tiers: []\n")]);
        assert_eq!(auto(project.path(), "HEAD").unwrap().1, rules);
        project.next(&[("a.txt", "1\n")]);
        assert_eq!(auto(project.path(), "HEAD").unwrap().1, rules);
    }

    #[test]
    fn a_branch_is_compared_with_where_it_left() {
        let project = Project::new(&[(RULES, "tiers: []\n")]);
        let left = project.next(&[("a.txt", "1\n")]);
        project.branch("mine");
        project.next(&[("b.txt", "1\n")]);
        assert_eq!(auto(project.path(), "HEAD").unwrap().1, left);
    }

    #[test]
    fn no_repository_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        assert!(auto(folder.path(), "HEAD").is_err());
    }
}
