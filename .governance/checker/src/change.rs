//! A change: what differs between two commits, who made it, and what the pull request says of it, if there is one.

use crate::content;
use crate::diffs::Difference;
use crate::git::{Entry, Git};
use crate::revert;
use crate::yaml::{self, Node};
use anyhow::{Result, anyhow};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

pub struct Change {
    pub git: Git,
    pub base: String,
    pub head: String,
    pub files: Vec<Changed>,
    /// Messages of the commits between.
    pub messages: String,
    pub agent: String,
    pub pull: Pull,
    /// Commits that the change exactly undoes, if that is all it does.
    pub undone: Vec<String>,
    lines: RefCell<HashMap<String, Rc<Vec<Line>>>>,
}

/// What is known of the pull request; `None` is not told, and then not judged.
#[derive(Clone, Debug, Default)]
pub struct Pull {
    pub labels: Option<Vec<String>>,
    pub body: Option<String>,
    pub approvals: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct Changed {
    pub path: String,
    /// The path before, where the file was moved.
    pub from: Option<String>,
    pub status: Status,
    /// What lay at the path at the base, and what lies there now.
    pub before: Entry,
    pub after: Entry,
    /// Lines added and removed; more of them where lines are very long or the file is no text.
    pub weight: usize,
    /// The same of all of the file as it is now.
    pub whole: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Added,
    Modified,
    Moved,
    Deleted,
}

/// A changed line with its number: of the new file if added, of the old one if removed.
#[derive(Clone, Debug)]
pub struct Line {
    pub added: bool,
    pub number: usize,
    pub text: String,
}

impl Changed {
    fn of(found: Difference) -> Changed {
        let status = match found.letter {
            'A' | 'C' => Status::Added,
            'D' => Status::Deleted,
            'R' => Status::Moved,
            _ => Status::Modified,
        };
        Changed {
            path: found.path,
            from: found.from.filter(|_| status == Status::Moved),
            status,
            before: found.before,
            after: found.after,
            weight: 0,
            whole: 0,
        }
    }

    /// The paths the change touches: the new one, and the old one of a moved file.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.path.as_str()).chain(self.from.as_deref())
    }

    pub fn is_new(&self) -> bool {
        matches!(self.status, Status::Added)
    }

    pub fn is_there(&self) -> bool {
        self.status != Status::Deleted
    }

    /// The path the file had at the base, if it was there.
    pub fn old_path(&self) -> Option<&str> {
        match self.status {
            Status::Added => None,
            Status::Moved => self.from.as_deref(),
            Status::Modified | Status::Deleted => Some(&self.path),
        }
    }
}

impl Change {
    pub fn between(git: Git, base: &str, head: &str, agent: &str, pull: Pull) -> Result<Change> {
        let head = git.commit(head)?;
        let base = git.merge_base(&git.commit(base)?, &head)?;
        let counts: HashMap<_, _> = git.counts(&base, &head)?.into_iter().collect();
        let mut files = Vec::new();
        for found in git.changed(&base, &head)? {
            let mut file = Changed::of(found);
            let counted = counts.get(&file.path).copied().flatten();
            (file.weight, file.whole) = weight(&git, &base, &head, &file, counted)?;
            files.push(file);
        }
        let messages = git.messages(&base, &head)?;
        let undone = revert::undone(&git, &base, &head)?;
        Ok(Change {
            undone,
            lines: RefCell::default(),
            git,
            base,
            head,
            files,
            messages,
            agent: agent.to_owned(),
            pull,
        })
    }

    pub fn file(&self, path: &str) -> Option<&Changed> {
        self.files.iter().find(|f| f.path == path)
    }

    pub fn touched(&self, path: &str) -> bool {
        self.files.iter().any(|f| f.paths().any(|p| p == path))
    }

    pub fn text_before(&self, path: &str) -> Result<Option<String>> {
        self.text_at(&self.base, path)
    }

    pub fn text_after(&self, path: &str) -> Result<Option<String>> {
        self.text_at(&self.head, path)
    }

    /// A file's text at any commit, if it was there.
    pub fn text_at(&self, commit: &str, path: &str) -> Result<Option<String>> {
        let bytes = self.git.file(commit, path)?;
        Ok(bytes.map(|b| String::from_utf8_lossy(&b).into_owned()))
    }

    pub fn bytes_after(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.git.file(&self.head, path)
    }

