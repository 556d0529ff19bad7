//! Changes of system roles. Somebody always remains who administers the server.

use super::{active::load, change::changed, errors as e, rules};
use crate::{access, app::App, caller::Caller, sessions};
use model::User;
use realtime::Event;
use rustchat_core::{clock, common, error::Result, permissions, roles};
use store::cache::Kind;

/// Roles that a licence has to allow.
const LICENSED_ROLES: &[&str] = &[
    "system_manager",
    "system_user_manager",
    "system_read_only_admin",
];

/// Replaces somebody's system roles.
pub async fn set_roles(app: &App, caller: &Caller, id: &str, names: &str) -> Result<()> {
    access::require_system(app, caller, permissions::MANAGE_ROLES).await?;
    let all: Vec<&str> = roles::split(names).collect();
    let admin_without_user =
        all.contains(&roles::SYSTEM_ADMIN) && !all.contains(&roles::SYSTEM_USER);
    if admin_without_user || !all.iter().all(|name| roles::is_valid_name(name)) {
        return Err(common::invalid_body("roles"));
    }
    if names.len() > rules::MAX_ROLES {
        return Err(e::ROLES_LIMIT.err());
    }
    if all.iter().any(|name| LICENSED_ROLES.contains(name)) {
        return Err(e::ROLE_LICENSE.err());
    }
    let found = store::users::by_id(app.store.db(), id).await?;
    if found.is_none() {
        return Err(e::MISSING.err().with_status(400));
    }
    let wanted: Vec<String> = all.iter().map(|name| (*name).to_owned()).collect();
    let known = store::roles::by_names(&app.store, &wanted).await?;
    let missing = |name: &&str| !known.iter().any(|role| role.name == **name);
    if all.iter().any(missing) {
        return Err(e::ROLE_NOT_FOUND.err());
    }
    replace(app, id, names, clock::now_ms()).await?;
    app.store.cache().invalidate(Kind::User, id);
    app.hub.publish(
        Event::new("user_role_updated")
            .user(id)
            .with("user_id", id)
            .with("roles", names),
    );
    Ok(())
}

/// Makes a guest a member. There are no guests without a licence, but a taken-over server may have some.
pub async fn promote(app: &App, caller: &Caller, id: &str) -> Result<()> {
    access::require_system(app, caller, permissions::PROMOTE_GUEST).await?;
    let user = load(app, id).await?;
    if !roles::contains(&user.roles, roles::SYSTEM_GUEST) {
        return Err(e::NO_GUEST.err());
    }
    let names = roles::with(
        &roles::without(&user.roles, roles::SYSTEM_GUEST),
        roles::SYSTEM_USER,
    );
    let now = clock::now_ms();
    replace(app, id, &names, now).await?;
    let user = User {
        roles: names,
        update_at: now,
        ..user
    };
    changed(app, &user).await;
    Ok(())
}

/// Sessions carry the roles of their person, so they are read anew.
async fn replace(app: &App, id: &str, names: &str, now: i64) -> Result<()> {
    if !store::users::set_roles(app.store.db(), id, names, now).await? {
        return Err(e::LAST_ADMIN.err());
    }
    sessions::forget_cached(app, id).await
}
