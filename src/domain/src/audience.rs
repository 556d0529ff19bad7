//! Tells the websocket hub who is where, from the cached memberships.

use futures_util::future::BoxFuture;
use realtime::{Directory, Unknown, Users};
use std::sync::Arc;
use store::{Store, StoreError};

/// The hub's directory over the store.
pub struct Audience(Store);

impl Audience {
    pub fn new(store: Store) -> Arc<Self> {
        Arc::new(Self(store))
    }
}

fn known(found: Result<Users, StoreError>) -> Result<Users, Unknown> {
    found.map_err(|error| {
        tracing::error!(%error, "the audience of an event could not be read");
        Unknown
    })
}

impl Directory for Audience {
    fn channel_members<'a>(&'a self, channel_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>> {
        Box::pin(async move { known(store::memberships::of_channel(&self.0, channel_id).await) })
    }

    fn team_members<'a>(&'a self, team_id: &'a str) -> BoxFuture<'a, Result<Users, Unknown>> {
        Box::pin(async move { known(store::memberships::of_team(&self.0, team_id).await) })
    }

    fn admins(&self) -> BoxFuture<'_, Result<Users, Unknown>> {
        Box::pin(async move { known(store::memberships::system_admins(&self.0).await) })
    }
}
