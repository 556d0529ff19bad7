//! Collects everything wrong with `spec/` so that one build reports it all. Not an error type of a running server.
use std::fmt;

/// Findings, each `file: subject: what; cure`.
#[derive(Debug, Default)]
pub struct Problems(Vec<String>);

impl Problems {
    /// Notes one finding.
    pub fn add(&mut self, file: &str, subject: &str, what: impl fmt::Display) {
        self.0.push(format!("{file}: {subject}: {what}"));
    }

    /// Fails when anything was found.
    pub fn check(self) -> anyhow::Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(anyhow::anyhow!("{self}"))
        }
    }

    /// The findings so far.
    pub fn list(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort();
        sorted.dedup();
        f.write_str(&sorted.join("\n"))
    }
}
