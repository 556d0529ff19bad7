//! Specs a change comes with: which there are, whether each counts, and what it covers. What needs one is `rules/protected_path`.

use crate::globs::Globs;
use crate::rules::Case;
use anyhow::Result;

pub struct Spec {
    text: String,
    /// Written in this change.
    pub is_new: bool,
}

impl Spec {
    /// Whether the spec names a path: itself, a pattern of the policy that fits it, or a folder or pattern no wider than one.
    pub fn names(&self, path: &str, patterns: &[String]) -> bool {
        let fits = |pattern: &str| Globs::new(vec![pattern.to_owned()]).is_ok_and(|g| g.has(path));
        let fitting: Vec<&String> = patterns.iter().filter(|p| fits(p)).collect();
        let narrow = |word: &str| match fitting.is_empty() {
            true => fixed(word).matches('/').count() >= 2,
            false => fitting.iter().any(|p| fixed(word).starts_with(fixed(p))),
        };
        let between = |c: char| c.is_whitespace() || "`,;()[]\"'|<>".contains(c);
        let mut words = self.text.split(between);
        words.any(|word| {
            let word = word.trim_end_matches(['.', ':']);
            let wide = word == path
                || fitting.iter().any(|p| *p == word)
                || (word.ends_with('/') && path.starts_with(word) && narrow(word));
            wide || (word.contains('*') && !fixed(word).is_empty() && fits(word) && narrow(word))
        })
    }
}

/// What stands in a pattern before its first `*`.
fn fixed(pattern: &str) -> &str {
    pattern
        .split(['*', '{', '?', '['])
        .next()
        .unwrap_or_default()
}

/// The specs a change brings lines for, and those it names; and why others of them do not count.
pub fn of(case: &Case<'_>) -> Result<(Vec<Spec>, Vec<String>)> {
    let specs = &case.policies.protected.specs;
    let place = Globs::new(vec![specs.place.clone()])?;
    let is_spec = |path: &str| place.has(path) && !specs.except.has(path);
    let mut paths = Vec::new();
    for file in case.change.files.iter().filter(|f| f.is_there()) {
        if is_spec(&file.path) {
            let lines = case.change.lines(file)?;
            if lines.iter().any(|l| l.added && !l.text.trim().is_empty()) {
                paths.push(file.path.clone());
            }
        }
    }
    let body = case.change.pull.body.as_deref().unwrap_or_default();
    for line in body.lines().chain(case.change.messages.lines()) {
        let named = line
            .trim()
            .trim_start_matches(['-', '*', ' '])
            .strip_prefix("Spec:");
        if let Some(path) = named.map(|n| n.trim().trim_matches('`'))
            && is_spec(path)
        {
            paths.push(path.to_owned());
        }
    }
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for path in paths {
        match spec(case, &path)? {
            Some(Ok(spec)) => good.push(spec),
            Some(Err(why)) => refused.push(format!("{path} {why}")),
            None => {}
        }
    }
    Ok((good, refused))
}

/// A spec with the text that counts, or why it does not; nothing if there is no such file.
///
/// One that was agreed before the change counts as it was, whatever the change makes of it: its last step writes `done`. What
/// the change itself writes or agrees to counts where its contract may do that.
fn spec(case: &Case<'_>, path: &str) -> Result<Option<Result<Spec, &'static str>>> {
    let change = case.change;
    let Some(after) = change.text_after(path)? else {
        return Ok(None);
    };
    let writers = &case.policies.protected.specs.written_by;
    let may_write = writers.contains(&change.agent);
    let is_new = change.touched(path) && may_write;
    let old_path = change.file(path).map_or(Some(path), |f| f.old_path());
    let before = old_path.map(|p| change.text_before(p)).transpose()?;
    let before = before.flatten();
    let was = before.as_deref().map(state);
    Ok(Some(match (was, state(&after)) {
        (Some(State::Done), _) => Err("is done, and covers nothing more"),
        (Some(State::Agreed), _) => Ok(Spec {
            text: if may_write {
                after
            } else {
                before.unwrap_or_default()
            },
            is_new,
        }),
        (_, State::Draft) => Err("is not agreed"),
        (_, State::Agreed | State::Done) if may_write => Ok(Spec {
            text: after,
            is_new,
        }),
        _ => Err("was not agreed before, and who made the change cannot agree to it"),
    }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Also where nothing is said.
    Draft,
    Agreed,
    Done,
}

/// What the first line `State` of a spec says.
fn state(text: &str) -> State {
    let said = text.lines().find_map(|line| {
        let line = line.trim_start_matches(['-', '*', ' ']);
        let said = line
            .strip_prefix("State**:")
            .or_else(|| line.strip_prefix("State:"))?;
        Some(said.trim())
    });
    match said {
        Some("agreed") => State::Agreed,
        Some("done") => State::Done,
        _ => State::Draft,
    }
}
