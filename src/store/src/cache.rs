//! Bounded caches of rows that nearly every request asks for, and the hook that tells other nodes what changed.
//! Not a place for answers to clients, and never the only copy of anything.
//!
//! A write function invalidates after its commit. A load that was under way meanwhile is not served later: each
//! entry's slot has a generation that every invalidation moves on.

use crate::error::StoreError;
use model::{Channel, OutgoingWebhook, Role, Session, Team, User};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const SLOTS: usize = 1024;
/// An entry is loaded anew after this long, whatever happened to its invalidation.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// What of the database is cached, by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Session,
    User,
    Role,
    Channel,
    Team,
    /// The team memberships of a user.
    TeamsOfUser,
    /// The channel memberships of a user.
    ChannelsOfUser,
    /// The user ids in a channel.
    ChannelMembers,
    /// The user ids in a team.
    TeamMembers,
    /// The outgoing webhooks of a team.
    OutgoingWebhooks,
}

/// Told of every invalidation, so that other nodes can be; an empty key means all entries of the kind.
pub type Hook = Arc<dyn Fn(Kind, &str) + Send + Sync>;

/// Rows by key, at most `capacity` of them.
///
/// A value carries the generation its load began under and is served only while that is the key's current one: what was
/// loaded before a change is never served after it. Callers who miss together share one load.
pub struct Cached<V> {
    entries: moka::future::Cache<String, (u64, V)>,
    generations: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl<V: Clone + Send + Sync + 'static> Cached<V> {
    fn new(capacity: u64) -> Self {
        Self {
            entries: moka::future::Cache::builder()
                .max_capacity(capacity)
                .time_to_live(LIFETIME)
                .build(),
            generations: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
        }
    }

    fn generation(&self, key: &str) -> &AtomicU64 {
        &self.generations[(self.hasher.hash_one(key) as usize) % SLOTS]
    }

    /// The entry, loaded if it is not there. What does not exist (`None`) is not remembered.
    pub async fn get<F, Fut>(&self, key: &str, load: F) -> Result<Option<V>, StoreError>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Option<V>, StoreError>>,
    {
        let generation = self.generation(key);
        let current = generation.load(Ordering::SeqCst);
        if let Some((loaded_at, value)) = self.entries.get(key).await {
            if loaded_at >= current {
                return Ok(Some(value));
            }
            self.entries.invalidate(key).await;
        }
        let mut load = Some(load);
        let mine = async {
            // Read before the load begins, so that a change during it makes the value count as old.
            let began = generation.load(Ordering::SeqCst);
            match load.take() {
                Some(load) => Ok((began, load().await?.ok_or(StoreError::NotFound)?)),
                None => Err(StoreError::NotFound),
            }
        };
        match self.entries.try_get_with_by_ref(key, mine).await {
            Ok((began, value)) if began >= current => Ok(Some(value)),
            Ok(_) => self.alone(key, load).await,
            // Another caller's failure, or its finding nothing, may be older than the row.
            Err(_) if load.is_some() => self.alone(key, load).await,
            Err(shared) => match &*shared {
                StoreError::NotFound => Ok(None),
                error => Err(error.clone()),
            },
        }
    }

