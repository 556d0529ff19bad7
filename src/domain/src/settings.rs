//! The configuration as administrators read and change it over the API; what a setting means is decided where it is used.

use crate::{access, app::App, caller::Caller, system};
use config::{AccessTags, Change, ConfigError, ConfigHandle};
use realtime::Event;
use rustchat_core::{
    common,
    error::{ErrorDef, Result},
    permissions::{self, Permission, Scope},
    roles,
};
use serde_json::Value;
use std::collections::HashSet;

const FAILED: ErrorDef = ErrorDef::new(
    "app.save_config.app_error",
    500,
    "The configuration could not be changed.",
);

// the environment's address is not the given one's business, so that this is asked of what is given
const ADDRESS_CLEARED: ErrorDef = ErrorDef::new(
    "api.config.update_config.clear_siteurl.app_error",
    400,
    "The server's address (SiteURL) may be changed, but not removed: people have links with it.",
);

/// The caller's permissions of the system console.
async fn console(app: &App, caller: &Caller) -> Result<HashSet<String>> {
    let mut held = HashSet::new();
    let Some(user) = &caller.user else {
        return Ok(held);
    };
    for name in roles::split(&user.roles) {
        if let Some(role) = store::roles::cached(&app.store, name).await? {
            held.extend(role.permissions.iter().flatten().cloned());
        }
    }
    Ok(held)
}

fn may_read(held: &HashSet<String>, tags: AccessTags) -> bool {
    may(held, tags, "read") || (tags.any_reader() && any_console(held, "read"))
}

/// With `ExperimentalSettings.RestrictSystemAdmin` some settings belong to whoever runs the machine, not to administrators.
fn may_write(app: &App, held: &HashSet<String>, tags: AccessTags) -> bool {
    may(held, tags, "write") && !(tags.write_restrictable() && restricted(app))
}

fn restricted(app: &App) -> bool {
    app.config
        .get()
        .get("ExperimentalSettings.RestrictSystemAdmin")
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

fn may(held: &HashSet<String>, tags: AccessTags, verb: &str) -> bool {
    held.contains(permissions::MANAGE_SYSTEM.id)
        || tags
            .areas()
            .any(|area| held.contains(&format!("sysconsole_{verb}_{area}")))
}

fn any_console(held: &HashSet<String>, verb: &str) -> bool {
    let prefix = format!("sysconsole_{verb}_");
    held.iter().any(|id| {
        id.starts_with(&prefix)
            && permissions::find(id).is_some_and(|p: Permission| p.scope == Scope::System)
    })
}

/// The settings the caller may read, secrets masked.
pub async fn read(app: &App, caller: &Caller) -> Result<Value> {
    let held = console(app, caller).await?;
    if !any_console(&held, "read") {
        return Err(common::PERMISSIONS.err());
    }
    Ok(app.config.get().visible(|_, tags| may_read(&held, tags)))
}

/// Changes the settings the patch names, as far as the caller may, and tells everybody's clients.
pub async fn patch(app: &App, caller: &Caller, patch: &Value) -> Result<Value> {
    let held = console(app, caller).await?;
    if !any_console(&held, "write") {
        return Err(common::PERMISSIONS.err());
    }
    let permitted = config::Config::permitted(patch, |_, tags| may_write(app, &held, tags));
    apply(app, move |config| config.update(&permitted)).await?;
    read(app, caller).await
}

/// Replaces every setting; what is left out falls back to its default. Who may not change all of them changes those of the
/// given ones that may be changed.
pub async fn replace(app: &App, caller: &Caller, whole: Value) -> Result<Value> {
    if !whole.is_object() || config::Config::unreadable_section(&whole).is_some() {
        return Err(common::invalid_body("config"));
    }
    let held = console(app, caller).await?;
    if !any_console(&held, "write") {
        return Err(common::PERMISSIONS.err());
    }
    let address = whole["ServiceSettings"]["SiteURL"].as_str();
    if address.is_none_or(str::is_empty) && !app.config.get().service.site_url.is_empty() {
        return Err(ADDRESS_CLEARED.err());
    }
    if held.contains(permissions::MANAGE_SYSTEM.id) && !restricted(app) {
        apply(app, move |config| config.replace(&whole)).await?;
    } else {
        let permitted = config::Config::permitted(&whole, |_, tags| may_write(app, &held, tags));
        apply(app, move |config| config.update(&permitted)).await?;
    }
    read(app, caller).await
}

/// Whether the caller may look into any part of the system console.
pub async fn reads_console(app: &App, caller: &Caller) -> Result<bool> {
    Ok(any_console(&console(app, caller).await?, "read"))
}

/// Reads the file again.
pub async fn reload(app: &App) -> Result<()> {
    apply(app, ConfigHandle::reload).await
}

/// The settings that the environment overrides; nothing for those who may not read the console.
pub async fn environment(app: &App, caller: &Caller) -> Result<Value> {
    if access::has_system(app, caller, permissions::MANAGE_SYSTEM).await? {
        return Ok(app.config.get().environment());
    }
    Ok(Value::Null)
}

/// Changes the settings on a thread that may wait for the disk, then tells everybody's clients what changed for them.
async fn apply(
    app: &App,
    change: impl FnOnce(&ConfigHandle) -> Result<Change, ConfigError> + Send + 'static,
) -> Result<()> {
    let config = app.config.clone();
    let change = tokio::task::spawn_blocking(move || change(&config))
        .await
        .map_err(|error| FAILED.caused_by(error))??;
    if change.is_real() {
        let facts = system::client_facts(app).await?;
        let told = config::client_config(&change.after, &facts, true);
        app.hub.publish(
            Event::new("config_changed")
                .everyone()
                .with_object("config", &told),
        );
    }
    Ok(())
}
