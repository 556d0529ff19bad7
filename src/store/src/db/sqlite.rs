//! SQLite: a pool of readers and one writer on the same file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Sqlite};

use super::pool::{Pool, Settings};
use super::row::{Inner, Row};
use super::writer::{self, Writer};
use super::{Arg, arg, dialect};
use crate::error::StoreError;
use crate::options::Options;

#[derive(Clone)]
pub(super) struct Database {
    readers: Pool<SqliteConnection>,
    writer: Arc<Writer>,
}

impl Database {
    pub(super) async fn open(options: &Options) -> Result<Self, StoreError> {
        let path = path_of(&options.data_source);
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            let made = tokio::fs::create_dir_all(folder).await;
            made.map_err(|e| StoreError::Unavailable(format!("{}: {e}", folder.display())))?;
        }
        let connect = connect_options(&path);
        // The writer opens first: it creates the file and switches it to WAL.
        let connection = connect.clone().create_if_missing(true).connect().await?;
        let read = connect.pragma("query_only", "ON");
        let settings = Settings {
            max_open: readers(options.max_open),
            max_idle: usize::MAX,
            idle_time: options.idle_time,
            lifetime: Duration::MAX,
            wait: options.query_timeout,
        };
        let readers = Pool::new(settings, move || {
            let read = read.clone();
            Box::pin(async move { read.connect().await })
        });
        Ok(Self {
            readers,
            writer: Arc::new(Writer::new(connection, options.query_timeout)),
        })
    }

    pub(super) async fn all(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let mut reader = self.readers.lease().await?;
        let outcome = all(reader.start()?, sql, args).await;
        reader.done(outcome)
    }

    pub(super) async fn maybe(&self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        let mut reader = self.readers.lease().await?;
        let outcome = maybe(reader.start()?, sql, args).await;
        reader.done(outcome)
    }

    pub(super) async fn begin(&self) -> Result<writer::Tx, StoreError> {
        self.writer.begin().await
    }

    /// The readers and the writer.
    pub(super) fn open_connections(&self) -> usize {
        self.readers.open() + 1
    }

    pub(super) async fn recycle(&self) {
        self.readers.recycle().await;
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Each reader is a thread with a cache of its own; more than the processors can run at once only cost memory.
fn readers(max_open: u32) -> usize {
    let processors = std::thread::available_parallelism().map_or(4, |n| n.get());
    (max_open as usize).clamp(1, (processors * 2).clamp(4, 32))
}

/// `sqlite://` and `file:` in front and `?…` behind are taken off; the rest is the file.
pub(crate) fn path_of(data_source: &str) -> PathBuf {
    let path = data_source
        .strip_prefix("sqlite:")
        .or_else(|| data_source.strip_prefix("file:"))
        .unwrap_or(data_source);
    let path = path.strip_prefix("//").unwrap_or(path);
    Path::new(path.split('?').next().unwrap_or(path)).to_owned()
}

fn connect_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .statement_cache_capacity(200)
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864")
        .disable_statement_logging()
}

pub(super) async fn all<'c>(
    on: impl Executor<'c, Database = Sqlite>,
    sql: &str,
    args: Vec<Arg>,
) -> Result<Vec<Row>, StoreError> {
    let sql = AssertSqlSafe(dialect::to_sqlite(sql).into_owned());
    let rows = sqlx::query_with(sql, arg::for_sqlite(args)?)
        .fetch_all(on)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Row(Inner::Sqlite(row)))
        .collect())
}

pub(super) async fn maybe<'c>(
    on: impl Executor<'c, Database = Sqlite>,
    sql: &str,
    args: Vec<Arg>,
) -> Result<Option<Row>, StoreError> {
    let sql = AssertSqlSafe(dialect::to_sqlite(sql).into_owned());
    let row = sqlx::query_with(sql, arg::for_sqlite(args)?)
        .fetch_optional(on)
        .await?;
    Ok(row.map(|row| Row(Inner::Sqlite(row))))
}

pub(super) async fn exec<'c>(
    on: impl Executor<'c, Database = Sqlite>,
    sql: &str,
    args: Vec<Arg>,
) -> Result<u64, StoreError> {
    let sql = AssertSqlSafe(dialect::to_sqlite(sql).into_owned());
    let done = sqlx::query_with(sql, arg::for_sqlite(args)?)
        .execute(on)
        .await?;
    Ok(done.rows_affected())
}
