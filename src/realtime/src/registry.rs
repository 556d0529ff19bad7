//! Who is connected: connections by id and by user. Plain data behind the hub's lock; nothing here waits.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::connection::Connection;

#[derive(Default)]
pub(crate) struct Registry {
    by_id: HashMap<Box<str>, Arc<Connection>>,
    users: HashMap<Box<str>, User>,
}

pub(crate) struct User {
    pub(crate) connections: Vec<Arc<Connection>>,
    /// When the user last did something, in milliseconds.
    last_active: AtomicI64,
    away_told: AtomicBool,
}

impl User {
    pub(crate) fn last_active(&self) -> i64 {
        self.last_active.load(Ordering::Relaxed)
    }

    pub(crate) fn touch(&self, now: i64) {
        self.last_active.store(now, Ordering::Relaxed);
        self.away_told.store(false, Ordering::Relaxed);
    }

    pub(crate) fn is_live(&self) -> bool {
        self.connections
            .iter()
            .any(|connection| connection.is_live())
    }

    /// True once for each time the user falls idle.
    fn falls_idle(&self, before: i64) -> bool {
        self.last_active.load(Ordering::Relaxed) < before
            && self.is_live()
            && !self.away_told.swap(true, Ordering::Relaxed)
    }
}

impl Registry {
    pub(crate) fn insert(&mut self, connection: &Arc<Connection>, now: i64) {
        self.by_id
            .insert(connection.id().into(), connection.clone());
        let user = self
            .users
            .entry(connection.user_id().into())
            .or_insert_with(|| User {
                connections: Vec::with_capacity(1),
                last_active: AtomicI64::new(now),
                away_told: AtomicBool::new(false),
            });
        user.touch(now);
        user.connections.push(connection.clone());
    }

    pub(crate) fn remove(&mut self, connection: &Connection) {
        self.by_id.remove(connection.id());
        if let Some(user) = self.users.get_mut(connection.user_id()) {
            user.connections
                .retain(|other| other.id() != connection.id());
            if user.connections.is_empty() {
                self.users.remove(connection.user_id());
            }
        }
    }

    pub(crate) fn connection(&self, id: &str) -> Option<&Arc<Connection>> {
        self.by_id.get(id)
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id)
    }

    pub(crate) fn connections(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.by_id.values()
    }

    pub(crate) fn of_user(&self, id: &str) -> impl Iterator<Item = &Arc<Connection>> {
        self.users
            .get(id)
            .into_iter()
            .flat_map(|user| &user.connections)
    }

    /// The connections of these users, looking up whichever side is shorter.
    pub(crate) fn of_users<'a>(
        &'a self,
        users: &'a HashSet<String>,
    ) -> Box<dyn Iterator<Item = &'a Arc<Connection>> + 'a> {
        if users.len() < self.users.len() {
            Box::new(users.iter().flat_map(|id| self.of_user(id)))
        } else {
            let present = self.users.iter().filter(|(id, _)| users.contains(&***id));
            Box::new(present.flat_map(|(_, user)| &user.connections))
        }
    }

    /// The connections a user has to lose for one more within the limit: those longest without a socket, then the oldest.
    pub(crate) fn surplus(&self, user_id: &str, limit: usize) -> Vec<Arc<Connection>> {
        let mut own: Vec<_> = self.of_user(user_id).cloned().collect();
        let too_many = (own.len() + 1).saturating_sub(limit.max(1));
        own.sort_by_key(|connection| connection.detached_since().unwrap_or(i64::MAX));
        own.truncate(too_many);
        own
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Connections without a socket since before this time.
    pub(crate) fn forgotten(&self, before: i64) -> Vec<Arc<Connection>> {
        let old = |connection: &&Arc<Connection>| {
            connection
                .detached_since()
                .is_some_and(|since| since < before)
        };
        self.by_id.values().filter(old).cloned().collect()
    }

    /// Users with sockets who did nothing since, each told of once.
    pub(crate) fn fall_idle(&self, before: i64) -> Vec<String> {
        self.users
            .iter()
            .filter(|(_, user)| user.falls_idle(before))
            .map(|(id, _)| id.to_string())
            .collect()
    }

    pub(crate) fn live_users(&self) -> usize {
        self.users.values().filter(|user| user.is_live()).count()
    }

    /// Empties the registry and hands out what was in it.
    pub(crate) fn drain(&mut self) -> Vec<Arc<Connection>> {
        self.users.clear();
        self.by_id
            .drain()
            .map(|(_, connection)| connection)
            .collect()
    }
}
