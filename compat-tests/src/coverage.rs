//! How many recorded steps of each operation are answered as recorded, from the results of a whole replay.

use crate::engine::Engine;
use crate::operations::calls;
use crate::recording::Recording;
use crate::replay::Results;
use contract::{OPERATIONS, Scope};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One operation's row.
#[derive(Serialize)]
pub struct Row {
    pub id: &'static str,
    pub method: &'static str,
    pub path: &'static str,
    pub tag: &'static str,
    pub scope: &'static str,
    pub clients: &'static str,
    pub recorded: usize,
    /// Good steps by engine.
    pub good: BTreeMap<&'static str, usize>,
}

/// The word for a scope.
pub fn scope(scope: &Scope) -> &'static str {
    match scope {
        Scope::Implemented => "implemented",
        Scope::Pending => "pending",
        Scope::Licensed(_) => "licensed",
        Scope::ByHand => "by hand",
    }
}

/// A row for every operation of the contract.
pub fn rows(recordings: &[Recording], results: &[(Engine, Results)]) -> Vec<Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for op in OPERATIONS {
        let good = results
            .iter()
            .map(|(engine, _)| (engine.name(), 0))
            .collect();
        let row = Row {
            id: op.id,
            method: op.method,
            path: op.path,
            tag: op.tag,
            scope: scope(&op.scope),
            clients: op.clients,
            recorded: 0,
            good,
        };
        rows.insert(op.id, row);
    }
    for (name, number, op) in calls(recordings) {
        let Some(row) = rows.get_mut(op.id) else {
            continue;
        };
        row.recorded += 1;
        for (engine, results) in results {
            let good = results
                .get(name)
                .and_then(|s| s.steps.get(number - 1))
                .is_some_and(|s| s.good);
            *row.good.entry(engine.name()).or_default() += usize::from(good);
        }
    }
    rows.into_values().collect()
}

/// The numbers of one tag.
#[derive(Default)]
struct Area<'a> {
    operations: usize,
    implemented: usize,
    licensed: usize,
    pending: usize,
    recorded: usize,
    /// Good steps by engine.
    good: BTreeMap<&'a str, usize>,
}

/// Totals by tag as a Markdown table, and the names of what is pending.
pub fn by_tag(rows: &[Row]) -> String {
    let engines: Vec<&str> = rows
        .first()
        .map(|r| r.good.keys().copied().collect())
        .unwrap_or_default();
    let mut tags: BTreeMap<&str, Area<'_>> = BTreeMap::new();
    for row in rows {
        let area = tags.entry(row.tag).or_default();
        area.operations += 1;
        match row.scope {
            "pending" => area.pending += 1,
            "licensed" => area.licensed += 1,
            _ => area.implemented += 1,
        }
        area.recorded += row.recorded;
        row.good
            .iter()
            .for_each(|(e, n)| *area.good.entry(e).or_default() += n);
    }
    let mut out =
        String::from("| area | operations | implemented | refused | pending | recorded steps |");
    engines.iter().for_each(|e| {
        let _ = write!(out, " as recorded ({e}) |");
    });
    out.push_str("\n|---|--:|--:|--:|--:|--:|");
    out.push_str(&"--:|".repeat(engines.len()));
    for (tag, area) in tags {
        let Area {
            operations,
            implemented,
            licensed,
            pending,
            recorded,
            good,
        } = area;
        let _ = write!(
            out,
            "\n| {tag} | {operations} | {implemented} | {licensed} | {pending} | {recorded} |"
        );
        engines.iter().for_each(|e| {
            let _ = write!(out, " {} |", good.get(e).unwrap_or(&0));
        });
    }
    let pending: Vec<_> = rows
        .iter()
        .filter(|row| row.scope == "pending")
        .map(|row| row.id)
        .collect();
    if !pending.is_empty() {
        let _ = write!(out, "\n\nPending: {}.", pending.join(", "));
    }
    out.push('\n');
    out
}

/// Every operation as a Markdown table.
pub fn markdown(rows: &[Row]) -> String {
    let mut out = String::from(
        "| operation | method | path | scope | clients | recorded | as recorded |\n|---|---|---|---|---|--:|---|\n",
    );
    for r in rows {
        let good: Vec<String> = r.good.iter().map(|(e, n)| format!("{e} {n}")).collect();
        let _ = writeln!(
            out,
            "| {} | {} | `{}` | {} | {} | {} | {} |",
            r.id,
            r.method,
            r.path,
            r.scope,
            r.clients,
            r.recorded,
            good.join(", ")
        );
    }
    out
}
