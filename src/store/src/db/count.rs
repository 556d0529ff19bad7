//! Counts statements, so that tests can bound them: per database, and per future.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Default)]
pub(super) struct Counter(Arc<AtomicU64>);

tokio::task_local! {
    static SCOPE: Counter;
}

impl Counter {
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
        // Outside of a scope there is nobody to tell.
        let _ = SCOPE.try_with(|scope| scope.0.fetch_add(1, Ordering::Relaxed));
    }

    pub(super) fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) async fn scope<T>(work: impl Future<Output = T>) -> (T, u64) {
    let counter = Counter::default();
    let out = SCOPE.scope(counter.clone(), work).await;
    (out, counter.total())
}
