//! What the checker asks of git, through its command: commits, messages, files. It never writes. What differs between two
//! commits is asked in `diffs`.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Debug)]
pub struct Git {
    pub root: PathBuf,
}

/// What a tree holds under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub mode: String,
    pub id: String,
}

impl Entry {
    pub fn is_file(&self) -> bool {
        self.mode.starts_with("100")
    }
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

    /// What a command prints. Nothing of the machine it runs on decides what that is: no attributes, no settings of diffs,
    /// no replaced objects.
    pub fn bytes(&self, args: &[&str]) -> Result<Vec<u8>> {
        let mut command = Command::new("git");
        command.current_dir(&self.root).args([
            "--literal-pathspecs",
            "-c",
            "core.quotePath=false",
            "-c",
            "core.attributesFile=/dev/null",
            "-c",
            "log.showSignature=false",
        ]);
        command
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env_remove("GIT_DIFF_OPTS");
        let output = command.args(args).output().context("git does not start")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("git {}: {}", args.first().unwrap_or(&""), said.trim());
        }
        Ok(output.stdout)
    }

    pub fn text(&self, args: &[&str]) -> Result<String> {
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

    pub fn messages(&self, base: &str, head: &str) -> Result<String> {
        self.text(&["log", "--format=%B", &format!("{base}..{head}")])
    }

    /// What a path names at a commit, if there is something.
    pub fn entry(&self, commit: &str, path: &str) -> Result<Option<Entry>> {
        let text = self.text(&["ls-tree", "-z", "--full-tree", commit, "--", path])?;
        let mut fields = text.split([' ', '\t']);
        let (Some(mode), Some(_), Some(id)) = (fields.next(), fields.next(), fields.next()) else {
            return Ok(None);
        };
        Ok(Some(Entry {
            mode: mode.to_owned(),
            id: id.to_owned(),
        }))
    }

    /// A file's bytes at a commit, if it was there. A link, a folder or a submodule is no file.
    pub fn file(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let entry = self.entry(commit, path)?.filter(Entry::is_file);
        entry.map(|e| self.blob(&e.id)).transpose()
    }

    pub fn blob(&self, id: &str) -> Result<Vec<u8>> {
        self.bytes(&["cat-file", "blob", id])
    }

    /// Paths of all files beneath a folder at a commit; of all files for an empty folder.
    pub fn files(&self, commit: &str, folder: &str) -> Result<Vec<String>> {
        let mut args = vec!["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit];
        if !folder.is_empty() {
            args.extend(["--", folder]);
        }
        Ok(split(&self.text(&args)?))
    }
}

fn split(text: &str) -> Vec<String> {
    text.split('\0')
        .filter(|f| !f.is_empty())
        .map(str::to_owned)
        .collect()
}
