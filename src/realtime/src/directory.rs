//! What the hub has to ask others: who is in a channel or a team, and who administers the system;
//! and whom it tells that people come and go. Implemented by the domain, over its caches.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;

/// Users by id; shared, because the same set serves many events.
pub type Users = Arc<HashSet<String>>;

/// Answers from caches that every membership change invalidates. An error means that the audience is not known:
/// the hub then lets nobody hear the event and makes its clients refetch.
pub trait Directory: Send + Sync + 'static {
    fn channel_members<'a>(&'a self, channel_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>>;
    fn team_members<'a>(&'a self, team_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>>;
    /// Everyone who may manage the system.
    fn admins(&self) -> BoxFuture<'_, Result<Users, Unknown>>;
}

/// The audience could not be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

/// Hears of people coming and going. Called without any lock held; must not block (hand over to a task).
pub trait StatusSink: Send + Sync + 'static {
    /// A connection of this user came up.
    fn online(&self, user_id: &str);
    /// The user has connections, but none was used for the time set.
    fn away(&self, user_id: &str);
    /// The last connection went.
    fn offline(&self, user_id: &str);
}
