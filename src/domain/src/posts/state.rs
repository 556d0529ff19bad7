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

/// Something that is done once, taken by one request; given back when that goes without having done it.
#[derive(Debug)]
pub(crate) struct Claim {
    of: Cache<String, Pending>,
    key: String,
    /// Whether giving it back is this request's to do: an earlier one may have been done under the same key.
    own: bool,
}

impl Claim {
    pub(crate) fn stored(mut self, post_id: &str) {
        self.own = false;
        let done = Pending::Stored(post_id.to_owned());
        self.of.insert(std::mem::take(&mut self.key), done);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.own {
            self.of.invalidate(&self.key);
        }
    }
}

/// A post under a client's own id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// Being stored by another request.
    Storing,
    Stored(String),
}

#[derive(Debug)]
pub struct Memory {
    pending: Cache<String, Pending>,
    /// Automatic replies, by who answers where and on which day.
    answers: Cache<String, Pending>,
    settled: Cache<String, Arc<HashSet<String>>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            pending: Cache::builder()
                .max_capacity(25_000)
                .time_to_live(PENDING_FOR)
                .build(),
            answers: Cache::builder()
                .max_capacity(10_000)
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
    pub(super) fn claim(&self, pending_id: &str) -> Result<Claim, Pending> {
        claim(&self.pending, pending_id)
    }

    /// Takes an id of which the first post is out of the caller's reach: the next one is remembered in its place.
    pub(super) fn claim_over(&self, pending_id: &str) -> Claim {
        Claim {
            of: self.pending.clone(),
            key: pending_id.to_owned(),
            own: false,
        }
    }

    /// Takes an automatic reply; None when somebody else is writing it, or has just done so.
    pub(crate) fn claim_answer(&self, key: &str) -> Option<Claim> {
        claim(&self.answers, key).ok()
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

fn claim(of: &Cache<String, Pending>, key: &str) -> Result<Claim, Pending> {
    let entry = of.entry_by_ref(key).or_insert(Pending::Storing);
    if !entry.is_fresh() {
        return Err(entry.into_value());
    }
    Ok(Claim {
        of: of.clone(),
        key: key.to_owned(),
        own: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_done_can_be_taken_again_and_what_was_cannot() {
        let memory = Memory::default();
        let first = memory.claim("id").unwrap();
        assert_eq!(memory.claim("id").unwrap_err(), Pending::Storing);
        drop(first);
        memory.claim("id").unwrap().stored("post");
        let known = Pending::Stored("post".to_owned());
        assert_eq!(memory.claim("id").unwrap_err(), known);
        drop(memory.claim_over("id"));
        assert_eq!(memory.claim("id").unwrap_err(), known);
        memory.claim_over("id").stored("other");
        let other = Pending::Stored("other".to_owned());
        assert_eq!(memory.claim("id").unwrap_err(), other);
    }
}
