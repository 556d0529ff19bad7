//! The verdict as a list a person can read.

use crate::check::Verdict;
use crate::rules::Level;
use std::fmt::Write;

/// More reasons than these say nothing new.
const REASONS: usize = 5;

pub fn render(verdict: &Verdict<'_>) -> String {
    let mut out = String::new();
    let change = verdict.change;
    let short = |commit: &str| commit.get(..10).unwrap_or(commit).to_owned();
    let size = verdict.size;
    let _ = writeln!(
        out,
        "{}..{} by {}: tier {}, {} files ({} files, {} lines count against the limits)",
        short(&change.base),
        short(&change.head),
        change.agent,
        verdict.tier.name,
        change.files.len(),
        size.files,
        size.lines
    );
    let reasons: Vec<_> = verdict.assessment.deciding().collect();
    for reason in reasons.iter().take(REASONS) {
        let _ = writeln!(
            out,
            "   because {}:{} {}",
            shown(&reason.path),
            reason.line,
            shown(&reason.why)
        );
    }
    if reasons.len() > REASONS {
        let _ = writeln!(out, "   and {} more", reasons.len() - REASONS);
    }
    let labels: Vec<&str> = verdict.labels.iter().map(|(l, _)| l.as_str()).collect();
    let _ = writeln!(
        out,
        "   labels it needs: {}, and an area",
        labels.join(", ")
    );
    for finding in &verdict.findings {
        let level = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        let _ = writeln!(
            out,
            "{level}[{}] {}:{}: {}",
            finding.rule,
            shown(&finding.path),
            finding.line,
            shown(&finding.message)
        );
        let _ = writeln!(out, "  -> {}", shown(&finding.cure));
    }
    let count = |level| verdict.findings.iter().filter(|f| f.level == level).count();
    let _ = writeln!(
        out,
        "{} errors, {} warnings",
        count(Level::Error),
        count(Level::Warning)
    );
    out
}

/// A text of the change on one line: names and lines of a change are not trusted to say where a line ends, or to colour it.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            _ if c.is_control() => out.extend(c.escape_default()),
            _ => out.push(c),
        }
    }
    out
}
