//! What administrators do to the running server: connect to the database anew, start again; and what its schema is.

use crate::{app::App, caller::Caller, settings};
use model::AppliedMigration;
use rustchat_core::{
    common,
    error::{ErrorDef, Result},
};
use serde_json::Value;

const NO_SEARCH_SETTINGS: ErrorDef = ErrorDef::new(
    "api.elasticsearch.test_elasticsearch_settings_nil.app_error",
    400,
    "The settings name no search engine.",
);
const NO_SEARCH_ENGINE: ErrorDef = ErrorDef::new(
    "ent.elasticsearch.test_config.license.error",
    501,
    "This server searches by itself; it uses no search engine.",
);

/// Closes the connections nobody uses, and says whether the database still answers.
pub async fn recycle_database(app: &App) -> Result<()> {
    app.store.db().recycle().await;
    app.store.db().ping().await?;
    Ok(())
}

/// Lets the main program end the server in good order and start it again.
pub fn restart(app: &App, caller: &Caller) {
    tracing::warn!(
        user_id = caller.user_id(),
        "an administrator restarts the server"
    );
    app.restart.notify_one();
}

/// The migrations this database has, the last first. For those who may look into the system console.
pub async fn migrations(app: &App, caller: &Caller) -> Result<Vec<AppliedMigration>> {
    if !settings::reads_console(app, caller).await? {
        return Err(common::PERMISSIONS.err());
    }
    Ok(store::migrate::applied(app.store.db()).await?)
}

/// Refuses to try a search engine out. The settings come first, then who asks.
pub async fn refuse_search_engine(app: &App, caller: &Caller, given: &Value) -> Result<()> {
    if given
        .as_object()
        .is_some_and(|given| !given.contains_key("ElasticsearchSettings"))
    {
        return Err(NO_SEARCH_SETTINGS.err());
    }
    let tests = rustchat_core::permissions::TEST_ELASTICSEARCH;
    crate::access::require_system(app, caller, tests).await?;
    Err(NO_SEARCH_ENGINE.err())
}

/// Refuses to empty the indexes of a search engine.
pub fn refuse_purge() -> Result<()> {
    Err(NO_SEARCH_ENGINE.err())
}
