//! PostgreSQL: one pool. Reads and single statements that met a restart or another transaction are tried again.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Postgres};

use super::pool::{Lease, Pool, Settings};
use super::row::{Inner, Row};
use super::{Arg, arg};
use crate::error::StoreError;
use crate::options::Options;

/// How often a statement is sent again after the connection was found dead or two transactions met.
const ATTEMPTS: usize = 3;

#[derive(Clone)]
pub(super) struct Database {
    pool: Pool<PgConnection>,
}

impl Database {
    pub(super) async fn open(options: &Options) -> Result<Self, StoreError> {
        let connect = connect_options(&options.data_source)?;
        let timeout = format!(
            "SET statement_timeout = {}",
            options.query_timeout.as_millis()
        );
        let settings = Settings {
            max_open: options.max_open.clamp(1, 10_000) as usize,
            max_idle: options.max_idle.max(1) as usize,
            idle_time: options.idle_time,
            lifetime: options.lifetime,
            wait: options.query_timeout,
        };
        let pool = Pool::new(settings, move || {
            let (connect, timeout) = (connect.clone(), timeout.clone());
            Box::pin(async move {
                let mut connection = connect.connect().await?;
                // Not as a start-up parameter, which connection poolers refuse.
                connection.execute(AssertSqlSafe(timeout)).await?;
                Ok(connection)
            })
        });
        // Says now, not at the first request, that the database cannot be reached.
        drop(pool.lease().await?);
        Ok(Self { pool })
    }

    pub(super) async fn all(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let mut attempt = 1;
        loop {
            match self.all_once(sql, args.clone()).await {
                Err(error) if attempt < ATTEMPTS && read_again(&error) => attempt += 1,
                done => return done,
            }
        }
    }

    pub(super) async fn maybe(&self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        let mut attempt = 1;
        loop {
            match self.maybe_once(sql, args.clone()).await {
                Err(error) if attempt < ATTEMPTS && read_again(&error) => attempt += 1,
                done => return done,
            }
        }
    }

    pub(super) async fn exec(&self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let mut attempt = 1;
        loop {
            match self.exec_once(sql, args.clone()).await {
                Err(error) if attempt < ATTEMPTS && error.is_retryable() => attempt += 1,
                done => return done,
            }
        }
    }

    async fn all_once(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let mut lease = self.pool.lease().await?;
        let outcome = all(lease.start()?, sql, args).await;
        lease.done(outcome)
    }

    async fn maybe_once(&self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        let mut lease = self.pool.lease().await?;
        let outcome = maybe(lease.start()?, sql, args).await;
        lease.done(outcome)
    }

    async fn exec_once(&self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let mut lease = self.pool.lease().await?;
        let outcome = exec(lease.start()?, sql, args).await;
        lease.done(outcome)
    }

    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        let mut attempt = 1;
        loop {
            let mut tx = Tx {
                lease: Some(self.pool.lease().await?),
                failed: false,
            };
            match tx.script("BEGIN").await {
                Ok(()) => return Ok(tx),
                Err(error) if attempt < ATTEMPTS && read_again(&error) => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn open_connections(&self) -> usize {
        self.pool.open()
    }

    pub(super) async fn recycle(&self) {
        self.pool.recycle().await;
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// A lost connection is worth another try; a time-out has used up the caller's patience already.
fn read_again(error: &StoreError) -> bool {
    match error {
        StoreError::Unavailable(reason) => {
            !reason.contains("timed out") && !reason.contains("timeout")
        }
        other => other.is_retryable(),
    }
}

pub(super) struct Tx {
    /// None after the end.
    lease: Option<Lease<PgConnection>>,
    /// After a failed statement COMMIT would be answered with a silent ROLLBACK.
    failed: bool,
}

impl Tx {
    fn lease(&mut self) -> Result<&mut Lease<PgConnection>, StoreError> {
        match &mut self.lease {
            Some(lease) if !self.failed => Ok(lease),
            Some(_) => Err(StoreError::other("the transaction has failed already")),
            None => Err(StoreError::other("the transaction has ended")),
        }
    }

    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        self.failed |= outcome.is_err();
        match &mut self.lease {
            Some(lease) => lease.done(outcome),
            None => outcome,
        }
    }

    pub(super) async fn all(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let outcome = all(self.lease()?.start()?, sql, args).await;
        self.note(outcome)
    }

    pub(super) async fn maybe(
        &mut self,
        sql: &str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        let outcome = maybe(self.lease()?.start()?, sql, args).await;
        self.note(outcome)
    }

    pub(super) async fn exec(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let outcome = exec(self.lease()?.start()?, sql, args).await;
        self.note(outcome)
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        let outcome = script(self.lease()?.start()?, sql).await;
        self.note(outcome)
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let outcome = script(self.lease()?.start()?, "COMMIT").await;
        self.note(outcome)?;
        self.lease = None;
        Ok(())
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut lease) = self.lease.take() else {
            return;
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo(lease))),
            Err(_) => lease.discard(),
        }
    }
}

