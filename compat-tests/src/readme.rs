//! Keeps the generated part of README.md, between its two markers.

use crate::documents::{between, root};
use anyhow::{Context, Result};

/// Puts `table` between the markers.
pub fn write(table: &str) -> Result<()> {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).context("README.md")?;
    let text = between(&text, "compatibility", table).context("README.md")?;
    Ok(std::fs::write(&path, text)?)
}