    /// The entries of several keys that exist; those that are not here come from one load.
    pub async fn get_many<F, Fut>(
        &self,
        keys: &[String],
        load: F,
    ) -> Result<HashMap<String, V>, StoreError>
    where
        F: FnOnce(Vec<String>) -> Fut,
        Fut: Future<Output = Result<Vec<(String, V)>, StoreError>>,
    {
        let mut found = HashMap::with_capacity(keys.len());
        // With the generation from before the load, as in `get`.
        let mut missing = HashMap::new();
        for key in keys {
            let current = self.generation(key).load(Ordering::SeqCst);
            match self.entries.get(key).await {
                Some((loaded_at, value)) if loaded_at >= current => {
                    found.insert(key.clone(), value);
                }
                _ => {
                    missing.insert(key.clone(), current);
                }
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        for (key, value) in load(missing.keys().cloned().collect()).await? {
            if let Some(began) = missing.get(&key) {
                self.entries
                    .insert(key.clone(), (*began, value.clone()))
                    .await;
                found.insert(key, value);
            }
        }
        Ok(found)
    }

    /// Another caller's load began before a change this caller knows of: load alone and keep nothing.
    async fn alone<F, Fut>(&self, key: &str, load: Option<F>) -> Result<Option<V>, StoreError>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Option<V>, StoreError>>,
    {
        self.entries.invalidate(key).await;
        match load {
            Some(load) => load().await,
            None => Ok(None),
        }
    }

    /// Raising the generation is what counts; the entries behind it go when they are met or expire.
    fn invalidate(&self, key: &str) {
        if key.is_empty() {
            for generation in &self.generations {
                generation.fetch_add(1, Ordering::SeqCst);
            }
            self.entries.invalidate_all();
        } else {
            self.generation(key).fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Role names by channel or team id; ended memberships are not in it.
pub type Memberships = Arc<HashMap<String, String>>;
/// Where a channel belongs, as permission checks need it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    pub channel_id: String,
    /// Empty for direct and group channels.
    pub team_id: String,
    pub kind: model::ChannelType,
}

/// User ids.
pub type Members = Arc<HashSet<String>>;

/// All caches of a store.
pub struct Caches {
    pub sessions: Cached<Arc<Session>>,
    pub users: Cached<Arc<User>>,
    pub roles: Cached<Arc<Role>>,
    pub channels: Cached<Arc<Channel>>,
    pub places: Cached<Arc<Place>>,
    pub teams: Cached<Arc<Team>>,
    pub teams_of_user: Cached<Memberships>,
    pub channels_of_user: Cached<Memberships>,
    pub channel_members: Cached<Members>,
    pub team_members: Cached<Members>,
    /// Who administers the system, under one key.
    pub admins: Cached<Members>,
    /// What mention evaluation knows of the members of a channel.
    pub channel_people: Cached<Arc<crate::channel_people::People>>,
    /// By team; most have none.
    pub outgoing_webhooks: Cached<Arc<Vec<OutgoingWebhook>>>,
    hook: parking_lot::RwLock<Option<Hook>>,
}

impl Default for Caches {
    fn default() -> Self {
        Self {
            sessions: Cached::new(20_000),
            users: Cached::new(20_000),
            roles: Cached::new(1_000),
            channels: Cached::new(20_000),
            places: Cached::new(50_000),
            teams: Cached::new(2_000),
            teams_of_user: Cached::new(10_000),
            channels_of_user: Cached::new(10_000),
            channel_members: Cached::new(2_000),
            team_members: Cached::new(500),
            admins: Cached::new(1),
            channel_people: Cached::new(1_000),
            outgoing_webhooks: Cached::new(2_000),
            hook: parking_lot::RwLock::new(None),
        }
    }
}

impl Caches {
    /// Who is told of invalidations made here. Those that came from elsewhere (`apply`) are not told again.
    pub fn set_hook(&self, hook: Hook) {
        *self.hook.write() = Some(hook);
    }

    /// Forgets an entry here and tells the others; call after the commit.
    pub fn invalidate(&self, kind: Kind, key: &str) {
        self.apply(kind, key);
        let hook = self.hook.read().clone();
        if let Some(hook) = hook {
            hook(kind, key);
        }
    }

    /// Both sides of a channel membership.
    pub fn channel_membership(&self, channel_id: &str, user_id: &str) {
        self.invalidate(Kind::ChannelMembers, channel_id);
        self.invalidate(Kind::ChannelsOfUser, user_id);
    }

    /// Both sides of a team membership.
    pub fn team_membership(&self, team_id: &str, user_id: &str) {
        self.invalidate(Kind::TeamMembers, team_id);
        self.invalidate(Kind::TeamsOfUser, user_id);
    }

    /// Forgets an entry because another node said so.
    pub fn apply(&self, kind: Kind, key: &str) {
        match kind {
            Kind::Session => self.sessions.invalidate(key),
            Kind::User => {
                self.users.invalidate(key);
                // Who of them is in which channel is not known here.
                self.channel_people.invalidate("");
                self.admins.invalidate("");
            }
            Kind::Role => self.roles.invalidate(key),
            Kind::Channel => {
                self.channels.invalidate(key);
                self.places.invalidate(key);
            }
            Kind::Team => self.teams.invalidate(key),
            Kind::TeamsOfUser => self.teams_of_user.invalidate(key),
            Kind::ChannelsOfUser => self.channels_of_user.invalidate(key),
            Kind::ChannelMembers => {
                self.channel_members.invalidate(key);
                self.channel_people.invalidate(key);
            }
            Kind::TeamMembers => self.team_members.invalidate(key),
            Kind::OutgoingWebhooks => self.outgoing_webhooks.invalidate(key),
        }
    }

    /// Forgets everything here, after an interruption of the bus.
    pub fn clear(&self) {
        for kind in [
            Kind::Session,
            Kind::User,
            Kind::Role,
            Kind::Channel,
            Kind::Team,
            Kind::TeamsOfUser,
            Kind::ChannelsOfUser,
            Kind::ChannelMembers,
            Kind::TeamMembers,
            Kind::OutgoingWebhooks,
        ] {
            self.apply(kind, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_load_that_an_invalidation_overtook_is_not_kept() {
        let cache: Cached<u8> = Cached::new(10);
        let overtaken = cache.get("a", || async {
            cache.invalidate("a");
            Ok(Some(1))
        });
        assert!(matches!(overtaken.await, Ok(Some(1))));
        assert!(matches!(
            cache.get("a", || async { Ok(Some(2)) }).await,
            Ok(Some(2))
        ));
        assert!(matches!(
            cache.get("a", || async { Ok(Some(3)) }).await,
            Ok(Some(2))
        ));
        cache.invalidate("");
        assert!(matches!(
            cache.get("a", || async { Ok(Some(4)) }).await,
            Ok(Some(4))
        ));
    }

    #[tokio::test]
    async fn callers_who_miss_together_load_once() {
        let (cache, loads): (Cached<u8>, _) = (Cached::new(10), AtomicU64::new(0));
        let load = || async {
            loads.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(Some(7))
        };
        let (a, b) = tokio::join!(cache.get("k", load), cache.get("k", load));
        assert!(matches!((a, b), (Ok(Some(7)), Ok(Some(7)))));
        assert_eq!(loads.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_shared_load_older_than_the_callers_change_is_not_used() {
        let (cache, gate) = (
            Arc::new(Cached::<u8>::new(10)),
            Arc::new(tokio::sync::Semaphore::new(0)),
        );
        let slow = {
            let (cache, gate) = (cache.clone(), gate.clone());
            tokio::spawn(async move {
                let load = || async {
                    let _ = gate.acquire().await;
                    Ok(Some(1))
                };
                cache.get("k", load).await
            })
        };
        tokio::task::yield_now().await;
        cache.invalidate("k");
        let after = cache.get("k", || async { Ok(Some(2)) });
        let open = async { gate.add_permits(1) };
        let (after, ()) = tokio::join!(after, open);
        assert!(matches!(after, Ok(Some(2))));
        assert!(slow.await.is_ok());
        assert!(matches!(
            cache.get("k", || async { Ok(Some(3)) }).await,
            Ok(Some(3))
        ));
    }

    #[tokio::test]
    async fn several_are_loaded_together_and_not_kept_beyond_a_change() {
        let cache: Cached<u8> = Cached::new(10);
        let keys = ["a", "b", "c"].map(str::to_owned);
        let first = cache.get("a", || async { Ok(Some(1)) }).await;
        assert!(matches!(first, Ok(Some(1))));
        let changed = &cache;
        let load = |mut keys: Vec<String>| async move {
            keys.sort();
            changed.invalidate("b");
            assert_eq!(keys, ["b", "c"]);
            Ok(vec![("b".to_owned(), 2)])
        };
        let found = cache.get_many(&keys, load).await.unwrap_or_default();
        assert_eq!(
            found,
            HashMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])
        );
        let again = cache.get("b", || async { Ok(Some(3)) }).await;
        assert!(
            matches!(again, Ok(Some(3))),
            "it was changed while it was loaded"
        );
    }

    #[tokio::test]
    async fn what_is_missing_is_asked_again() {
        let cache: Cached<u8> = Cached::new(10);
        assert!(matches!(
            cache.get("k", || async { Ok(None) }).await,
            Ok(None)
        ));
        assert!(matches!(
            cache.get("k", || async { Ok(Some(1)) }).await,
            Ok(Some(1))
        ));
    }
}
