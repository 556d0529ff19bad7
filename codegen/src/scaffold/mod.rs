//! `codegen new-operation`: lays out what an operation needs in every layer, compiling and refusing until it is filled.
//! Never overwrites: whatever is there already ends it before anything is written. Writes no rules of chat.
mod rust;
mod stubs;
mod yaml;

use crate::spec::{Op, Scope, Spec};
use anyhow::{Context, bail, ensure};
use std::collections::BTreeMap;
use std::path::Path;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub id: String,
    /// Method and path of a route that the specification lacks.
    pub new: Option<(String, String)>,
    pub tag: Option<String>,
    /// The file name in `domain` and `store`, where it is not the tag.
    pub noun: Option<String>,
    /// Overlay words of a new route.
    pub body: Option<String>,
    pub response: Option<String>,
    pub query: Vec<String>,
    pub reason: Option<String>,
}

pub const USAGE: &str = "\
usage: codegen new-operation <OperationId> [--noun NAME]
       codegen new-operation <OperationId> --new METHOD PATH [--tag TAG] [--noun NAME]
           [--body TYPE] [--response TYPE] [--query NAME=KIND]... [--reason TEXT]
words of TYPE and KIND: spec/README.md";

impl Wanted {
    /// Reads what stands behind `new-operation` on the command line.
    pub fn parse(words: impl IntoIterator<Item = String>) -> anyhow::Result<Self> {
        let mut words = words.into_iter();
        let mut out = Wanted::default();
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .with_context(|| format!("{word} lacks a value\n{USAGE}"))
            };
            match word.as_str() {
                "--new" => out.new = Some((value()?.to_uppercase(), value()?)),
                "--tag" => out.tag = Some(value()?),
                "--noun" => out.noun = Some(value()?),
                "--body" => out.body = Some(value()?),
                "--response" => out.response = Some(value()?),
                "--query" => out.query.push(value()?),
                "--reason" => out.reason = Some(value()?),
                id if out.id.is_empty() && !id.starts_with('-') => out.id = id.to_owned(),
                _ => bail!("{word} is not understood\n{USAGE}"),
            }
        }
        let good = out.id.starts_with(|c: char| c.is_ascii_uppercase())
            && out.id.chars().all(|c| c.is_ascii_alphanumeric());
        ensure!(
            good,
            "an operation id is a word like `CreateThing`\n{USAGE}"
        );
        for name in [&out.tag, &out.noun].into_iter().flatten() {
            let good = name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !name.is_empty();
            ensure!(good, "`{name}` is not a file name: small letters and `_`");
        }
        Ok(out)
    }
}

/// Files to be written, by their path below the workspace; what they hold now, or nothing.
pub(crate) struct Files<'a> {
    root: &'a Path,
    new: BTreeMap<String, String>,
    before: BTreeMap<String, Option<String>>,
}

impl Files<'_> {
    /// The text as it will be; None when there is no such file.
    pub(crate) fn text(&self, path: &str) -> anyhow::Result<Option<String>> {
        if let Some(text) = self.new.get(path) {
            return Ok(Some(text.clone()));
        }
        let file = self.root.join(path);
        if !file.exists() {
            return Ok(None);
        }
        Ok(Some(
            std::fs::read_to_string(file).with_context(|| path.to_owned())?,
        ))
    }

    pub(crate) fn set(&mut self, path: &str, text: String) -> anyhow::Result<()> {
        if !self.new.contains_key(path) {
            let before = self.text(path)?;
            self.before.insert(path.to_owned(), before);
        }
        self.new.insert(path.to_owned(), text);
        Ok(())
    }

    fn write(&self) -> anyhow::Result<()> {
        for (path, text) in &self.new {
            let file = self.root.join(path);
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(file, text).with_context(|| path.clone())?;
        }
        Ok(())
    }

    fn restore(&self) -> anyhow::Result<()> {
        for (path, text) in &self.before {
            let file = self.root.join(path);
            match text {
                Some(text) => std::fs::write(file, text).with_context(|| path.clone())?,
                None if file.exists() => {
                    std::fs::remove_file(file).with_context(|| path.clone())?
                }
                None => {}
            }
        }
        Ok(())
    }
}