    /// All lines of a file as if it had just been added, or taken away.
    pub fn whole(&self, path: &str, added: bool) -> Result<Vec<Line>> {
        let commit = if added { &self.head } else { &self.base };
        let text = self.text_at(commit, path)?.unwrap_or_default();
        let line = |(i, text): (usize, &str)| Line {
            added,
            number: i + 1,
            text: text.to_owned(),
        };
        Ok(text.lines().enumerate().map(line).collect())
    }

    /// A YAML file before and after; what cannot be read before counts as missing.
    pub fn yaml_before(&self, path: &str) -> Result<Option<Node>> {
        let text = self.text_before(path)?;
        Ok(text.and_then(|t| yaml::parse(path, &t).ok()))
    }

    pub fn yaml_after(&self, path: &str) -> Result<Option<Node>> {
        let text = self.text_after(path)?;
        text.map(|t| yaml::parse(path, &t).map_err(|p| anyhow!("{p}")))
            .transpose()
    }

    /// The changed lines of a file; asked for by several rules, so kept.
    pub fn lines(&self, file: &Changed) -> Result<Rc<Vec<Line>>> {
        if let Some(known) = self.lines.borrow().get(&file.path) {
            return Ok(known.clone());
        }
        let lines = Rc::new(lines(&self.git, &self.base, &self.head, file)?);
        self.lines
            .borrow_mut()
            .insert(file.path.clone(), lines.clone());
        Ok(lines)
    }
}

fn lines(git: &Git, base: &str, head: &str, file: &Changed) -> Result<Vec<Line>> {
    let paths: Vec<&str> = file.paths().collect();
    Ok(hunks(&git.diff(base, head, &paths)?))
}

/// As how many lines a change of a file counts, and the file; `counted` is what git says.
fn weight(
    git: &Git,
    base: &str,
    head: &str,
    file: &Changed,
    counted: Option<usize>,
) -> Result<(usize, usize)> {
    let bytes = |entry: &Entry| match entry.is_file() {
        true => git.blob(&entry.id),
        false => Ok(Vec::new()),
    };
    let (before, after) = (bytes(&file.before)?, bytes(&file.after)?);
    let wide = content::is_wide(&before) || content::is_wide(&after);
    let count = match counted.filter(|_| !wide) {
        Some(count) => count,
        None => {
            let changed = lines(git, base, head, file)?;
            changed
                .iter()
                .map(|l| content::height(l.text.as_bytes()))
                .sum()
        }
    };
    let whole = after.split(|b| *b == b'\n').map(content::height).sum();
    Ok((
        content::weight(&before, &after, count),
        content::weight(&[], &after, whole),
    ))
}

fn hunks(diff: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let (mut old, mut new) = (0, 0);
    // the header of a file ends at its first `@@`; before it `---` and `+++` are no lines of it
    let mut inside = false;
    for line in diff.lines() {
        if line.starts_with("diff --git ") {
            inside = false;
        } else if let Some(header) = line.strip_prefix("@@ -") {
            inside = true;
            (old, new) = starts(header);
        } else if inside {
            let (added, number) = match line.as_bytes().first() {
                Some(b'+') => (true, &mut new),
                Some(b'-') => (false, &mut old),
                _ => continue,
            };
            found.push(Line {
                added,
                number: *number,
                text: line[1..].to_owned(),
            });
            *number += 1;
        }
    }
    found
}

/// `12,3 +14,2 @@ …` → (12, 14)
fn starts(header: &str) -> (usize, usize) {
    let number = |part: Option<&str>| {
        let digits = part.unwrap_or("").trim_start_matches('+');
        digits
            .split(',')
            .next()
            .and_then(|d| d.parse().ok())
            .unwrap_or(1)
    };
    let mut parts = header.split(' ');
    (number(parts.next()), number(parts.next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_diff_have_their_numbers() {
        let diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -2 +2,2 @@ fn\n-old\n+new\n+++newer\n@@ -9,0 +11 @@\n+last\n";
        let got: Vec<_> = hunks(diff)
            .into_iter()
            .map(|l| (l.added, l.number, l.text))
            .collect();
        let want = [
            (false, 2, "old"),
            (true, 2, "new"),
            (true, 3, "++newer"),
            (true, 11, "last"),
        ];
        assert_eq!(got, want.map(|(a, n, t)| (a, n, t.to_owned())));
    }
}
