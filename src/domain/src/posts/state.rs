//! What the server remembers of posts between requests, in memory and bounded: ids of posts that were sent but perhaps not
//! answered, and who was in a channel when its settings were last looked at. Not rows: losing all of it loses no message.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

/// How long a client may repeat a post without making another one.
const PENDING_FOR: Duration = Duration::from_secs(120);
/// How long members who come later are left out of desktop notifications of threads they did not write in.
const SETTLED_FOR: Duration = Duration::from_secs(120);

/// A post under a client's own id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pending {
    /// Being stored by another request.
    Storing,
    Stored(String),
}

#[derive(Debug)]
pub struct Memory {
    pending: Cache<String, Pending>,
    settled: Cache<String, Arc<HashSet<String>>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            pending: Cache::builder()
                .max_capacity(25_000)
                .time_to_live(PENDING_FOR)
                .build(),
            settled: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(SETTLED_FOR)
                .build(),
        }
    }
}

impl Memory {
    /// Takes a pending id for the caller, or says what became of it.
    pub(super) fn claim(&self, pending_id: &str) -> Option<Pending> {
        let entry = self
            .pending
            .entry_by_ref(pending_id)
            .or_insert(Pending::Storing);
        (!entry.is_fresh()).then(|| entry.into_value())
    }

    pub(super) fn stored(&self, pending_id: &str, post_id: &str) {
        self.pending
            .insert(pending_id.to_owned(), Pending::Stored(post_id.to_owned()));
    }

    pub(super) fn release(&self, pending_id: &str) {
        self.pending.invalidate(pending_id);
    }

    /// The members a channel had when somebody wrote there and nobody had for a while.
    pub(crate) fn settled(
        &self,
        channel_id: &str,
        now: impl FnOnce() -> HashSet<String>,
    ) -> Arc<HashSet<String>> {
        self.settled.get_with_by_ref(channel_id, || Arc::new(now()))
    }
}
