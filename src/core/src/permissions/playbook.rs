//! Permissions of the playbooks, runs and groups: names and scopes only; who has them is in `spec/facts/roles.json`.

use super::{Permission, Scope::*, table};

table! {
    MANAGE_CUSTOM_GROUP_MEMBERS Group "manage_custom_group_members";
    EDIT_CUSTOM_GROUP Group "edit_custom_group";
    DELETE_CUSTOM_GROUP Group "delete_custom_group";
    RESTORE_CUSTOM_GROUP Group "restore_custom_group";
    PLAYBOOK_PUBLIC_MANAGE_PROPERTIES Playbook "playbook_public_manage_properties";
    PLAYBOOK_PUBLIC_MANAGE_MEMBERS Playbook "playbook_public_manage_members";
    PLAYBOOK_PUBLIC_MANAGE_ROLES Playbook "playbook_public_manage_roles";
    PLAYBOOK_PUBLIC_VIEW Playbook "playbook_public_view";
    PLAYBOOK_PUBLIC_MAKE_PRIVATE Playbook "playbook_public_make_private";
    PLAYBOOK_PRIVATE_MANAGE_PROPERTIES Playbook "playbook_private_manage_properties";
    PLAYBOOK_PRIVATE_MANAGE_MEMBERS Playbook "playbook_private_manage_members";
    PLAYBOOK_PRIVATE_MANAGE_ROLES Playbook "playbook_private_manage_roles";
    PLAYBOOK_PRIVATE_VIEW Playbook "playbook_private_view";
    PLAYBOOK_PRIVATE_MAKE_PUBLIC Playbook "playbook_private_make_public";
    RUN_CREATE Playbook "run_create";
    RUN_MANAGE_PROPERTIES Run "run_manage_properties";
    RUN_MANAGE_MEMBERS Run "run_manage_members";
    RUN_VIEW Run "run_view";
}
