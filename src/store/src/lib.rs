//! SQL, migrations and caches of rows; the only crate that names sqlx.
//!
//! A noun is a module of free functions, `store::roles` for example: `&Store` (or `&Db` where no cache is touched) first,
//! model types in and out. A function that writes owns its transaction and invalidates, after the commit, what it changed;
//! what several transactions share is a private `*_in(tx, …)`. A noun over about 300 lines becomes a folder of verbs.

pub mod admin_notices;
pub mod analytics;
pub mod audits;
pub mod bots;
pub mod cache;
pub mod categories;
pub mod change;
pub mod channel_members;
pub mod channel_people;
pub mod channels;
pub mod commands;
pub mod db;
pub mod drafts;
pub mod emoji;
mod error;
pub mod files;
pub mod groups;
pub mod instance;
pub mod integrations;
pub mod link_metadata;
pub mod memberships;
pub mod migrate;
pub mod notifications;
pub mod oauth;
pub mod one_time_tokens;
mod options;
pub mod people;
pub mod post_reminders;
pub mod posts;
pub mod preferences;
pub mod reactions;
pub mod roles;
pub mod roles_of;
pub mod schemes;
pub mod search;
pub mod sessions;
pub mod statuses;
pub mod systems;
pub mod team_members;
pub mod teams;
pub mod terms_of_service;
pub mod testing;
pub mod threads;
pub mod tokens;
pub mod trash;
pub mod uploads;
pub mod users;
pub mod webhooks;

pub use cache::Caches;
pub use db::{Arg, Db, Row, Tx};
pub use error::StoreError;
pub use options::{Engine, Options};

use std::sync::Arc;

/// The database with its caches. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    db: Db,
    cache: Caches,
}

impl Store {
    /// A store over an open database.
    pub fn new(db: Db) -> Self {
        Self(Arc::new(Inner {
            db,
            cache: Caches::default(),
        }))
    }

    /// Connects, and brings the database to our schema.
    pub async fn open(options: &Options) -> Result<Self, StoreError> {
        let db = Db::open(options).await?;
        if migrate::migrate(&db).await? == migrate::Origin::Empty {
            tracing::info!(engine = ?options.engine, "made the tables of an empty database");
        }
        Ok(Self::new(db))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn cache(&self) -> &Caches {
        &self.0.cache
    }

    /// Waits until what was written is safe, then closes the connections.
    pub async fn close(&self) {
        self.0.db.close().await;
    }
}
