//! Permissions of the channel: names and scopes only; who has them is in `spec/facts/roles.json`.

use super::{Permission, Scope::*, table};

table! {
    USE_SLASH_COMMANDS Channel "use_slash_commands";
    MANAGE_PUBLIC_CHANNEL_MEMBERS Channel "manage_public_channel_members";
    MANAGE_PRIVATE_CHANNEL_MEMBERS Channel "manage_private_channel_members";
    CONVERT_PUBLIC_CHANNEL_TO_PRIVATE Channel "convert_public_channel_to_private";
    CONVERT_PRIVATE_CHANNEL_TO_PUBLIC Channel "convert_private_channel_to_public";
    MANAGE_CHANNEL_ROLES Channel "manage_channel_roles";
    MANAGE_PUBLIC_CHANNEL_PROPERTIES Channel "manage_public_channel_properties";
    MANAGE_PRIVATE_CHANNEL_PROPERTIES Channel "manage_private_channel_properties";
    MANAGE_PUBLIC_CHANNEL_AUTO_TRANSLATION Channel "manage_public_channel_auto_translation";
    MANAGE_PRIVATE_CHANNEL_AUTO_TRANSLATION Channel "manage_private_channel_auto_translation";
    DELETE_PUBLIC_CHANNEL Channel "delete_public_channel";
    DELETE_PRIVATE_CHANNEL Channel "delete_private_channel";
    READ_CHANNEL Channel "read_channel";
    READ_CHANNEL_CONTENT Channel "read_channel_content";
    READ_PUBLIC_CHANNEL_GROUPS Channel "read_public_channel_groups";
    READ_PRIVATE_CHANNEL_GROUPS Channel "read_private_channel_groups";
    ADD_REACTION Channel "add_reaction";
    REMOVE_REACTION Channel "remove_reaction";
    REMOVE_OTHERS_REACTIONS Channel "remove_others_reactions";
    UPLOAD_FILE Channel "upload_file";
    CREATE_POST Channel "create_post";
    CREATE_POST_PUBLIC Channel "create_post_public";
    CREATE_POST_EPHEMERAL Channel "create_post_ephemeral";
    READ_DELETED_POSTS Channel "read_deleted_posts";
    EDIT_POST Channel "edit_post";
    EDIT_OTHERS_POSTS Channel "edit_others_posts";
    DELETE_POST Channel "delete_post";
    DELETE_OTHERS_POSTS Channel "delete_others_posts";
    USE_CHANNEL_MENTIONS Channel "use_channel_mentions";
    USE_GROUP_MENTIONS Channel "use_group_mentions";
    ADD_BOOKMARK_PUBLIC_CHANNEL Channel "add_bookmark_public_channel";
    EDIT_BOOKMARK_PUBLIC_CHANNEL Channel "edit_bookmark_public_channel";
    DELETE_BOOKMARK_PUBLIC_CHANNEL Channel "delete_bookmark_public_channel";
    ORDER_BOOKMARK_PUBLIC_CHANNEL Channel "order_bookmark_public_channel";
    ADD_BOOKMARK_PRIVATE_CHANNEL Channel "add_bookmark_private_channel";
    EDIT_BOOKMARK_PRIVATE_CHANNEL Channel "edit_bookmark_private_channel";
    DELETE_BOOKMARK_PRIVATE_CHANNEL Channel "delete_bookmark_private_channel";
    ORDER_BOOKMARK_PRIVATE_CHANNEL Channel "order_bookmark_private_channel";
    MANAGE_PUBLIC_CHANNEL_BANNER Channel "manage_public_channel_banner";
    MANAGE_PRIVATE_CHANNEL_BANNER Channel "manage_private_channel_banner";
    MANAGE_CHANNEL_ACCESS_RULES Channel "manage_channel_access_rules";
}
