//! The documents are true: links lead somewhere, commands and names exist, generated parts are current, pages are short,
//! and nothing is said twice. Recordings and their README are evidence, not documents.

mod analyses;
mod commands;
mod coverage;
mod dependencies;
mod generated;
mod names;
mod release;
mod schema;

use compat_tests::documents::root;
use regex::Regex;
use std::collections::BTreeMap;
use std::path::Path;

/// Most hand-written lines of a page: two printed ones.
const LONGEST: usize = 120;

/// One document, by its path below the workspace.
struct Document {
    path: String,
    text: String,
}

/// A fenced block: what stands behind the fence, the first line's number, the text.
struct Fence {
    words: String,
    line: usize,
    text: String,
}

fn all() -> Vec<Document> {
    let mut out = Vec::new();
    collect(Path::new("docs"), &mut out);
    for folder in ["", "spec", ".governance", ".github"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            add(
                &Path::new(folder).join(entry.unwrap().file_name()),
                &mut out,
            );
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(out.len() > 20, "only {} documents are found", out.len());
    out
}

fn collect(folder: &Path, out: &mut Vec<Document>) {
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let path = folder.join(entry.unwrap().file_name());
        if root().join(&path).is_dir() {
            collect(&path, out);
        } else {
            add(&path, out);
        }
    }
}

fn add(path: &Path, out: &mut Vec<Document>) {
    if path.extension().is_some_and(|e| e == "md") {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        let path = path.display().to_string();
        out.push(Document { path, text });
    }
}

impl Document {
    /// Hand-written lines outside fences, with their numbers; the others are empty.
    fn prose(&self) -> Vec<&str> {
        let (mut fenced, mut generated) = (false, false);
        let keep = |line: &str| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            generated =
                (generated || line.ends_with(": begin -->")) && !line.ends_with(": end -->");
            !fenced && !fence && !generated
        };
        let kept: Vec<bool> = self.text.lines().map(keep).collect();
        self.text
            .lines()
            .zip(kept)
            .map(|(line, keep)| if keep { line } else { "" })
            .collect()
    }

    fn fences(&self) -> Vec<Fence> {
        let mut out: Vec<Fence> = Vec::new();
        let mut open = false;
        for (number, line) in self.text.lines().enumerate() {
            match line.trim_start().strip_prefix("```") {
                Some(words) if !open => out.push(Fence {
                    words: words.trim().to_owned(),
                    line: number + 2,
                    text: String::new(),
                }),
                None if open => {
                    let fence = out.last_mut().unwrap();
                    fence.text += line.trim_start();
                    fence.text.push('\n');
                }
                _ => {}
            }
            open ^= line.trim_start().starts_with("```");
        }
        out
    }

    /// Words in single backquotes, with the number of their line.
    fn quoted(&self) -> Vec<(usize, String)> {
        let quoted = Regex::new("`([^`]+)`").unwrap();
        let mut out = Vec::new();
        for (number, line) in self.prose().iter().enumerate() {
            out.extend(
                quoted
                    .captures_iter(line)
                    .map(|c| (number + 1, c[1].to_owned())),
            );
        }
        out
    }
}

/// Words in a row that two documents may not share.
const RUN: usize = 10;

/// The same sentence in two documents, however it is broken into lines. Templates and analyses have a form of their own.
#[test]
fn no_document_repeats_another() {
    let word = Regex::new("[a-z0-9']+").unwrap();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong: BTreeMap<(String, String), String> = BTreeMap::new();
    for document in all() {
        let formal = ["docs/templates/", "docs/compat/analyses/", "docs/specs/"];
        if formal.iter().any(|f| document.path.starts_with(f)) {
            continue;
        }
        let text = document.prose().join("\n").to_lowercase();
        let words: Vec<&str> = word.find_iter(&text).map(|m| m.as_str()).collect();
        for run in words.windows(RUN) {
            let run = run.join(" ");
            match seen.get(&run) {
                Some(first) if *first != document.path => {
                    let places = (first.clone(), document.path.clone());
                    wrong.entry(places).or_insert(run);
                }
                Some(_) => {}
                None => drop(seen.insert(run, document.path.clone())),
            }
        }
    }
    let say = |((first, second), run)| format!("{second} repeats {first}: {run}");
    nothing(wrong.into_iter().map(say).collect());
}

