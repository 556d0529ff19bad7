//! What the rules of chat stand on: storage, files, configuration, the websocket hub and requests to others. Wiring is in `server`.

use crate::busy::Busy;
use crate::passwords::Passwords;
use crate::system::Installation;
use blob::{BlobStore, Studio};
use config::ConfigHandle;
use realtime::Hub;
use store::Store;

/// The parts every domain function gets. Cheap to share behind one `Arc`; holds no request's state.
pub struct App {
    pub store: Store,
    pub config: ConfigHandle,
    pub blobs: BlobStore,
    /// Makes thumbnails, previews and profile pictures.
    pub studio: Studio,
    pub hub: Hub,
    /// Asks other servers, where that is allowed.
    pub outgoing: outgoing::Client,
    pub passwords: Passwords,
    pub busy: Busy,
    pub installation: Installation,
    pub mail: crate::mail::Mailer,
    pub notifier: crate::notify::Notifier,
    pub push: crate::push::Proxy,
    /// Calls of outgoing webhooks that wait.
    pub callbacks: crate::webhooks::Callbacks,
    /// The last lines of the log.
    pub logs: crate::logs::Recent,
    /// Told when the server is to stop and start again.
    pub restart: std::sync::Arc<tokio::sync::Notify>,
    pub statistics: crate::analytics::Memory,
    pub typing: crate::typing::Memory,
    /// What is remembered of posts between requests.
    pub posts: crate::posts::Memory,
    /// What is remembered of addresses in posts.
    pub previews: crate::previews::Memory,
}
