//! Kinds that are lines matching a pattern in some files.

use super::Found;
use crate::change::Change;
use crate::policy::{Kind, Side};
use anyhow::Result;
use regex::Regex;

pub fn find(kind: &Kind, change: &Change) -> Result<Vec<Found>> {
    let pattern = Regex::new(kind.lines.as_deref().unwrap_or("$^"))?;
    let mut found = Vec::new();
    for file in change.files.iter().filter(|f| kind.files.has(&f.path)) {
        for line in change.lines(file)?.iter() {
            let side = if line.added {
                Side::Added
            } else {
                Side::Removed
            };
            if (kind.side == Side::Both || kind.side == side) && pattern.is_match(&line.text) {
                found.push(Found {
                    path: file.path.clone(),
                    line: line.number,
                    what: format!("`{}`", line.text.trim()),
                });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::testing::Project;

    #[test]
    fn a_changed_lint_and_unsafe_code_are_seen() {
        let project = Project::new(&[(
            "Cargo.toml",
            "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n",
        )]);
        let lint = project.change(&[(
            "Cargo.toml",
            "[workspace.lints.rust]\nunsafe_code = \"warn\"\n",
        )]);
        assert_eq!(lint.kinds(), ["lint-changed", "lint-changed"]);
        let code = project.change(&[("src/store/src/x.rs", "fn f() {\n    unsafe { g() }\n}\n")]);
        assert_eq!(code.kinds(), ["unsafe-code"]);
        assert_eq!(code.tier(), "architectural");
        let plain = project.change(&[("src/store/src/x.rs", "//! not unsafe at all\n")]);
        assert!(plain.kinds().is_empty());
    }
}