fn nothing(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn links_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut wrong = Vec::new();
    for document in all() {
        let folder = root().join(&document.path).parent().unwrap().to_owned();
        for (number, line) in document.text.lines().enumerate() {
            for found in link.captures_iter(line) {
                let (to, heading) = found[1].split_once('#').unwrap_or((&found[1], ""));
                let outside = to.contains("://") || to.starts_with("mailto:");
                if !outside && !folder.join(to).exists() {
                    wrong.push(format!(
                        "{}:{}: {to} is not there",
                        document.path,
                        number + 1
                    ));
                }
                if !outside && !heading.is_empty() {
                    let file = if to.is_empty() {
                        root().join(&document.path)
                    } else {
                        folder.join(to)
                    };
                    let text = std::fs::read_to_string(file).unwrap_or_default();
                    let mut headings = text.lines().filter(|l| l.starts_with('#')).map(anchor);
                    if !headings.any(|h| h == heading) {
                        wrong.push(format!(
                            "{}:{}: no heading #{heading}",
                            document.path,
                            number + 1
                        ));
                    }
                }
            }
        }
    }
    nothing(wrong);
}

/// Every page can be reached; analyses are found by their folder.
#[test]
fn every_page_is_linked() {
    let link = Regex::new(r"\]\(([^)#\s]+)").unwrap();
    let mut linked = Vec::new();
    for document in all() {
        let folder = root().join(&document.path).parent().unwrap().to_owned();
        for found in link.captures_iter(&document.text) {
            linked.extend(folder.join(&found[1]).canonicalize());
        }
    }
    let pages = all().into_iter().map(|d| d.path);
    let unlinked = pages.filter(|path| {
        let page = root().join(path).canonicalize().unwrap();
        let by_folder = page.parent().is_some_and(|f| linked.iter().any(|l| l == f));
        let known = path.starts_with("docs/") && !path.starts_with("docs/compat/analyses/");
        known && path != "docs/README.md" && !by_folder && !linked.contains(&page)
    });
    nothing(
        unlinked
            .map(|p| format!("{p}: no page links here"))
            .collect(),
    );
}

/// What is written holds for every machine.
#[test]
fn no_machine_is_named() {
    let place = Regex::new(r"(^|[\s`(])(/(work|root|home|Users)/|~/)").unwrap();
    let mut wrong = Vec::new();
    for document in all() {
        for (number, line) in document.text.lines().enumerate() {
            if place.is_match(line) {
                wrong.push(format!("{}:{}: {line}", document.path, number + 1));
            }
        }
    }
    nothing(wrong);
}

fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn pages_are_short() {
    let mut wrong = Vec::new();
    for document in all() {
        let mut inside = false;
        let hand_written = document.text.lines().filter(|line| {
            inside = (inside || line.ends_with(": begin -->")) && !line.ends_with(": end -->");
            !inside
        });
        let lines = hand_written.count();
        if lines > LONGEST {
            wrong.push(format!(
                "{}: {lines} lines, {LONGEST} are two pages",
                document.path
            ));
        }
    }
    nothing(wrong);
}

#[test]
fn nothing_is_said_twice() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for document in all() {
        let mut paragraph = String::new();
        for (number, line) in document.prose().iter().copied().chain([""]).enumerate() {
            // list items and rows of tables stand for themselves
            let alone = line.starts_with(['|', '-', '#']);
            if !line.trim().is_empty() && !alone {
                paragraph += line.trim();
                paragraph.push(' ');
                continue;
            }
            for text in [std::mem::take(&mut paragraph), line.to_owned()] {
                let words = text
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .to_lowercase();
                let place = format!("{}:{}", document.path, number + 1);
                if words.len() > 70
                    && words.contains(|c: char| c.is_alphabetic())
                    && let Some(first) = seen.insert(words.clone(), place.clone())
                {
                    wrong.push(format!("{place} repeats {first}: {words}"));
                }
            }
        }
    }
    nothing(wrong);
}
