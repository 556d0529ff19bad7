//! Bounded caches of rows that nearly every request asks for, and the hook that tells other nodes what changed.
//! Not a place for answers to clients, and never the only copy of anything.
//!
//! A write function invalidates after its commit. A load that was under way meanwhile is not kept: each entry's slot
//! has a generation that every invalidation moves on.

use crate::error::StoreError;
use model::{Channel, Role, Session, Team, User};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const SLOTS: usize = 256;
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
}

/// Told of every invalidation, so that other nodes can be; an empty key means all entries of the kind.
pub type Hook = Arc<dyn Fn(Kind, &str) + Send + Sync>;

/// Rows by key, at most `capacity` of them.
pub struct Cached<V> {
    entries: moka::sync::Cache<String, V>,
    generations: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl<V: Clone + Send + Sync + 'static> Cached<V> {
    fn new(capacity: u64) -> Self {
        Self {
            entries: moka::sync::Cache::builder()
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
        if let Some(value) = self.entries.get(key) {
            return Ok(Some(value));
        }
        let generation = self.generation(key);
        let before = generation.load(Ordering::Acquire);
        let loaded = load().await?;
        if let Some(value) = &loaded {
            self.entries.insert(key.to_owned(), value.clone());
            if generation.load(Ordering::Acquire) != before {
                self.entries.invalidate(key);
            }
        }
        Ok(loaded)
    }

    fn invalidate(&self, key: &str) {
        if key.is_empty() {
            for generation in &self.generations {
                generation.fetch_add(1, Ordering::AcqRel);
            }
            self.entries.invalidate_all();
        } else {
            self.generation(key).fetch_add(1, Ordering::AcqRel);
            self.entries.invalidate(key);
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
            Kind::User => self.users.invalidate(key),
            Kind::Role => self.roles.invalidate(key),
            Kind::Channel => {
                self.channels.invalidate(key);
                self.places.invalidate(key);
            }
            Kind::Team => self.teams.invalidate(key),
            Kind::TeamsOfUser => self.teams_of_user.invalidate(key),
            Kind::ChannelsOfUser => self.channels_of_user.invalidate(key),
            Kind::ChannelMembers => self.channel_members.invalidate(key),
            Kind::TeamMembers => self.team_members.invalidate(key),
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
}
