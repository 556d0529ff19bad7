//! The table a reviewer reads in ten seconds: one line of totals, then a row for each measure, then what became worse.

use crate::engine::Engine;
use crate::replay::Results;
use crate::scoreboard;
use crate::trend::Row;
use std::fmt::Write as _;

/// The line CI shows: `41/41, 512/540 operations, +12 since main`. `only` says that one engine alone was played.
pub fn headline(now: &Row, base: Option<&Row>, only: &str) -> String {
    let since = base.map_or(String::new(), |then| {
        format!(", {} since main", signed(now.implemented, then.implemented))
    });
    format!(
        "{}/41{only}, {}/{} operations{since}",
        now.mobile, now.implemented, now.operations
    )
}

fn signed(now: usize, then: usize) -> String {
    if now >= then {
        format!("+{}", now - then)
    } else {
        format!("-{}", then - now)
    }
}

/// The whole table, with what became worse.
pub fn table(
    results: &[(Engine, Results)],
    now: &Row,
    base: Option<&Row>,
    worse: &[String],
) -> String {
    let mut out = format!("{}\n\n", headline(now, base, &scoreboard::only(results)));
    let mut row = |name: &str, now: usize, of: Option<usize>, then: Option<usize>| {
        let of = of.map_or(String::new(), |of| format!("/{of}"));
        let since = then.map_or(String::new(), |then| signed(now, then));
        let _ = writeln!(out, "{name:<34} {:>10}  {since:>6}", format!("{now}{of}"));
    };
    let pending = |row: &Row| {
        row.operations
            .saturating_sub(row.implemented + row.licensed)
    };
    row(
        "mobile endpoints",
        now.mobile,
        Some(41),
        base.map(|b| b.mobile),
    );
    row(
        "operations implemented",
        now.implemented,
        Some(now.operations),
        base.map(|b| b.implemented),
    );
    row(
        "  refused as without a licence",
        now.licensed,
        None,
        base.map(|b| b.licensed),
    );
    row("  pending (501)", pending(now), None, base.map(pending));
    for (engine, played) in results {
        let (good, then) = match engine {
            Engine::Sqlite => (now.sqlite, base.map(|b| b.sqlite)),
            Engine::Postgres => (now.postgres, base.map(|b| b.postgres)),
        };
        let name = format!("steps as recorded, {}", engine.name());
        row(
            &name,
            good,
            Some(played.values().map(|s| s.steps.len()).sum()),
            then,
        );
    }
    row(
        "steps known to fail (baseline)",
        now.known,
        None,
        base.map(|b| b.known),
    );
    let verdict = if worse.is_empty() {
        "nothing became worse".to_owned()
    } else {
        format!("WORSE: {}", worse.join("; "))
    };
    out + &format!("{verdict}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_fit_a_line_and_losses_show() {
        let then = Row {
            mobile: 41,
            implemented: 500,
            licensed: 20,
            operations: 540,
            ..Row::default()
        };
        let now = Row {
            implemented: 512,
            ..then.clone()
        };
        assert_eq!(
            headline(&now, Some(&then), ""),
            "41/41, 512/540 operations, +12 since main"
        );
        assert!(table(&[], &now, Some(&then), &[]).ends_with("\nnothing became worse\n"));
        let worse = ["one".to_owned(), "two".to_owned()];
        assert!(table(&[], &now, Some(&then), &worse).ends_with("\nWORSE: one; two\n"));
    }
}
