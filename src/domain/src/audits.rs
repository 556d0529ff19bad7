//! Audits: the record of sign-ins and changes of accounts. Not the server's log, and never secrets.

use crate::{app::App, caller::Caller};
use model::Audit;
use rustchat_core::{clock, error::Result, ids};

/// One thing that happened, as it is written down.
pub fn entry(caller: &Caller, action: &str, extra: impl Into<String>) -> Audit {
    Audit {
        id: ids::new_id(),
        create_at: clock::now_ms(),
        user_id: caller.user_id().to_owned(),
        action: action.to_owned(),
        extra_info: extra.into(),
        ip_address: caller.ip.clone(),
        session_id: caller
            .session
            .as_ref()
            .map_or_else(String::new, |s| s.id.clone()),
    }
}

/// Writes entries down. What was done stays done when that fails; the log tells.
pub async fn record(app: &App, entries: &[Audit]) {
    if let Err(error) = store::audits::insert(&app.store, entries).await {
        tracing::warn!(%error, "audits were not written");
    }
}

/// A page, the newest first: everybody's or one user's.
pub async fn list(app: &App, user_id: Option<&str>, offset: i64, limit: i64) -> Result<Vec<Audit>> {
    Ok(store::audits::list(&app.store, user_id, offset, limit).await?)
}
