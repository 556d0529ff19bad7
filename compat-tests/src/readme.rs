//! What a whole replay of both engines says goes into the tree together: the generated part of README.md, between its two
//! markers, and today's row of the trend. So the two agree, which a test looks at.

use crate::documents::{between, root};
use crate::engine::Engine;
use crate::replay::Results;
use crate::{report, trend};
use anyhow::{Context, Result};

/// Name of the part.
pub const PART: &str = "compatibility";

/// Writes both.
pub fn write(results: &[(Engine, Results)]) -> Result<()> {
    let (_, passing) = report::scoreboard(results)?;
    let totals: String = results
        .iter()
        .map(|(e, r)| format!("- {}: {}\n", e.name(), report::summary(r)))
        .collect();
    let areas = report::coverage(results)?;
    let table = format!("{totals}- mobile endpoints: {passing}/41\n\n{areas}");
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).context("README.md")?;
    let text = between(&text, PART, &table).context("README.md")?;
    std::fs::write(&path, text)?;
    trend::record(&trend::Row::now(results)?)
}
