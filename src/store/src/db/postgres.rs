//! PostgreSQL: one pool. Reads and single statements that met a restart or another transaction are tried again.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Postgres, Transaction};

use super::row::{Inner, Row};
use super::{Arg, arg};
use crate::error::StoreError;
use crate::options::Options;

/// How often a statement is sent again after the connection was found dead or two transactions met.
const ATTEMPTS: usize = 3;

#[derive(Clone)]
pub(super) struct Database {
    pool: PgPool,
}

impl Database {
    pub(super) async fn open(options: &Options) -> Result<Self, StoreError> {
        let timeout = format!(
            "SET statement_timeout = {}",
            options.query_timeout.as_millis()
        );
        let pool = PgPoolOptions::new()
            .max_connections(options.max_open.max(1))
            .acquire_timeout(options.query_timeout)
            .idle_timeout(Some(options.idle_time))
            .max_lifetime(Some(options.lifetime))
            // A ping before each statement would double the round trips; a dead connection is noticed and retried instead.
            .test_before_acquire(false)
            .after_connect(move |connection, _| {
                let timeout = timeout.clone();
                Box::pin(
                    async move { connection.execute(AssertSqlSafe(timeout)).await.map(|_| ()) },
                )
            })
            .connect_with(connect_options(&options.data_source)?)
            .await?;
        Ok(Self { pool })
    }

    pub(super) async fn all(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        let mut attempt = 1;
        loop {
            match all(&self.pool, sql, args.clone()).await {
                Err(error) if attempt < ATTEMPTS && read_again(&error) => attempt += 1,
                done => return done,
            }
        }
    }

    pub(super) async fn maybe(&self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        let mut attempt = 1;
        loop {
            match maybe(&self.pool, sql, args.clone()).await {
                Err(error) if attempt < ATTEMPTS && read_again(&error) => attempt += 1,
                done => return done,
            }
        }
    }

    pub(super) async fn exec(&self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        let mut attempt = 1;
        loop {
            match exec(&self.pool, sql, args.clone()).await {
                Err(error) if attempt < ATTEMPTS && error.is_retryable() => attempt += 1,
                done => return done,
            }
        }
    }

    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        let mut attempt = 1;
        loop {
            match self.pool.begin().await.map_err(StoreError::from) {
                Ok(tx) => return Ok(Tx { tx }),
                Err(error) if attempt < ATTEMPTS && read_again(&error) => attempt += 1,
                Err(error) => return Err(error),
            }
        }
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
    tx: Transaction<'static, Postgres>,
}

impl Tx {
    pub(super) async fn all(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        all(&mut *self.tx, sql, args).await
    }

    pub(super) async fn maybe(
        &mut self,
        sql: &str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        maybe(&mut *self.tx, sql, args).await
    }

    pub(super) async fn exec(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        exec(&mut *self.tx, sql, args).await
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        (&mut *self.tx)
            .execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
            .await?;
        Ok(())
    }
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

/// `host=… user=… password='…' dbname=…`
fn from_pairs(text: &str) -> Result<PgConnectOptions, StoreError> {
    let mut options = PgConnectOptions::new();
    let mut rest = text.trim();
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
            _ => options,
        };
        rest = tail.trim_start();
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

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
