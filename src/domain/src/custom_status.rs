//! Custom statuses: an emoji and some words of somebody's own choice, kept with the account; the last few are remembered.

use crate::{access, app::App, caller::Caller, emoji, preferences, users};
use model::{CustomStatus, Preference};
use rustchat_core::{
    clock, common,
    error::{ErrorDef, Result},
    permissions,
};

const PROP: &str = "customStatus";
const CATEGORY: &str = "custom_status";
const RECENT: &str = "recent_custom_statuses";
const MAX_TEXT: usize = 100;
const MAX_RECENT: usize = 5;
/// How a time that was not given is written.
const NO_TIME: &str = "0001-01-01T00:00:00Z";

const DISABLED: ErrorDef = ErrorDef::new(
    "api.custom_status.disabled",
    501,
    "Custom statuses are turned off on this server.",
);
const NO_EMOJI: ErrorDef = ErrorDef::new(
    "api.custom_status.set_custom_statuses.emoji_not_found",
    400,
    "There is no such emoji.",
);
const RECENT_MISSING: ErrorDef = ErrorDef::new(
    "api.custom_status.recent_custom_statuses.delete.app_error",
    400,
    "There is no such status among the recent ones.",
);

fn require_enabled(app: &App) -> Result<()> {
    if app.config.get().team.enable_custom_user_statuses {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// Chooses a status; it becomes the first of the recent ones.
pub async fn set(
    app: &App,
    caller: &Caller,
    user_id: &str,
    mut status: CustomStatus,
) -> Result<()> {
    require_enabled(app)?;
    complete(&mut status)?;
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    if !status.emoji.is_empty() && !emoji::exists(app, &status.emoji).await? {
        return Err(NO_EMOJI.err());
    }
    users::set_prop(app, user_id, PROP, &text(&status)).await?;
    let mut recent = recent(app, user_id).await?;
    recent.retain(|old| old.text != status.text);
    recent.insert(0, status);
    recent.truncate(MAX_RECENT);
    keep(app, user_id, &recent).await
}

pub async fn unset(app: &App, user_id: &str) -> Result<()> {
    require_enabled(app)?;
    users::set_prop(app, user_id, PROP, "").await
}

/// Forgets one of the recent statuses.
pub async fn forget(app: &App, user_id: &str, status: &CustomStatus) -> Result<()> {
    require_enabled(app)?;
    let mut recent = recent(app, user_id).await?;
    let before = recent.len();
    recent.retain(|old| old.text != status.text || old.emoji != status.emoji);
    if recent.len() == before {
        return Err(RECENT_MISSING.err());
    }
    keep(app, user_id, &recent).await
}

fn complete(status: &mut CustomStatus) -> Result<()> {
    if status.emoji.is_empty() && status.text.is_empty() {
        return Err(common::invalid_body("custom_status"));
    }
    status.text = status.text.chars().take(MAX_TEXT).collect();
    if status.expires_at.is_empty() {
        NO_TIME.clone_into(&mut status.expires_at);
    }
    let ends = status.expires_at != NO_TIME;
    if ends && status.duration.is_empty() {
        "date_and_time".clone_into(&mut status.duration);
    }
    let now = clock::now_ms();
    let past = clock::parse_rfc3339(&status.expires_at).is_some_and(|end| end <= now);
    if ends && past {
        return Err(common::invalid_body("custom_status"));
    }
    Ok(())
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

async fn recent(app: &App, user_id: &str) -> Result<Vec<CustomStatus>> {
    let found = store::preferences::get(app.store.db(), user_id, CATEGORY, RECENT).await?;
    Ok(found
        .and_then(|preference| serde_json::from_str(&preference.value).ok())
        .unwrap_or_default())
}

async fn keep(app: &App, user_id: &str, recent: &[CustomStatus]) -> Result<()> {
    let preference = Preference {
        user_id: user_id.to_owned(),
        category: CATEGORY.to_owned(),
        name: RECENT.to_owned(),
        value: text(&recent),
    };
    preferences::store_own(app, user_id, vec![preference]).await
}