/// Should this be dropped half-way, the connection still counts as busy and `Lease` does not hand it on as it is.
async fn undo(mut lease: Lease<PgConnection>) {
    let undone = match lease.start() {
        Ok(connection) => script(connection, "ROLLBACK").await,
        Err(error) => Err(error),
    };
    if lease.done(undone).is_err() {
        lease.discard();
    }
}

async fn script<'c>(
    on: impl Executor<'c, Database = Postgres>,
    sql: &str,
) -> Result<(), StoreError> {
    on.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
        .await?;
    Ok(())
}

async fn all<'c>(
    on: impl Executor<'c, Database = Postgres>,
    sql: &str,
    args: Vec<Arg>,
) -> Result<Vec<Row>, StoreError> {
    let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arg::for_postgres(args)?);
    let rows = query.fetch_all(on).await?;
    Ok(rows
        .into_iter()
        .map(|row| Row(Inner::Postgres(row)))
        .collect())
}

async fn maybe<'c>(
    on: impl Executor<'c, Database = Postgres>,
    sql: &str,
    args: Vec<Arg>,
) -> Result<Option<Row>, StoreError> {
    let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arg::for_postgres(args)?);
    Ok(query
        .fetch_optional(on)
        .await?
        .map(|row| Row(Inner::Postgres(row))))
}

async fn exec<'c>(
    on: impl Executor<'c, Database = Postgres>,
    sql: &str,
    args: Vec<Arg>,
) -> Result<u64, StoreError> {
    let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arg::for_postgres(args)?);
    Ok(query.execute(on).await?.rows_affected())
}

/// Reads a URL or a `key=value` list. What only Go's driver understands is left out.
fn connect_options(data_source: &str) -> Result<PgConnectOptions, StoreError> {
    let bad =
        |e: sqlx::Error| StoreError::Unavailable(format!("the data source cannot be read: {e}"));
    let options = if data_source.contains("://") {
        PgConnectOptions::from_str(&without_foreign_parameters(data_source)).map_err(bad)?
    } else {
        from_pairs(data_source)?
    };
    Ok(options
        .statement_cache_capacity(500)
        .application_name("rustchat")
        .disable_statement_logging())
}

fn without_foreign_parameters(url: &str) -> String {
    let Some((base, query)) = url.split_once('?') else {
        return url.to_owned();
    };
    let kept: Vec<_> = query
        .split('&')
        .filter(|pair| {
            !matches!(
                pair.split('=').next(),
                Some("connect_timeout" | "binary_parameters" | "fallback_application_name")
            )
        })
        .collect();
    if kept.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", kept.join("&"))
    }
}

/// `host=… user=… password='…' dbname=…`. What is not understood is refused: what is left out is taken from the environment,
/// so that a mistake would lead to another database than the one meant.
fn from_pairs(text: &str) -> Result<PgConnectOptions, StoreError> {
    const FORM: &str = "SqlSettings.DataSource has to be an address such as postgres://user:password@host:5432/database, \
                        or host=… user=… password=… dbname=…";
    let mut options = PgConnectOptions::new();
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(StoreError::Unavailable(FORM.to_owned()));
    }
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, tail) = match after.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').unwrap_or((quoted, "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        let bad = |what: &str| StoreError::Unavailable(format!("the data source has a bad {what}"));
        options = match key.trim() {
            "host" => options.host(value),
            "port" => options.port(value.parse().map_err(|_| bad("port"))?),
            "user" => options.username(value),
            "password" => options.password(value),
            "dbname" => options.database(value),
            "sslmode" => options.ssl_mode(value.parse().map_err(|_| bad("sslmode"))?),
            "sslrootcert" => options.ssl_root_cert(value),
            "connect_timeout"
            | "binary_parameters"
            | "application_name"
            | "fallback_application_name" => options,
            other => {
                return Err(StoreError::Unavailable(format!(
                    "SqlSettings.DataSource names {other:?}, which is unknown here"
                )));
            }
        };
        rest = tail.trim_start();
    }
    if rest.is_empty() {
        Ok(options)
    } else {
        Err(StoreError::Unavailable(FORM.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "./data/rustchat.db",
            "nonsense",
            "host=db nonsense",
            "hots=db dbname=chat",
        ] {
            let refused = connect_options(text).unwrap_err().to_string();
            assert!(
                refused.contains("SqlSettings.DataSource"),
                "{text}: {refused}"
            );
        }
        assert!(connect_options("host=db connect_timeout=10 dbname=chat").is_ok());
    }

    #[test]
    fn reads_both_forms_of_data_source() {
        let url = connect_options("postgres://me:secret@db.example:5433/chat?sslmode=disable&connect_timeout=10&binary_parameters=yes").unwrap();
        let pairs = connect_options(
            "host=db.example port=5433 user=me password='se cret' dbname=chat sslmode=disable",
        )
        .unwrap();
        for options in [url, pairs] {
            assert_eq!(
                (
                    options.get_host(),
                    options.get_port(),
                    options.get_database()
                ),
                ("db.example", 5433, Some("chat"))
            );
        }
    }
}
