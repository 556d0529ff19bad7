//! Counts statements, so that tests can bound them: per database, and per future. Keeps their texts where a test asks for that.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use super::Arg;

/// A statement as it was run first, and how often it was run.
#[derive(Clone, Debug)]
pub struct Seen {
    pub sql: String,
    pub args: Vec<Arg>,
    pub runs: u64,
}

#[derive(Clone, Default)]
pub(super) struct Counter(Arc<Inner>);

#[derive(Default)]
struct Inner {
    total: AtomicU64,
    /// Not there unless asked for: it grows with every new text.
    texts: OnceLock<Mutex<HashMap<String, Seen>>>,
}

tokio::task_local! {
    static SCOPE: Counter;
}

impl Counter {
    pub(super) fn add(&self, sql: &str, args: &[Arg]) {
        self.0.total.fetch_add(1, Ordering::Relaxed);
        // Outside of a scope there is nobody to tell.
        let _ = SCOPE.try_with(|scope| scope.0.total.fetch_add(1, Ordering::Relaxed));
        if let Some(texts) = self.0.texts.get() {
            let mut texts = texts.lock();
            if let Some(seen) = texts.get_mut(sql) {
                seen.runs += 1;
            } else {
                let seen = Seen {
                    sql: sql.to_owned(),
                    args: args.to_vec(),
                    runs: 1,
                };
                texts.insert(sql.to_owned(), seen);
            }
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.0.total.load(Ordering::Relaxed)
    }

    pub(super) fn keep_texts(&self) {
        self.0.texts.get_or_init(Mutex::default);
    }

    pub(super) fn take_texts(&self) -> Vec<Seen> {
        let Some(texts) = self.0.texts.get() else {
            return Vec::new();
        };
        let mut seen: Vec<Seen> = std::mem::take(&mut *texts.lock()).into_values().collect();
        seen.sort_by(|a, b| a.sql.cmp(&b.sql));
        seen
    }
}

pub(super) async fn scope<T>(work: impl Future<Output = T>) -> (T, u64) {
    let counter = Counter::default();
    let out = SCOPE.scope(counter.clone(), work).await;
    (out, counter.total())
}
