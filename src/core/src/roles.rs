//! Roles: the built-in ones with their permissions, and helpers to reason about lists of role names. No stored rows here.

use crate::permissions::Permission;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

pub const SYSTEM_ADMIN: &str = "system_admin";
pub const SYSTEM_USER: &str = "system_user";
pub const SYSTEM_GUEST: &str = "system_guest";
pub const TEAM_ADMIN: &str = "team_admin";
pub const TEAM_USER: &str = "team_user";
pub const TEAM_GUEST: &str = "team_guest";
pub const CHANNEL_ADMIN: &str = "channel_admin";
pub const CHANNEL_USER: &str = "channel_user";
pub const CHANNEL_GUEST: &str = "channel_guest";

/// A built-in role as a new installation has it.
#[derive(Clone, Debug, Deserialize)]
pub struct DefaultRole {
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub scheme_managed: bool,
    pub built_in: bool,
    pub permissions: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Groups {
    moderated: BTreeMap<String, String>,
    sysconsole_ancillary: BTreeMap<String, Vec<String>>,
    deprecated: Vec<String>,
}

// The two files are part of the program; the tests below read them, so the fall-backs are never taken in a released one.
static DEFAULTS: LazyLock<Vec<DefaultRole>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../spec/facts/roles.json")).unwrap_or_default()
});
static GROUPS: LazyLock<Groups> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../spec/facts/permission_groups.json"))
        .unwrap_or_default()
});
static BY_NAME: LazyLock<HashMap<&'static str, HashSet<&'static str>>> = LazyLock::new(|| {
    let set = |role: &'static DefaultRole| role.permissions.iter().map(String::as_str).collect();
    DEFAULTS
        .iter()
        .map(|role| (role.name.as_str(), set(role)))
        .collect()
});

/// The built-in roles, in the order a new installation creates them.
pub fn defaults() -> &'static [DefaultRole] {
    &DEFAULTS
}

/// True when the built-in role of this name gives the permission as installed (stored roles may have been changed).
pub fn default_grants(role: &str, permission: Permission) -> bool {
    BY_NAME
        .get(role)
        .is_some_and(|permissions| permissions.contains(permission.id))
}

/// The group of channel moderation a permission belongs to.
pub fn moderation_of(permission: &str) -> Option<&'static str> {
    GROUPS.moderated.get(permission).map(String::as_str)
}

/// All pairs of permission and moderation group.
pub fn moderated() -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS
        .moderated
        .iter()
        .map(|(permission, group)| (permission.as_str(), group.as_str()))
}

/// Permissions that a permission of the system console brings with it.
pub fn ancillary(permission: &str) -> &'static [String] {
    GROUPS
        .sysconsole_ancillary
        .get(permission)
        .map_or(&[], Vec::as_slice)
}

/// Permissions that stored roles may still name and nothing asks for.
pub fn is_deprecated(permission: &str) -> bool {
    GROUPS.deprecated.iter().any(|id| id == permission)
}

/// The role names of a stored list (`"system_user system_admin"`).
pub fn split(roles: &str) -> impl Iterator<Item = &str> {
    roles.split_whitespace()
}

/// True when the stored list names the role.
pub fn contains(roles: &str, role: &str) -> bool {
    split(roles).any(|name| name == role)
}

/// The list with the role added at its end, if it was not there.
pub fn with(roles: &str, role: &str) -> String {
    if contains(roles, role) {
        return roles.to_owned();
    }
    split(roles).chain([role]).collect::<Vec<_>>().join(" ")
}

/// The list without the role.
pub fn without(roles: &str, role: &str) -> String {
    split(roles)
        .filter(|name| *name != role)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What is asked of a role's name: 1 to 64 characters of a-z, 0-9 and underscore.
pub fn is_valid_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions;

    #[test]
    fn the_facts_are_read() {
        assert_eq!(defaults().len(), 25);
        assert!(default_grants(CHANNEL_USER, permissions::CREATE_POST));
        assert!(!default_grants(SYSTEM_USER, permissions::MANAGE_SYSTEM));
        assert!(default_grants(SYSTEM_ADMIN, permissions::MANAGE_SYSTEM));
        assert_eq!(moderation_of("remove_reaction"), Some("create_reactions"));
        assert!(ancillary("sysconsole_write_environment_smtp").contains(&"test_email".to_owned()));
        assert!(GROUPS.deprecated.len() > 20);
    }

    #[test]
    fn every_granted_permission_exists() {
        for role in defaults() {
            for id in &role.permissions {
                assert!(
                    permissions::find(id).is_some(),
                    "{} has unknown {id}",
                    role.name
                );
            }
        }
    }

    #[test]
    fn lists() {
        assert_eq!(
            with("system_user", SYSTEM_ADMIN),
            "system_user system_admin"
        );
        assert_eq!(
            with("system_user system_admin", SYSTEM_ADMIN),
            "system_user system_admin"
        );
        assert_eq!(
            without(" system_user  system_admin", SYSTEM_USER),
            "system_admin"
        );
        assert!(!contains("system_administrator", SYSTEM_ADMIN));
    }
}
