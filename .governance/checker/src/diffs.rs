//! What differs between two commits: paths, counts, lines. Everything is compared as text, whatever `.gitattributes` say of
//! it, since what they hide is what has to be looked at.

use crate::git::{Entry, Git};
use anyhow::{Context, Result};

/// A path that differs.
#[derive(Clone, Debug)]
pub struct Difference {
    /// git's letter for how: A, M, T, D, R.
    pub letter: char,
    pub path: String,
    /// The path before, of a moved file.
    pub from: Option<String>,
    pub before: Entry,
    pub after: Entry,
}

const DIFF: &[&str] = &[
    "diff-tree",
    "-r",
    "-M",
    "--text",
    "--no-textconv",
    "--no-ext-diff",
    "--no-color",
    "--ignore-submodules=none",
];

impl Git {
    fn compare(&self, how: &[&str], base: &str, head: &str, paths: &[&str]) -> Result<String> {
        let mut args = DIFF.to_vec();
        args.extend(how);
        args.extend([base, head, "--"]);
        args.extend(paths);
        self.text(&args)
    }

    pub fn changed(&self, base: &str, head: &str) -> Result<Vec<Difference>> {
        let text = self.compare(&["--raw", "--no-abbrev", "-z"], base, head, &[])?;
        let mut fields = text.split_terminator('\0');
        let mut found = Vec::new();
        while let Some(field) = fields.next() {
            let mut words = field.trim_start_matches(':').split(' ');
            let mut word = || words.next().unwrap_or_default().to_owned();
            let (mode_before, mode_after, before, after) = (word(), word(), word(), word());
            let letter = word().chars().next().unwrap_or('M');
            let first = fields.next().context("git diff-tree ended early")?;
            let (path, from) = if matches!(letter, 'R' | 'C') {
                let new = fields.next().context("git diff-tree ended early")?;
                (new, Some(first.to_owned()))
            } else {
                (first, None)
            };
            found.push(Difference {
                letter,
                path: path.to_owned(),
                from,
                before: Entry {
                    mode: mode_before,
                    id: before,
                },
                after: Entry {
                    mode: mode_after,
                    id: after,
                },
            });
        }
        Ok(found)
    }

    /// Paths with how many lines were added and removed; git does not count those of what it takes for binary.
    pub fn counts(&self, base: &str, head: &str) -> Result<Vec<(String, Option<usize>)>> {
        let text = self.compare(&["--numstat", "-z"], base, head, &[])?;
        let mut fields = text.split_terminator('\0');
        let mut found = Vec::new();
        while let Some(field) = fields.next() {
            let mut parts = field.splitn(3, '\t');
            let mut number = || parts.next().and_then(|n| n.parse::<usize>().ok());
            let (added, removed) = (number(), number());
            let mut path = parts.next().unwrap_or("");
            if path.is_empty() {
                // moved: the old and the new path follow
                let _ = fields.next();
                path = fields.next().context("git diff-tree ended early")?;
            }
            found.push((path.to_owned(), added.zip(removed).map(|(a, r)| a + r)));
        }
        Ok(found)
    }

    /// The changed lines of one file as a diff without context.
    pub fn diff(&self, base: &str, head: &str, paths: &[&str]) -> Result<String> {
        self.compare(&["-p", "-U0", "--inter-hunk-context=0"], base, head, paths)
    }
}
