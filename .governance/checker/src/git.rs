//! What the checker asks of git, through its command: commits, diffs, texts. It never writes.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines added and removed; nothing for what git takes for binary.
pub type Counts = Option<(usize, usize)>;

#[derive(Clone, Debug)]
pub struct Git {
    pub root: PathBuf,
}

impl Git {
    /// The repository `folder` is in.
    pub fn at(folder: &Path) -> Result<Git> {
        let inside = Git {
            root: folder.to_owned(),
        };
        let root = inside.line(&["rev-parse", "--show-toplevel"])?;
        Ok(Git { root: root.into() })
    }

    fn bytes(&self, args: &[&str]) -> Result<Vec<u8>> {
        let mut command = Command::new("git");
        command.current_dir(&self.root).args([
            "--literal-pathspecs",
            "-c",
            "core.quotePath=false",
            "-c",
            "diff.renames=true",
        ]);
        let output = command.args(args).output().context("git does not start")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("git {}: {}", args.first().unwrap_or(&""), said.trim());
        }
        Ok(output.stdout)
    }

    fn text(&self, args: &[&str]) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.bytes(args)?).into_owned())
    }

    fn line(&self, args: &[&str]) -> Result<String> {
        Ok(self.text(args)?.trim().to_owned())
    }

    /// The commit a name stands for.
    pub fn commit(&self, name: &str) -> Result<String> {
        let full = format!("{name}^{{commit}}");
        self.line(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &full,
        ])
        .with_context(|| format!("`{name}` is no commit here (a shallow clone? fetch it first)"))
    }

    pub fn merge_base(&self, one: &str, other: &str) -> Result<String> {
        self.line(&["merge-base", one, other]).with_context(|| {
            format!("{one} and {other} have no common ancestor here (a shallow clone? fetch more)")
        })
    }

    /// The newest commit that added a file, on the way to `head`.
    pub fn added_by(&self, path: &str, head: &str) -> Result<Option<String>> {
        let log = self.text(&["log", "--diff-filter=A", "--format=%H", head, "--", path])?;
        Ok(log.lines().last().map(str::to_owned))
    }

    /// The newest commits up to `head` that changed a file, at most so many, newest first.
    pub fn touching(&self, head: &str, path: &str, most: usize) -> Result<Vec<String>> {
        let most = format!("--max-count={most}");
        let log = self.text(&["log", &most, "--format=%H", head, "--", path])?;
        Ok(log.lines().map(str::to_owned).collect())
    }

    /// Commits after `base` up to `head`, newest first.
    pub fn commits(&self, base: &str, head: &str) -> Result<Vec<String>> {
        let list = self.text(&["rev-list", &format!("{base}..{head}")])?;
        Ok(list.lines().map(str::to_owned).collect())
    }

    pub fn message(&self, commit: &str) -> Result<String> {
        self.text(&["log", "-1", "--format=%B", commit])
    }

    pub fn whole_diff(&self, from: &str, to: &str) -> Result<String> {
        self.text(&[
            "diff",
            "-U0",
            "--no-renames",
            "--no-ext-diff",
            "--no-color",
            from,
            to,
        ])
    }

    pub fn messages(&self, base: &str, head: &str) -> Result<String> {
        self.text(&["log", "--format=%B", &format!("{base}..{head}")])
    }

    /// A file's bytes at a commit, if it was there.
    pub fn file(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>> {
        if self
            .line(&["ls-tree", "--name-only", "--full-tree", commit, "--", path])?
            .is_empty()
        {
            return Ok(None);
        }
        self.bytes(&["cat-file", "blob", &format!("{commit}:{path}")])
            .map(Some)
    }

    /// Paths of all files beneath a folder at a commit; of all files for an empty folder.
    pub fn files(&self, commit: &str, folder: &str) -> Result<Vec<String>> {
        let mut args = vec!["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit];
        if !folder.is_empty() {
            args.extend(["--", folder]);
        }
        Ok(split(&self.text(&args)?))
    }

    /// Letter of the status, path, and for a moved file the path it had.
    pub fn changed(&self, base: &str, head: &str) -> Result<Vec<(char, String, Option<String>)>> {
        let fields = split(&self.text(&[
            "diff",
            "--name-status",
            "-z",
            "-M",
            "--no-ext-diff",
            base,
            head,
        ])?);
        let mut fields = fields.into_iter();
        let mut found = Vec::new();
        while let Some(status) = fields.next() {
            let letter = status.chars().next().unwrap_or('M');
            let first = fields.next().context("git diff ended early")?;
            if matches!(letter, 'R' | 'C') {
                let new = fields.next().context("git diff ended early")?;
                found.push((letter, new, Some(first)));
            } else {
                found.push((letter, first, None));
            }
        }
        Ok(found)
    }

    /// What changed, counted per path.
    pub fn counts(&self, base: &str, head: &str) -> Result<Vec<(String, Counts)>> {
        let fields =
            split(&self.text(&["diff", "--numstat", "-z", "-M", "--no-ext-diff", base, head])?);
        let mut fields = fields.into_iter();
        let mut found = Vec::new();
        while let Some(field) = fields.next() {
            let mut parts = field.splitn(3, '\t');
            let (added, removed) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            let mut path = parts.next().unwrap_or("").to_owned();
            if path.is_empty() {
                // moved: the old and the new path follow
                let _ = fields.next();
                path = fields.next().context("git diff ended early")?;
            }
            found.push((path, added.parse().ok().zip(removed.parse().ok())));
        }
        Ok(found)
    }

    /// The changed lines of one file as a diff without context.
    pub fn diff(&self, base: &str, head: &str, paths: &[&str]) -> Result<String> {
        let mut args = vec![
            "diff",
            "-U0",
            "-M",
            "--no-ext-diff",
            "--no-color",
            base,
            head,
            "--",
        ];
        args.extend(paths);
        self.text(&args)
    }
}

fn split(text: &str) -> Vec<String> {
    text.split('\0')
        .filter(|f| !f.is_empty())
        .map(str::to_owned)
        .collect()
}
