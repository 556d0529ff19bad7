//! Every command of the documents is run: here, as a part of `scripts/test`, or by a test; `document_commands.tsv` says which,
//! or why one is not.

use super::commands::{lines, run};
use super::{all, nothing};
use clap::Parser;
use compat_tests::cli::Arguments;
use compat_tests::documents::root;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// What one fence may take, and all of the list together.
const QUICK: Duration = Duration::from_secs(60);

/// How a command is covered, and by what.
struct Row {
    how: String,
    what: String,
}

/// The list, by command.
fn rows() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string(root().join("compat-tests/document_commands.tsv")).unwrap();
    let mut out = BTreeMap::new();
    for line in text
        .lines()
        .filter(|l| !l.starts_with("# ") && !l.starts_with("#\t"))
    {
        let mut cells = line.split('\t').map(str::to_owned);
        let command = cells.next().unwrap_or_default();
        let row = Row {
            how: cells.next().unwrap_or_default(),
            what: cells.next().unwrap_or_default(),
        };
        assert!(out.insert(command, row).is_none(), "twice: {line}");
    }
    out
}

/// A command without its comment.
fn plain(line: &str) -> String {
    let line = line.split(" #").next().unwrap_or_default();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every command that no `sh run` fence runs, with its first place.
fn given() -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for document in all() {
        let fences = document.fences();
        let run: BTreeSet<String> = fences
            .iter()
            .filter(|f| f.words == "sh run")
            .flat_map(|f| f.text.lines().map(plain))
            .collect();
        for (number, line) in lines(&document) {
            let command = plain(&line);
            // the name of a script stands for the script, wherever it is only named
            let named = !command.contains(' ') && root().join(&command).is_file();
            if !(run.contains(&command) || named && is_run_or_listed(&command)) {
                out.entry(command)
                    .or_insert(format!("{}:{number}", document.path));
            }
        }
    }
    out
}

/// Scripts that are named in prose and tables: the documents run them, or the list has them.
fn is_run_or_listed(script: &str) -> bool {
    let starts = |command: &str| command == script || command.starts_with(&format!("{script} "));
    let fenced = all().iter().any(|d| {
        let fences = d.fences();
        let mut runs = fences.iter().filter(|f| f.words == "sh run");
        runs.any(|f| f.text.lines().any(starts))
    });
    fenced || rows().keys().any(|c| c != script && starts(c))
}

#[test]
fn every_command_is_covered() {
    let (rows, given) = (rows(), given());
    let parts = std::fs::read_to_string(root().join("scripts/test")).unwrap();
    let mut wrong = Vec::new();
    for (command, place) in &given {
        if !rows.contains_key(command) {
            wrong.push(format!(
                "{place}: {command}: say in compat-tests/document_commands.tsv how it is covered"
            ));
        }
    }
    for (command, row) in &rows {
        if !given.contains_key(command) {
            wrong.push(format!("{command}: is in the list and in no document"));
        }
        let good = match row.how.as_str() {
            "run" => row.what.is_empty(),
            "part" => parts.contains(&format!("\npart \"{}", row.what)),
            "test" => root().join(&row.what).is_file(),
            "not" => row.what.split_whitespace().count() > 4,
            _ => false,
        };
        if !good {
            wrong.push(format!("{command}: {} {}: is not so", row.how, row.what));
        }
    }
    nothing(wrong);
}

#[test]
fn commands_of_the_list_run() {
    let mut wrong = Vec::new();
    let started = Instant::now();
    for command in rows()
        .iter()
        .filter(|(_, r)| r.how == "run")
        .map(|(c, _)| c)
    {
        let begun = Instant::now();
        if let Err(said) = run(command) {
            wrong.push(format!("{command}: {said}"));
        }
        println!("{:?} {command}", begun.elapsed());
    }
    if started.elapsed() > QUICK {
        wrong.push(format!("took {:?} together", started.elapsed()));
    }
    nothing(wrong);
}

/// Those of this crate that are not run are at least taken by the program's own parser.
#[test]
fn arguments_are_taken() {
    let mut wrong = Vec::new();
    for command in rows().keys() {
        if let Some(arguments) = command.strip_prefix("cargo run -p compat-tests -- ") {
            let words = ["compat-tests"].into_iter().chain(arguments.split(' '));
            if let Err(error) = Arguments::try_parse_from(words) {
                wrong.push(format!("{command}: {error}"));
            }
        }
    }
    nothing(wrong);
}

#[test]
fn quick_commands_run() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for document in all() {
        for fence in document.fences().iter().filter(|f| f.words == "sh run") {
            seen += 1;
            let started = Instant::now();
            let place = format!("{}:{}", document.path, fence.line);
            if let Err(said) = run(&fence.text) {
                wrong.push(format!("{place}: {said}"));
            }
            if started.elapsed() > QUICK {
                wrong.push(format!("{place}: took {:?}", started.elapsed()));
            }
        }
    }
    assert!(seen > 0);
    nothing(wrong);
}
