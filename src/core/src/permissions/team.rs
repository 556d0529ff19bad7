//! Permissions of the team: names and scopes only; who has them is in `spec/facts/roles.json`.

use super::{Permission, Scope::*, table};

table! {
    INVITE_USER Team "invite_user";
    ADD_USER_TO_TEAM Team "add_user_to_team";
    MANAGE_SLASH_COMMANDS Team "manage_slash_commands";
    MANAGE_OWN_SLASH_COMMANDS Team "manage_own_slash_commands";
    MANAGE_OTHERS_SLASH_COMMANDS Team "manage_others_slash_commands";
    CREATE_PUBLIC_CHANNEL Team "create_public_channel";
    CREATE_PRIVATE_CHANNEL Team "create_private_channel";
    MANAGE_TEAM_ROLES Team "manage_team_roles";
    LIST_TEAM_CHANNELS Team "list_team_channels";
    JOIN_PUBLIC_CHANNELS Team "join_public_channels";
    READ_PUBLIC_CHANNEL Team "read_public_channel";
    MANAGE_WEBHOOKS Team "manage_webhooks";
    MANAGE_OTHERS_WEBHOOKS Team "manage_others_webhooks";
    MANAGE_INCOMING_WEBHOOKS Team "manage_incoming_webhooks";
    MANAGE_OWN_INCOMING_WEBHOOKS Team "manage_own_incoming_webhooks";
    MANAGE_OUTGOING_WEBHOOKS Team "manage_outgoing_webhooks";
    MANAGE_OWN_OUTGOING_WEBHOOKS Team "manage_own_outgoing_webhooks";
    MANAGE_OTHERS_INCOMING_WEBHOOKS Team "manage_others_incoming_webhooks";
    MANAGE_OTHERS_OUTGOING_WEBHOOKS Team "manage_others_outgoing_webhooks";
    BYPASS_INCOMING_WEBHOOK_CHANNEL_LOCK Team "bypass_incoming_webhook_channel_lock";
    MANAGE_EMOJIS Team "manage_emojis";
    MANAGE_OTHERS_EMOJIS Team "manage_others_emojis";
    CREATE_EMOJIS Team "create_emojis";
    DELETE_EMOJIS Team "delete_emojis";
    DELETE_OTHERS_EMOJIS Team "delete_others_emojis";
    REMOVE_USER_FROM_TEAM Team "remove_user_from_team";
    MANAGE_TEAM Team "manage_team";
    IMPORT_TEAM Team "import_team";
    VIEW_TEAM Team "view_team";
    VIEW_MEMBERS Team "view_members";
    INVITE_GUEST Team "invite_guest";
    PLAYBOOK_PUBLIC_CREATE Team "playbook_public_create";
    PLAYBOOK_PRIVATE_CREATE Team "playbook_private_create";
}
