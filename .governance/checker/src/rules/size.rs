//! A change is small enough to be read: files and lines, without what machines write.

use super::{Case, Finding, Rule};
use crate::change::Changed;
use crate::policy::{Limit, Policies};
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "size",
    asks: "A change stays within the limits of its tier and of its agent, generated files and recordings not counted.",
    check,
};

/// Files and lines that count.
pub fn counted(policies: &Policies, files: &[Changed]) -> Limit {
    Limit {
        files: counting(policies, files).count(),
        lines: counting(policies, files).map(|f| weight(policies, f)).sum(),
    }
}

fn counting<'a>(policies: &'a Policies, files: &'a [Changed]) -> impl Iterator<Item = &'a Changed> {
    files.iter().filter(|f| !is_excluded(policies, &f.path))
}

fn is_excluded(policies: &Policies, path: &str) -> bool {
    policies.sizes.excluded.iter().any(|e| e.paths.has(path))
}

/// A file that was moved from where nothing counts counts as if it were new.
fn weight(policies: &Policies, file: &Changed) -> usize {
    let uncounted = |from: &str| is_excluded(policies, from);
    match file.from.as_deref().is_some_and(uncounted) {
        true => file.whole,
        false => file.weight,
    }
}

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let size = counted(case.policies, &case.change.files);
    let of_tier = case.policies.sizes.limits.get(&case.tier.name).copied();
    let largest = counting(case.policies, &case.change.files)
        .max_by_key(|f| weight(case.policies, f))
        .map_or("", |f| f.path.as_str());
    let mut found = Vec::new();
    let limits = [
        (format!("a change of tier {}", case.tier.name), of_tier),
        (format!("`{}`", case.change.agent), case.contract.limits),
    ];
    for (who, limit) in limits {
        let Some(limit) = limit else { continue };
        for (what, have, most) in [
            ("files", size.files, limit.files),
            ("lines", size.lines, limit.lines),
        ] {
            if have > most {
                let message = format!("{have} {what} changed; {who} may change {most}");
                found.push(Finding::new(
                    largest,
                    1,
                    message,
                    "split the change into steps that each stand alone",
                ));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    fn lines(n: usize) -> String {
        (0..n).map(|i| format!("// line {i}\n")).collect()
    }

    #[test]
    fn too_many_lines() {
        let project = Project::new(&[]);
        let small = project.change(&[("src/domain/src/a.rs", lines(100).as_str())]);
        small.by("contributor").passes("size");
        let large = project.change(&[("src/domain/src/a.rs", lines(5000).as_str())]);
        large.by("contributor").fails("size", "src/domain/src/a.rs");
        large.by("maintainer").warns("size");
    }

    #[test]
    fn what_git_takes_for_binary_counts_too() {
        let project = Project::new(&[("src/domain/src/b.rs", "//! b\n")]);
        let hidden = format!("// \0\n{}", lines(3000));
        let nul = project.change(&[("src/domain/src/a.rs", hidden.as_str())]);
        nul.by("contributor").fails("size", "src/domain/src/a.rs");
        let plain = lines(3000);
        let attributes = [
            (".gitattributes", "*.rs -diff\n"),
            ("src/domain/src/b.rs", plain.as_str()),
        ];
        let undiffed = project.change(&attributes);
        undiffed
            .by("contributor")
            .fails("size", "src/domain/src/b.rs");
        let wide = lines(50_000).replace('\n', " ");
        let one_line = project.change(&[("src/domain/src/a.rs", wide.as_str())]);
        one_line
            .by("contributor")
            .fails("size", "src/domain/src/a.rs");
        let picture = |bytes: usize| {
            project.doing(|root| std::fs::write(root.join("a.png"), vec![0; bytes]).unwrap())
        };
        picture(30_000).by("contributor").passes("size");
        picture(300_000).by("contributor").fails("size", "a.png");
    }

    #[test]
    fn a_move_from_where_nothing_counts_counts() {
        let text = lines(3000);
        let project = Project::new(&[
            ("spec/facts/a.txt", text.as_str()),
            ("docs/b.txt", &lines(2900)),
        ]);
        let out = project.moved("spec/facts/a.txt", "src/domain/src/a.rs");
        out.by("contributor").fails("size", "src/domain/src/a.rs");
        let plain = project.moved("docs/b.txt", "docs/c.txt");
        plain.by("contributor").passes("size");
    }

    #[test]
    fn an_agent_has_limits_of_its_own() {
        let project = Project::new(&[]);
        let change = project.change(&[("src/domain/src/a.rs", lines(700).as_str())]);
        change.by("backend-agent").passes("size");
        change
            .by("security-agent")
            .fails("size", "src/domain/src/a.rs");
    }

    #[test]
    fn too_many_files() {
        let project = Project::new(&[]);
        let names: Vec<String> = (0..60).map(|i| format!("src/domain/src/n{i}.rs")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "//! x\n")).collect();
        project
            .change(&files)
            .by("backend-agent")
            .fails("size", "src/domain/src/");
    }

    #[test]
    fn what_machines_write_does_not_count() {
        let project = Project::new(&[]);
        let files = [
            ("Cargo.lock", lines(9000)),
            ("compat-tests/recordings/posts/a.json", lines(9000)),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (*p, t.as_str())).collect();
        project.change(&files).by("contributor").passes("size");
    }
}
