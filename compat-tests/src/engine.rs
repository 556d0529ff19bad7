//! The two databases a server can run on, as the tests name them.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    /// `sqlite`, `postgres`, or `both`.
    pub fn parse(text: &str) -> Result<Vec<Engine>> {
        Ok(match text {
            "sqlite" => vec![Engine::Sqlite],
            "postgres" => vec![Engine::Postgres],
            "both" => Engine::ALL.to_vec(),
            other => bail!("no engine named {other}: sqlite, postgres or both"),
        })
    }
}
