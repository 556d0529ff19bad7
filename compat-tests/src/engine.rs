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

    /// Whether tests can use it. PostgreSQL may be missing unless it is required; saying so is all that is done then.
    pub fn available(self) -> bool {
        let required = std::env::var("RUSTCHAT_TEST_REQUIRE_POSTGRES").is_ok_and(|v| v == "1");
        let there = self == Engine::Sqlite || std::env::var("RUSTCHAT_TEST_POSTGRES").is_ok();
        if !there && !required {
            eprintln!("RUSTCHAT_TEST_POSTGRES is not set: not tested on PostgreSQL");
        }
        there || required
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
