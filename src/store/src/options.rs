//! What opening a database needs to know; filled from `SqlSettings` by the server.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Options {
    pub engine: Engine,
    /// A PostgreSQL URL or `key=value` list, or the path of the SQLite file.
    pub data_source: String,
    pub max_open: u32,
    pub max_idle: u32,
    pub idle_time: Duration,
    pub lifetime: Duration,
    /// The longest one statement may take, and the longest wait for a connection or for the writer.
    pub query_timeout: Duration,
}

impl Options {
    pub fn new(engine: Engine, data_source: impl Into<String>) -> Self {
        Self {
            engine,
            data_source: data_source.into(),
            max_open: match engine {
                Engine::Sqlite => 8,
                Engine::Postgres => 100,
            },
            max_idle: 20,
            idle_time: Duration::from_secs(300),
            lifetime: Duration::from_secs(3600),
            query_timeout: Duration::from_secs(30),
        }
    }

    /// `driver` is the word of `SqlSettings.DriverName`.
    pub fn for_driver(driver: &str, data_source: impl Into<String>) -> Option<Self> {
        match driver {
            "sqlite" | "sqlite3" => Some(Self::new(Engine::Sqlite, data_source)),
            "postgres" | "postgresql" => Some(Self::new(Engine::Postgres, data_source)),
            _ => None,
        }
    }
}
