//! Keeps the generated part of README.md, between its two markers.

use anyhow::{Context, Result};
use std::path::Path;

const BEGIN: &str = "<!-- compatibility: begin -->";
const END: &str = "<!-- compatibility: end -->";

/// Puts `table` between the markers.
pub fn write(table: &str) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(&path).context("README.md")?;
    let (before, rest) = text
        .split_once(BEGIN)
        .context("README.md has no begin marker")?;
    let (_, after) = rest
        .split_once(END)
        .context("README.md has no end marker")?;
    Ok(std::fs::write(
        &path,
        format!("{before}{BEGIN}\n{table}{END}{after}"),
    )?)
}
