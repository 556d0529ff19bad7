//! One server per database. Caches of rows know nothing of what another process writes, so that a second one is refused.
//!
//! On SQLite it is a lock on a file beside the database, on PostgreSQL an advisory lock: both end with the process. The advisory
//! lock belongs to a transaction, not to a session, because behind a pooler a session may outlive the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::db::{Db, Tx, sqlite_path};
use crate::{Engine, Options, StoreError, args};

/// Any number will do that nobody else takes.
const LOCK: i64 = 0x7275_7374_6368_6175;
const ASK_EVERY: Duration = Duration::from_millis(100);
/// How long a transaction stays open: administrators look for ones that never end.
const RENEW_EVERY: Duration = Duration::from_secs(60);

/// While it lives, no other server can use the database.
pub struct Instance {
    _held: Held,
}

enum Held {
    File(#[expect(dead_code, reason = "locked until it is dropped")] File),
    Task(JoinHandle<()>),
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Self::Task(task) = self {
            task.abort();
        }
    }
}

/// Waits for a predecessor that is about to end, and refuses when it does not.
pub async fn alone(options: &Options, patience: Duration) -> Result<Instance, StoreError> {
    let mut waiting = Waiting {
        until: Instant::now() + patience,
        told: false,
    };
    let held = match options.engine {
        Engine::Sqlite => {
            let file = lock_file(options)?;
            while !lock(&file) {
                waiting.a_little().await?;
            }
            Held::File(file)
        }
        Engine::Postgres => {
            let one = Options {
                max_open: 1,
                max_idle: 1,
                ..options.clone()
            };
            let db = Db::open(&one).await?;
            let tx = loop {
                match take(&db).await? {
                    Some(tx) => break tx,
                    None => waiting.a_little().await?,
                }
            };
            Held::Task(tokio::spawn(keep(db, Some(tx))))
        }
    };
    Ok(Instance { _held: held })
}

struct Waiting {
    until: Instant,
    told: bool,
}

impl Waiting {
    async fn a_little(&mut self) -> Result<(), StoreError> {
        if Instant::now() >= self.until {
            return Err(StoreError::InUse);
        }
        if !self.told {
            tracing::info!("waiting for another rustchat to leave the database");
            self.told = true;
        }
        tokio::time::sleep(ASK_EVERY).await;
        Ok(())
    }
}

fn lock_file(options: &Options) -> Result<File, StoreError> {
    let mut path = sqlite_path(&options.data_source).into_os_string();
    path.push(".lock");
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))
}

fn lock(file: &File) -> bool {
    match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "the database cannot be locked against a second rustchat");
            true
        }
    }
}

/// A transaction that holds the lock, if nobody else does.
async fn take(db: &Db) -> Result<Option<Tx>, StoreError> {
    let mut tx = db.begin().await?;
    tx.exec("SET LOCAL idle_in_transaction_session_timeout = 0", args![])
        .await?;
    let row = tx
        .one("SELECT pg_try_advisory_xact_lock($1) AS got", args![LOCK])
        .await?;
    Ok(row.get::<bool>("got")?.then_some(tx))
}

/// Takes the lock anew now and then, also after the database went away.
async fn keep(db: Db, mut held: Option<Tx>) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if let Some(tx) = held.take() {
            // A lost connection has lost the lock as well: there is nothing left to end.
            let _ = tx.commit().await;
        }
        match take(&db).await {
            Ok(Some(tx)) => held = Some(tx),
            Ok(None) => tracing::error!(
                "another rustchat uses this database: stop one of them, what they show is out of date"
            ),
            Err(error) => {
                tracing::warn!(%error, "the database is not locked against a second rustchat")
            }
        }
    }
}