/// Lays the operation out below `root`, a copy of the workspace or itself; says what to fill in.
pub fn new_operation(root: &Path, wanted: &Wanted) -> anyhow::Result<String> {
    let spec = crate::load(&root.join("spec"))?;
    let mut files = Files {
        root,
        new: BTreeMap::new(),
        before: BTreeMap::new(),
    };
    match &wanted.new {
        Some((method, path)) => yaml::add_route(&mut files, &spec, wanted, method, path)?,
        None => yaml::flip_scope(&mut files, pending(&spec, wanted)?)?,
    }
    // The specification first: only what the generator accepts gets code.
    files.write()?;
    let laid_out = lay_out(&mut files, wanted);
    if laid_out.is_err() {
        files.restore()?;
    }
    laid_out
}

fn lay_out(files: &mut Files<'_>, wanted: &Wanted) -> anyhow::Result<String> {
    let spec = crate::load(&files.root.join("spec"))?;
    let op = find(&spec, &wanted.id).context("the operation is not in the specification")?;
    let noun = wanted.noun.as_deref().unwrap_or(&op.tag);
    rust::lay_out(files, op, noun)?;
    files.write()?;
    rust::format(files.root, files.new.keys());
    Ok(instructions(
        op,
        noun,
        wanted.new.is_some(),
        files.new.keys(),
    ))
}

fn find<'a>(spec: &'a Spec, id: &str) -> Option<&'a Op> {
    spec.ops.iter().find(|op| op.id == id)
}

fn pending<'a>(spec: &'a Spec, wanted: &Wanted) -> anyhow::Result<&'a Op> {
    let id = &wanted.id;
    let Some(op) = find(spec, id) else {
        bail!(
            "{id} is not in the specification; `codegen operations` lists all, and --new METHOD PATH adds one"
        );
    };
    ensure!(
        wanted.tag.as_ref().is_none_or(|tag| *tag == op.tag),
        "{id} belongs to `{}` (spec/scope.yaml)",
        op.tag
    );
    match &op.scope {
        Scope::Pending => Ok(op),
        Scope::Implemented => bail!(
            "{id} is implemented already; look for it in src/api/src/{}.rs",
            op.tag
        ),
        Scope::ByHand => bail!("{id} is served by hand in src/api, outside the generated router"),
        Scope::Licensed(_) => bail!(
            "{id} answers as a server without a licence; make it `pending` in spec/scope.yaml first, if it is to be more"
        ),
    }
}

fn instructions<'a>(
    op: &Op,
    noun: &str,
    new: bool,
    files: impl Iterator<Item = &'a String>,
) -> String {
    let (tag, method) = (&op.tag, stubs::method_name(op));
    let rule = if new {
        "`nobody` now: say who may call it".to_owned()
    } else {
        format!(
            "drafted from facts as {:?}: compare with the recordings",
            op.access
        )
    };
    let files: String = files.map(|file| format!("  {file}\n")).collect();
    format!(
        "{} ({} {}) is laid out in\n{files}It answers 501 until it is filled, and these fail until then:\n  \
         cargo test -p compat-tests --test it unfinished\n  \
         cargo test -p compat-tests --test it operations::{tag}::{method}\n  \
         cargo test -p rustchat-store --test {noun} {method}\n\
         Fill in, in this order:\n  \
         1. spec/access/{tag}.yaml: {rule}\n  \
         2. src/store/src/{noun}: `{method}` and its test in src/store/tests/{noun}.rs; remove both, and the line in lib.rs, when nothing is stored\n  \
         3. src/domain/src/{noun}: `{method}`: check, store, then publish an event where others have to know\n  \
         4. src/api/src/{tag}: the handler only unpacks and packs\n  \
         5. compat-tests/tests/it/operations/{tag}.rs: make what the path names, say what the answer holds\n  \
         6. compat-tests/role_matrix.tsv: a row for each kind of object it can name (docs/adding-an-operation.md)\n",
        op.id, op.method, op.path
    )
}
