//! Where the stubs go: found or made files, `mod` lines in their order. Edits text, and asks the parser what is there.
use super::{Files, stubs};
use crate::spec::Op;
use anyhow::{Context, bail, ensure};
use quote::ToTokens;
use std::path::Path;

/// The file of a noun in a crate: `noun.rs`, or `noun/mod.rs` where it became a folder.
fn file_of(
    files: &Files<'_>,
    folder: &str,
    noun: &str,
) -> anyhow::Result<(String, Option<String>)> {
    let as_folder = format!("{folder}/{noun}/mod.rs");
    if let Some(text) = files.text(&as_folder)? {
        return Ok((as_folder, Some(text)));
    }
    let plain = format!("{folder}/{noun}.rs");
    let text = files.text(&plain)?;
    Ok((plain, text))
}

/// Adds every stub.
pub(super) fn lay_out(files: &mut Files<'_>, op: &Op, noun: &str) -> anyhow::Result<()> {
    handler(files, op, noun)?;
    let title = |text: &str| format!("//! {}{text}\n", capital(&noun.replace('_', " ")));
    let method = stubs::method_name(op);
    append(
        files,
        "src/domain/src",
        noun,
        &method,
        &title(": the rules."),
        &stubs::domain(op),
    )?;
    append(
        files,
        "src/store/src",
        noun,
        &method,
        &title(" as rows."),
        &stubs::store(op),
    )?;
    for library in ["src/domain/src/lib.rs", "src/store/src/lib.rs"] {
        declare(files, library, noun, "pub mod")?;
    }
    let header = format!(
        "//! `store::{noun}` on both engines.\n#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]\n"
    );
    append(
        files,
        "src/store/tests",
        noun,
        &method,
        &header,
        &stubs::store_test(op, noun),
    )?;
    let header = format!(
        "//! The operations of `{}`, where the recordings do not say enough.\n",
        op.tag
    );
    let tests = "compat-tests/tests/it/operations";
    append(
        files,
        tests,
        &op.tag,
        &method,
        &header,
        &stubs::operation_test(op),
    )?;
    declare(files, &format!("{tests}/mod.rs"), &op.tag, "mod")
}

/// Adds the method to the implementation of its tag's trait.
fn handler(files: &mut Files<'_>, op: &Op, noun: &str) -> anyhow::Result<()> {
    let (path, text) = file_of(files, "src/api/src", &op.tag)?;
    let (text, name) = match text {
        Some(text) => (text, stubs::method_name(op)),
        None => {
            declare(files, "src/api/src/lib.rs", &op.tag, "mod")?;
            let title = capital(&op.tag.replace('_', " "));
            let header = format!("//! {title}.\n\nuse crate::Api;\n");
            (header, String::new())
        }
    };
    ensure!(
        name.is_empty() || !has_function(&path, &text, &name)?,
        "{path} has `{name}` already"
    );
    let opening = format!("impl contract::{} for Api {{", stubs::trait_name(op));
    let stub = stubs::handler(op, noun);
    let text = match text.split_once(&opening) {
        Some((before, rest)) => {
            let Some((inside, after)) = rest.split_once("\n}\n") else {
                bail!("{path}: the end of `{opening}` is not found");
            };
            let gap = if inside.trim().is_empty() { "" } else { "\n" };
            format!("{before}{opening}{inside}\n{gap}{stub}}}\n{after}")
        }
        None => format!("{}\n\n{opening}\n{stub}}}\n", text.trim_end()),
    };
    files.set(&path, text)
}

/// Adds a function at the end of a noun's file, which is made when there is none.
fn append(
    files: &mut Files<'_>,
    folder: &str,
    noun: &str,
    function: &str,
    header: &str,
    stub: &str,
) -> anyhow::Result<()> {
    let (path, text) = file_of(files, folder, noun)?;
    if let Some(text) = &text {
        ensure!(
            !has_function(&path, text, function)?
                && !text.contains(&format!("async fn {function}(")),
            "{path} has `{function}` already"
        );
    }
    let text = text.unwrap_or_else(|| header.to_owned());
    // a module of unit tests stays last
    let text = match text.split_once("\n#[cfg(test)]\nmod tests {") {
        Some((code, tests)) => {
            format!(
                "{}\n\n{stub}\n#[cfg(test)]\nmod tests {{{tests}",
                code.trim_end()
            )
        }
        None => format!("{}\n\n{stub}", text.trim_end()),
    };
    files.set(&path, text)
}

/// A `mod` line in the order of names, unless there is one.
fn declare(files: &mut Files<'_>, path: &str, name: &str, keyword: &str) -> anyhow::Result<()> {
    let text = files
        .text(path)?
        .with_context(|| format!("{path} is missing"))?;
    let mut lines: Vec<&str> = text.lines().collect();
    let named = |line: &str| {
        let rest = line
            .strip_prefix("pub ")
            .or_else(|| line.strip_prefix("pub(crate) "))
            .unwrap_or(line)
            .strip_prefix("mod ")?;
        rest.strip_suffix(';').map(str::to_owned)
    };
    if lines.iter().any(|l| named(l).as_deref() == Some(name)) {
        return Ok(());
    }
    let new = format!("{keyword} {name};");
    let next = lines
        .iter()
        .position(|l| named(l).is_some_and(|n| n.as_str() > name));
    let last = lines
        .iter()
        .rposition(|l| named(l).is_some())
        .map(|at| at + 1);
    match next.or(last) {
        Some(at) => lines.insert(at, &new),
        None => {
            // below the module's own words
            let at = lines
                .iter()
                .position(|l| !l.starts_with("//!") && !l.starts_with("#!"));
            let at = at.unwrap_or(lines.len());
            lines.splice(at..at, ["", new.as_str()]);
        }
    }
    files.set(path, lines.join("\n") + "\n")
}

fn has_function(path: &str, text: &str, name: &str) -> anyhow::Result<bool> {
    let file = syn::parse_file(text).with_context(|| format!("{path} does not parse"))?;
    Ok(file.items.iter().any(|item| match item {
        syn::Item::Fn(f) => f.sig.ident == name,
        syn::Item::Use(line) => {
            let text = line.to_token_stream().to_string();
            text.split(|c: char| c != '_' && !c.is_alphanumeric())
                .any(|word| word == name)
        }
        syn::Item::Impl(block) => block
            .items
            .iter()
            .any(|item| matches!(item, syn::ImplItem::Fn(f) if f.sig.ident == name)),
        _ => false,
    }))
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(text.len().min(1));
    first.to_uppercase() + rest
}

/// Lets rustfmt lay the files of nouns out; without it they are valid all the same.
pub(super) fn format<'a>(root: &Path, files: impl Iterator<Item = &'a String>) {
    let nouns =
        files.filter(|f| f.ends_with(".rs") && !f.ends_with("/lib.rs") && !f.ends_with("/mod.rs"));
    let nouns: Vec<_> = nouns.map(|f| root.join(f)).collect();
    let _ = std::process::Command::new("rustfmt")
        .args(["--edition", "2024"])
        .args(nouns)
        .status();
}
