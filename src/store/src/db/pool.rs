//! Connections shared by the statements of a database, bounded in number, idle time and age.
//!
//! Our own because the library's pool asks the database for a sign of life each time a connection comes back, which doubles
//! the round trips. A connection comes back as it is; one whose caller went away in the middle of a statement waits for the
//! end of that statement first, and one that failed is thrown away.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use sqlx::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::StoreError;

pub(super) type Connecting<C> = Pin<Box<dyn Future<Output = Result<C, sqlx::Error>> + Send>>;

pub(super) struct Settings {
    pub max_open: usize,
    pub max_idle: usize,
    pub idle_time: Duration,
    pub lifetime: Duration,
    pub wait: Duration,
}

pub(super) struct Pool<C: Connection + 'static>(Arc<Shared<C>>);

impl<C: Connection + 'static> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Shared<C> {
    connect: Box<dyn Fn() -> Connecting<C> + Send + Sync>,
    settings: Settings,
    permits: Arc<Semaphore>,
    /// The one used last is taken first, so that those not needed grow old.
    idle: Mutex<Vec<Idle<C>>>,
}

struct Idle<C> {
    connection: C,
    opened: Instant,
    since: Instant,
}

impl<C: Connection + 'static> Pool<C> {
    pub(super) fn new(
        settings: Settings,
        connect: impl Fn() -> Connecting<C> + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            connect: Box::new(connect),
            permits: Arc::new(Semaphore::new(settings.max_open)),
            idle: Mutex::new(Vec::new()),
            settings,
        });
        tokio::spawn(close_old_ones(Arc::downgrade(&shared)));
        Self(shared)
    }

    pub(super) async fn lease(&self) -> Result<Lease<C>, StoreError> {
        let shared = &self.0;
        let permit =
            tokio::time::timeout(shared.settings.wait, shared.permits.clone().acquire_owned())
                .await
                .map_err(|_| StoreError::Unavailable("waiting for a connection timed out".into()))?
                .map_err(|_| StoreError::Unavailable("the database is closed".into()))?;
        let taken = shared.idle.lock().pop();
        let (connection, opened) = match taken {
            Some(idle) => (idle.connection, idle.opened),
            None => {
                let connected =
                    tokio::time::timeout(shared.settings.wait, (shared.connect)()).await;
                let connection = connected
                    .map_err(|_| StoreError::Unavailable("connecting timed out".into()))??;
                (connection, Instant::now())
            }
        };
        Ok(Lease {
            connection: Some(connection),
            opened,
            busy: false,
            shared: shared.clone(),
            permit: Some(permit),
        })
    }

    /// Connections that are open, in use or not.
    pub(super) fn open(&self) -> usize {
        let shared = &self.0;
        let used = shared
            .settings
            .max_open
            .saturating_sub(shared.permits.available_permits());
        used + shared.idle.lock().len()
    }

    /// Closes the connections nobody uses; new ones are made when needed.
    pub(super) async fn recycle(&self) {
        let idle = std::mem::take(&mut *self.0.idle.lock());
        for one in idle {
            let _ = one.connection.close().await;
        }
    }

    /// Waits for statements under way, then closes every connection.
    pub(super) async fn close(&self) {
        let all = u32::try_from(self.0.settings.max_open).unwrap_or(u32::MAX);
        let quiet = self.0.permits.acquire_many(all);
        let _ = tokio::time::timeout(self.0.settings.wait, quiet).await;
        self.0.permits.close();
        self.recycle().await;
    }
}

async fn close_old_ones<C: Connection>(pool: Weak<Shared<C>>) {
    loop {
        let Some(pause) = pool.upgrade().map(|shared| shared.settings.idle_time / 2) else {
            return;
        };
        tokio::time::sleep(pause.max(Duration::from_secs(1))).await;
        let Some(shared) = pool.upgrade() else { return };
        let Settings {
            idle_time,
            lifetime,
            ..
        } = shared.settings;
        let old =
            |one: &mut Idle<C>| one.since.elapsed() > idle_time || one.opened.elapsed() > lifetime;
        let old: Vec<_> = shared.idle.lock().extract_if(.., old).collect();
        drop(shared);
        for one in old {
            let _ = one.connection.close().await;
        }
    }
}

/// One connection, given back when dropped.
pub(super) struct Lease<C: Connection + 'static> {
    /// None once it is known to be broken.
    connection: Option<C>,
    opened: Instant,
    /// A statement was sent and its answer has not been read to the end.
    busy: bool,
    shared: Arc<Shared<C>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<C: Connection + 'static> Lease<C> {
    /// The connection for one statement, whose outcome goes to `done`.
    pub(super) fn start(&mut self) -> Result<&mut C, StoreError> {
        self.busy = true;
        self.connection
            .as_mut()
            .ok_or_else(|| StoreError::Unavailable("the connection was lost".into()))
    }

    pub(super) fn done<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        self.busy = false;
        if let Err(StoreError::Unavailable(reason)) = &outcome {
            self.connection = None;
            // The idle ones were lost with it, unless only this statement took too long.
            if !reason.contains("timeout") {
                self.shared.idle.lock().clear();
            }
        }
        outcome
    }

    /// Throws the connection away instead of giving it back.
    pub(super) fn discard(&mut self) {
        self.connection = None;
    }
}

impl<C: Connection + 'static> Drop for Lease<C> {
    fn drop(&mut self) {
        let (Some(mut connection), Some(permit)) = (self.connection.take(), self.permit.take())
        else {
            return;
        };
        let (shared, opened) = (self.shared.clone(), self.opened);
        if !self.busy {
            return give_back(&shared, connection, opened, permit);
        }
        // Without a runtime the connection is closed by being dropped.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if connection.ping().await.is_ok() {
                    give_back(&shared, connection, opened, permit);
                }
            });
        }
    }
}

fn give_back<C>(shared: &Shared<C>, connection: C, opened: Instant, permit: OwnedSemaphorePermit) {
    let mut idle = shared.idle.lock();
    if idle.len() < shared.settings.max_idle
        && opened.elapsed() < shared.settings.lifetime
        && !shared.permits.is_closed()
    {
        idle.push(Idle {
            connection,
            opened,
            since: Instant::now(),
        });
    }
    drop(idle);
    // Only now may another caller look for an idle connection.
    drop(permit);
}
