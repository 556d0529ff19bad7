//! The one writer of SQLite, and commits in groups.
//!
//! Each transaction is a savepoint inside an outer transaction, the group. A transaction that commits while others wait for
//! the writer leaves the group open for them and waits; the last one (or the first past the bounds) makes the one durable
//! COMMIT and wakes all members. A failed COMMIT fails every member. The future of a caller may be dropped at any await: what
//! it leaves behind is cleaned by a task of its own, or by the next holder of the writer.
//!
//! The first transaction of a group needs no savepoint: undoing it is undoing the group.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::{Arg, Row, sqlite};
use crate::error::StoreError;

/// Bounds on how long the first member of a group can wait for the others.
const GROUP_SIZE: usize = 128;
const GROUP_AGE: Duration = Duration::from_millis(10);

pub(super) struct Writer {
    state: Arc<Mutex<State>>,
    /// Callers that wait for the writer.
    waiting: Arc<AtomicUsize>,
    timeout: Duration,
}

struct State {
    /// None once closed.
    connection: Option<SqliteConnection>,
    group: Option<Group>,
    /// The holder went away without saying how its transaction ended.
    abandoned: bool,
}

struct Group {
    opened: Instant,
    /// Transactions that ended well and wait for the COMMIT.
    members: usize,
    /// An error after which SQLite may have undone the whole group.
    poison: Option<StoreError>,
    done: watch::Sender<Option<Result<(), StoreError>>>,
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection, timeout: Duration) -> Self {
        let state = State {
            connection: Some(connection),
            group: None,
            abandoned: false,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            waiting: Arc::default(),
            timeout,
        }
    }

    pub(super) async fn begin(&self) -> Result<Tx, StoreError> {
        let mut turn = Turn::wait(self);
        let state = tokio::time::timeout(self.timeout, self.state.clone().lock_owned())
            .await
            .map_err(|_| StoreError::Unavailable("waiting for the writer timed out".into()))?;
        turn.got = true;
        drop(turn);
        // From here on the transaction's own drop cleans up.
        let mut tx = Tx {
            state: Some(state),
            waiting: self.waiting.clone(),
            failed: false,
        };
        tx.state()?.open().await?;
        Ok(tx)
    }

    pub(super) async fn close(&self) {
        let mut state = self.state.lock().await;
        state.settle().await;
        state.commit_group().await;
        if let Some(connection) = state.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "closing the database");
        }
    }
}

/// A place in the queue. Given up before its turn, it makes sure that a group left open for it still ends.
struct Turn {
    state: Arc<Mutex<State>>,
    waiting: Arc<AtomicUsize>,
    got: bool,
}

impl Turn {
    fn wait(writer: &Writer) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self {
            state: writer.state.clone(),
            waiting: writer.waiting.clone(),
            got: false,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        if self.got {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (state, waiting) = (self.state.clone(), self.waiting.clone());
            runtime.spawn(async move {
                let mut state = state.lock().await;
                state.settle().await;
                if waiting.load(Ordering::SeqCst) == 0 {
                    state.commit_group().await;
                }
            });
        }
    }
}

pub(super) struct Tx {
    /// None only after the end.
    state: Option<OwnedMutexGuard<State>>,
    waiting: Arc<AtomicUsize>,
    failed: bool,
}

impl Tx {
    fn state(&mut self) -> Result<&mut State, StoreError> {
        self.state
            .as_deref_mut()
            .ok_or_else(|| StoreError::other("the transaction has ended"))
    }

