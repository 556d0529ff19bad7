//! One face over SQLite and PostgreSQL: `all`, `maybe`, `one`, `exec`, and transactions with the same four.
//! Knows nothing of tables. SQL is written once with `$n` placeholders; see [`dialect`] for what both engines understand.

mod again;
mod arg;
mod constraint;
mod count;
pub mod dialect;
mod pattern;
mod pool;
mod postgres;
mod row;
mod sqlite;
mod writer;

pub(crate) use again::{Contended, again};
pub use arg::Arg;
pub(crate) use constraint::constraint_of_sqlite;
pub use count::Seen;
pub use dialect::like_escape;
pub(crate) use pattern::Pattern;
pub use row::{FromColumn, Row};
pub(crate) use sqlite::path_of as sqlite_path;

use crate::error::StoreError;
use crate::options::{Engine, Options};

/// Cheap to clone; all clones share the pools.
#[derive(Clone)]
pub struct Db {
    inner: Inner,
    counter: count::Counter,
}

#[derive(Clone)]
enum Inner {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl Db {
    /// Connects; creates the SQLite file if it is missing. Tables are the business of `migrate`.
    pub async fn open(options: &Options) -> Result<Self, StoreError> {
        let inner = match options.engine {
            Engine::Sqlite => Inner::Sqlite(sqlite::Database::open(options).await?),
            Engine::Postgres => Inner::Postgres(postgres::Database::open(options).await?),
        };
        Ok(Self {
            inner,
            counter: count::Counter::default(),
        })
    }

    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Every row. The statement itself must bound how many there can be.
    pub async fn all(&self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        self.counter.add(sql, &args);
        match &self.inner {
            Inner::Sqlite(db) => db.all(sql, args).await,
            Inner::Postgres(db) => db.all(sql, args).await,
        }
    }

    /// The first row, if there is one.
    pub async fn maybe(&self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        self.counter.add(sql, &args);
        match &self.inner {
            Inner::Sqlite(db) => db.maybe(sql, args).await,
            Inner::Postgres(db) => db.maybe(sql, args).await,
        }
    }

    /// The first row, or `NotFound`.
    pub async fn one(&self, sql: &str, args: Vec<Arg>) -> Result<Row, StoreError> {
        self.maybe(sql, args).await?.ok_or(StoreError::NotFound)
    }

    /// A change in a transaction of its own, durable when this returns; the number of rows it met.
    pub async fn exec(&self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        match &self.inner {
            Inner::Sqlite(_) => {
                let mut tx = self.begin().await?;
                let rows = tx.exec(sql, args).await?;
                tx.commit().await?;
                Ok(rows)
            }
            Inner::Postgres(db) => {
                self.counter.add(sql, &args);
                db.exec(sql, args).await
            }
        }
    }

    /// On SQLite this waits for the one writer: do nothing between `begin` and `commit` that is not SQL.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match &self.inner {
            Inner::Sqlite(db) => TxInner::Sqlite(db.begin().await?),
            Inner::Postgres(db) => TxInner::Postgres(db.begin().await?),
        };
        Ok(Tx {
            inner,
            counter: self.counter.clone(),
        })
    }

    /// Statements run through this database since it was opened.
    pub fn statements(&self) -> u64 {
        self.counter.total()
    }

    /// For tests: from now on the texts of statements are kept, which takes memory for each new one.
    pub fn keep_statements(&self) {
        self.counter.keep_texts();
    }

    /// The statements since `keep_statements` or the last call, by text.
    pub fn take_statements(&self) -> Vec<Seen> {
        self.counter.take_texts()
    }

    /// Runs a future and counts the statements it makes itself (not those of tasks it spawns).
    pub async fn count_statements<T>(&self, work: impl Future<Output = T>) -> (T, u64) {
        count::scope(work).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.one("SELECT 1 AS answer", Vec::new()).await.map(|_| ())
    }

    /// Connections to the database that are open now.
    pub fn open_connections(&self) -> usize {
        match &self.inner {
            Inner::Sqlite(db) => db.open_connections(),
            Inner::Postgres(db) => db.open_connections(),
        }
    }

    /// Closes the connections nobody uses, so that new ones are made: after the database moved, for example.
    pub async fn recycle(&self) {
        match &self.inner {
            Inner::Sqlite(db) => db.recycle().await,
            Inner::Postgres(db) => db.recycle().await,
        }
    }

    pub async fn close(&self) {
        match &self.inner {
            Inner::Sqlite(db) => db.close().await,
            Inner::Postgres(db) => db.close().await,
        }
    }
}

/// What transactions queue for. The numbers are shared by the nodes of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Being the first person on the server.
    FirstPerson = 7_426_201,
    /// Taking the role of a system administrator from somebody.
    Administrators = 7_426_202,
}

/// A transaction; undone when dropped without `commit`. After a failed statement only dropping it makes sense.
pub struct Tx {
    inner: TxInner,
    counter: count::Counter,
}

enum TxInner {
    Sqlite(writer::Tx),
    Postgres(postgres::Tx),
}

impl Tx {
    pub async fn all(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        self.counter.add(sql, &args);
        match &mut self.inner {
            TxInner::Sqlite(tx) => tx.all(sql, args).await,
            TxInner::Postgres(tx) => tx.all(sql, args).await,
        }
    }

    pub async fn maybe(&mut self, sql: &str, args: Vec<Arg>) -> Result<Option<Row>, StoreError> {
        self.counter.add(sql, &args);
        match &mut self.inner {
            TxInner::Sqlite(tx) => tx.maybe(sql, args).await,
            TxInner::Postgres(tx) => tx.maybe(sql, args).await,
        }
    }

    pub async fn one(&mut self, sql: &str, args: Vec<Arg>) -> Result<Row, StoreError> {
        self.maybe(sql, args).await?.ok_or(StoreError::NotFound)
    }

    pub async fn exec(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.counter.add(sql, &args);
        match &mut self.inner {
            TxInner::Sqlite(tx) => tx.exec(sql, args).await,
            TxInner::Postgres(tx) => tx.exec(sql, args).await,
        }
    }

    /// Lets one transaction at a time past this point, on all nodes and until it ends: for rules about rows that are not there
    /// to be locked. SQLite has one writer anyway.
    pub async fn queue(&mut self, queue: Queue) -> Result<(), StoreError> {
        match self.inner {
            TxInner::Sqlite(_) => Ok(()),
            TxInner::Postgres(_) => {
                let sql = "SELECT pg_advisory_xact_lock($1)";
                self.exec(sql, vec![Arg::from(queue as i64)]).await?;
                Ok(())
            }
        }
    }

    /// Returns when the change is durable and visible to every reader.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await,
            TxInner::Postgres(tx) => tx.commit().await,
        }
    }

    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.inner {
            TxInner::Sqlite(tx) => tx.script(sql).await,
            TxInner::Postgres(tx) => tx.script(sql).await,
        }
    }
}
