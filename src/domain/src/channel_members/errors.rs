//! What can go wrong with memberships of channels.

use crate::teams::errors::errors;
use rustchat_core::error::ErrorDef;

errors! {
    NOT_A_MEMBER 404 "app.channel.get_member.missing.app_error" "This person is not in the channel.";
    NO_SUCH_POST 404 "app.post.get.app_error" "There is no such message.";
    LEFT_TEAM 400 "api.channel.add_user.to.channel.failed.deleted.app_error" "This person has left the team.";
    WRONG_KIND 400 "api.channel.add_user_to_channel.type.app_error" "Nobody is added to a direct or group channel.";
    WRONG_KIND_REMOVE 400 "api.channel.remove_channel_member.type.app_error" "Nobody leaves a direct or group channel.";
    DENIED 400 "api.channel.add_members.user_denied" "The channel only takes members of its groups.";
    GROUPS_DECIDE 400 "api.channel.remove_member.group_constrained.app_error" "The groups of the channel decide who is in it.";
    DEFAULT_STAYS 400 "api.channel.remove.default.app_error" "Everyone stays in the default channel.";
    PROPS_TOO_LONG 400 "app.channel.update_member.notify_props_limit_exceeded.app_error" "These settings are too long.";
    NO_SUCH_ROLE 400 "app.role.get_by_name.app_error" "There is no such role.";
    ROLE_OF_SCHEME 400 "api.channel.update_channel_member_roles.scheme_role.app_error" "A role of another scope cannot be given here.";
    GUEST_AND_USER 400 "api.channel.update_channel_member_roles.guest_and_user.app_error" "A member is a guest or a user, not both.";
    GUEST_CHANGE 400 "api.channel.update_channel_member_roles.changing_guest_role.app_error" "Whether somebody is a guest is not changed here.";
    NEITHER 400 "api.channel.update_channel_member_roles.unset_user_scheme.app_error" "A member has to stay a user.";
    USER_AND_GUEST 400 "api.channel.update_channel_member_roles.user_and_guest.app_error" "A member is a guest or a user, not both.";
}