    /// PostgreSQL refuses everything after a failed statement; so does this, for one behaviour on both.
    fn check(&self) -> Result<(), StoreError> {
        if self.failed {
            Err(StoreError::other("the transaction has failed already"))
        } else {
            Ok(())
        }
    }

    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome {
            self.failed = true;
            if may_undo_all(error)
                && let Some(group) = self.state()?.group.as_mut()
            {
                group.poison = Some(error.clone());
            }
        }
        outcome
    }

    pub(super) async fn all(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        self.check()?;
        let outcome = sqlite::all(self.state()?.connection()?, sql, args).await;
        self.note(outcome)
    }

    pub(super) async fn maybe(
        &mut self,
        sql: &str,
        args: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        self.check()?;
        let outcome = sqlite::maybe(self.state()?.connection()?, sql, args).await;
        self.note(outcome)
    }

    pub(super) async fn exec(&mut self, sql: &str, args: Vec<Arg>) -> Result<u64, StoreError> {
        self.check()?;
        let outcome = sqlite::exec(self.state()?.connection()?, sql, args).await;
        self.note(outcome)
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.check()?;
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let outcome = self
            .state()?
            .connection()?
            .execute(sql)
            .await
            .map(|_| ())
            .map_err(StoreError::from);
        self.note(outcome)
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        self.check()?;
        let state = self.state()?;
        if state.group.as_ref().is_some_and(|group| group.members > 0) {
            state.run("RELEASE member").await?;
        }
        let Some(mut state) = self.state.take() else {
            return Err(StoreError::other("the transaction has ended"));
        };
        let Some(group) = state.group.as_mut() else {
            return Err(StoreError::other("the transaction lost its group"));
        };
        group.members += 1;
        let mut done = group.done.subscribe();
        let room = group.members < GROUP_SIZE && group.opened.elapsed() < GROUP_AGE;
        if room && self.waiting.load(Ordering::SeqCst) > 0 {
            drop(state);
        } else {
            // In a task of its own, because this future may be dropped and the members must hear the outcome.
            tokio::spawn(async move { state.commit_group().await });
        }
        let outcome = done
            .wait_for(Option::is_some)
            .await
            .map(|outcome| outcome.clone());
        match outcome {
            Ok(Some(outcome)) => outcome,
            _ => Err(StoreError::Unavailable(
                "the writer stopped before the commit".into(),
            )),
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut state) = self.state.take() else {
            return;
        };
        state.abandoned = true;
        // Without a runtime the next holder does it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let waiting = self.waiting.clone();
            runtime.spawn(async move {
                state.settle().await;
                if waiting.load(Ordering::SeqCst) == 0 {
                    state.commit_group().await;
                }
            });
        }
    }
}

/// Errors of the statement itself leave the transaction as it was before the statement; others may undo it all.
fn may_undo_all(error: &StoreError) -> bool {
    match error {
        StoreError::Other(cause) => match cause.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(cause)) => {
                let code = cause
                    .code()
                    .and_then(|code| code.parse::<i32>().ok())
                    .unwrap_or(0)
                    & 0xff;
                // generic, schema, too big, constraint, mismatch, misuse, range
                !matches!(code, 1 | 17 | 18 | 19 | 20 | 21 | 25)
            }
            _ => false,
        },
        StoreError::Unavailable(_) => true,
        _ => false,
    }
}

impl State {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection
            .as_mut()
            .ok_or_else(|| StoreError::Unavailable("the database is closed".into()))
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql).execute(self.connection()?).await?;
        Ok(())
    }

    /// Opens a group, or a savepoint in the open one.
    async fn open(&mut self) -> Result<(), StoreError> {
        self.settle().await;
        if self.group.is_some() {
            return self.run("SAVEPOINT member").await;
        }
        // Noted before the statement runs, so that a caller who goes away meanwhile is cleaned up after.
        self.group = Some(Group {
            opened: Instant::now(),
            members: 0,
            poison: None,
            done: watch::Sender::new(None),
        });
        self.run("BEGIN IMMEDIATE").await
    }

    /// Undoes what an abandoned transaction has left.
    async fn settle(&mut self) {
        if !self.abandoned {
            return;
        }
        let Some(group) = &self.group else {
            self.abandoned = false;
            return;
        };
        if group.members == 0 || group.poison.is_some() || !self.undo_member().await {
            self.undo_group().await;
        }
        self.abandoned = false;
    }

    /// False when it is unclear what is left of the member's change.
    async fn undo_member(&mut self) -> bool {
        match self.run("ROLLBACK TO member").await {
            Ok(()) => self.run("RELEASE member").await.is_ok(),
            // The transaction had released it: its change stays with the group, and nobody waits to hear of it.
            Err(error) => error.to_string().contains("no such savepoint"),
        }
    }

    async fn undo_group(&mut self) {
        // Fails when the transaction never began or SQLite has undone it itself: both are what is wanted.
        let _ = self.run("ROLLBACK").await;
        if let Some(group) = self.group.take() {
            let reason = group.poison.unwrap_or_else(|| {
                StoreError::Unavailable("the group of commits was undone".into())
            });
            group.done.send_replace(Some(Err(reason)));
        }
    }

    async fn commit_group(&mut self) {
        let Some(group) = &self.group else { return };
        if group.poison.is_some() {
            return self.undo_group().await;
        }
        match self.run("COMMIT").await {
            Ok(()) => {
                if let Some(group) = self.group.take() {
                    group.done.send_replace(Some(Ok(())));
                }
            }
            Err(error) => {
                tracing::error!(%error, "a group of commits failed");
                if let Some(group) = self.group.as_mut() {
                    group.poison = Some(error);
                }
                self.undo_group().await;
            }
        }
    }
}
