//! The generated parts of `docs/`: the map of the crates and where everything is. Each stands between two markers,
//! `<!-- NAME: begin -->` and `<!-- NAME: end -->`; `-- documents` writes them, a test says when one is out of date.

mod areas;
mod crates;
mod lists;

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub type Block = (&'static str, &'static str, fn() -> Result<String>);

/// File, marker, and what stands there.
pub const BLOCKS: &[Block] = &[
    ("docs/architecture.md", "crates", crates::map),
    ("docs/repository-state.md", "areas", areas::table),
    ("docs/repository-state.md", "tests", lists::tests),
    ("docs/repository-state.md", "scripts", lists::scripts),
];

/// The workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Puts `new` between the markers of that name.
pub fn between(text: &str, name: &str, new: &str) -> Result<String> {
    let (begin, end) = (
        format!("<!-- {name}: begin -->"),
        format!("<!-- {name}: end -->"),
    );
    let (before, rest) = text.split_once(&begin).with_context(|| begin.clone())?;
    let (_, after) = rest.split_once(&end).with_context(|| end.clone())?;
    Ok(format!("{before}{begin}\n{new}{end}{after}"))
}

/// Every file with generated parts as it should be, and as it is.
pub fn files() -> Result<Vec<(&'static str, String, String)>> {
    let mut out: BTreeMap<&str, (String, String)> = BTreeMap::new();
    for (file, name, make) in BLOCKS {
        if !out.contains_key(file) {
            let text = std::fs::read_to_string(root().join(file)).context(*file)?;
            out.insert(file, (text.clone(), text));
        }
        if let Some((wanted, _)) = out.get_mut(file) {
            *wanted = between(wanted, name, &make()?).context(*file)?;
        }
    }
    Ok(out
        .into_iter()
        .map(|(f, (wanted, is))| (f, wanted, is))
        .collect())
}

/// Brings every file up to date.
pub fn write() -> Result<()> {
    for (file, wanted, is) in files()? {
        if wanted != is {
            std::fs::write(root().join(file), wanted).context(file)?;
            println!("{file} is new");
        }
    }
    Ok(())
}
