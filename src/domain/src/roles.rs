//! Roles: which permissions a role name stands for, and changing them. Asking for permissions is `access`.

use crate::{access, app::App, caller::Caller};
use model::{Role, RolePatch};
use realtime::Event;
use rustchat_core::{
    clock,
    error::{ErrorDef, Result},
    permissions::{self, Permission},
    roles,
};
use std::collections::BTreeSet;

const BY_ID: ErrorDef = ErrorDef::new("app.role.get.app_error", 404, "There is no such role.");
const BY_NAME: ErrorDef = ErrorDef::new(
    "app.role.get_by_name.app_error",
    404,
    "There is no role of this name.",
);
pub const TOO_MANY_NAMES: ErrorDef = ErrorDef::new(
    "api.roles.get_multiple_by_name_too_many.request_error",
    400,
    "At most {MaxNames} roles are asked for at once.",
);
const INVALID: ErrorDef = ErrorDef::new(
    "app.role.save.invalid_role.app_error",
    400,
    "A permission of the role is not known.",
);
const GUEST_LICENSE: ErrorDef = ErrorDef::new(
    "api.roles.patch_roles.license.error",
    501,
    "The licence of this server does not include changing the roles of guests.",
);
const NOT_ALLOWED: ErrorDef = ErrorDef::new(
    "api.roles.patch_roles.not_allowed_permission.error",
    501,
    "These permissions cannot be given or taken.",
);

/// Nobody gives or takes these through a role: they would make administrators.
const NOT_TO_CHANGE: &[Permission] = &[
    permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_SYSTEM_ROLES,
    permissions::SYSCONSOLE_READ_USER_MANAGEMENT_SYSTEM_ROLES,
    permissions::MANAGE_ROLES,
    permissions::MANAGE_SYSTEM,
];
/// The roles of people who administer parts of the system; a permission of their own guards them.
const SYSTEM_ROLES: &[&str] = &[
    "system_manager",
    "system_user_manager",
    "system_read_only_admin",
    "system_custom_group_admin",
];
const GUEST_ROLES: &[&str] = &[roles::SYSTEM_GUEST, roles::TEAM_GUEST, roles::CHANNEL_GUEST];

/// All roles.
pub async fn all(app: &App) -> Result<Vec<Role>> {
    Ok(store::roles::all(&app.store).await?)
}

pub async fn get(app: &App, id: &str) -> Result<Role> {
    store::roles::by_id(&app.store, id)
        .await?
        .ok_or_else(|| BY_ID.err())
}

pub async fn by_name(app: &App, name: &str) -> Result<Role> {
    let role = store::roles::cached(&app.store, name).await?;
    Ok((*role.ok_or_else(|| BY_NAME.err())?).clone())
}

/// Those of the names that are roles.
pub async fn by_names(app: &App, names: &[String]) -> Result<Vec<Role>> {
    Ok(store::roles::by_names(&app.store, names).await?)
}

/// True when every name is a role's.
pub async fn all_exist<'a>(app: &App, names: impl IntoIterator<Item = &'a str>) -> Result<bool> {
    for name in names {
        if store::roles::cached(&app.store, name).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The permissions with those they bring along, each once.
pub fn with_ancillary(ids: Vec<String>) -> Vec<String> {
    let mut out = ids;
    for id in out.clone() {
        for more in roles::ancillary(&id) {
            if !out.contains(more) {
                out.push(more.clone());
            }
        }
    }
    out
}

/// Replaces the permissions of a role and tells everyone. A patch that changes nothing tells nobody.
pub async fn patch(app: &App, caller: &Caller, id: &str, patch: RolePatch) -> Result<Role> {
    let mut role = get(app, id).await?;
    let needed = if SYSTEM_ROLES.contains(&role.name.as_str()) {
        permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_SYSTEM_ROLES
    } else {
        permissions::SYSCONSOLE_WRITE_USER_MANAGEMENT_PERMISSIONS
    };
    access::require_system(app, caller, needed).await?;
    if let Some(wanted) = patch.permissions {
        if GUEST_ROLES.contains(&role.name.as_str()) {
            return Err(GUEST_LICENSE.err());
        }
        let old: BTreeSet<String> = role
            .permissions
            .take()
            .unwrap_or_default()
            .into_iter()
            .collect();
        let new: BTreeSet<String> = wanted.into_iter().collect();
        if NOT_TO_CHANGE
            .iter()
            .any(|p| old.contains(p.id) != new.contains(p.id))
        {
            return Err(NOT_ALLOWED.err());
        }
        let known = |id: &String| permissions::find(id).is_some() || roles::is_deprecated(id);
        if !new.iter().all(known) {
            return Err(INVALID.err());
        }
        let same = old == new;
        role.permissions = Some(new.into_iter().collect());
        if same {
            return Ok(role);
        }
    }
    role.update_at = clock::now_ms();
    store::roles::set_permissions(&app.store, &role, role.update_at).await?;
    app.hub
        .publish(Event::new("role_updated").with_json("role", &role));
    Ok(role)
}
