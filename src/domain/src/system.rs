//! The server as a whole: is it well, what is it called, which facts of the installation clients are told.

use crate::app::App;
use config::ClientFacts;
use rustchat_core::error::Result;
use std::sync::atomic::{AtomicBool, Ordering};

/// The last migration of Mattermost's that this server's schema has.
const SCHEMA_VERSION: i64 = 159;

/// What never changes while the server runs, read once at its start.
#[derive(Debug, Default)]
pub struct Installation {
    facts: ClientFacts,
    /// Set once somebody has an account; people cannot become none again.
    has_accounts: AtomicBool,
}

impl Installation {
    /// Reads the installation's facts.
    pub async fn load(store: &store::Store, signing_key: String) -> Result<Self> {
        let text = async |name: &str| -> Result<String> {
            Ok(store::systems::get(store, name).await?.unwrap_or_default())
        };
        let facts = ClientFacts {
            diagnostic_id: text("DiagnosticId").await?,
            installation_date: text("InstallationDate").await?.parse().unwrap_or_default(),
            schema_version: SCHEMA_VERSION,
            signing_key,
            max_post_size: model::limits::model::POST_MESSAGE_MAX_RUNES_V2,
            build_hash: option_env!("RUSTCHAT_BUILD_HASH")
                .unwrap_or_default()
                .to_owned(),
            ..ClientFacts::default()
        };
        Ok(Self {
            facts,
            has_accounts: AtomicBool::new(false),
        })
    }

    /// What this installation calls itself to others.
    pub fn server_id(&self) -> &str {
        &self.facts.diagnostic_id
    }
}

/// The facts behind the clients' configuration.
pub async fn client_facts(app: &App) -> Result<ClientFacts> {
    let installation = &app.installation;
    if !installation.has_accounts.load(Ordering::Acquire)
        && store::users::any(app.store.db()).await?
    {
        installation.has_accounts.store(true, Ordering::Release);
    }
    Ok(ClientFacts {
        no_accounts: !installation.has_accounts.load(Ordering::Acquire),
        ..installation.facts.clone()
    })
}

/// Health of a part, in the words of `system/ping`.
pub fn word(healthy: bool) -> &'static str {
    if healthy { "OK" } else { "UNHEALTHY" }
}

/// The database answers.
pub async fn database_is_well(app: &App) -> bool {
    app.store.db().ping().await.is_ok()
}

/// The file store can be asked.
pub async fn files_are_well(app: &App) -> bool {
    app.blobs.exists("testfile").await.is_ok()
}
