//! What can go wrong with memberships of teams.

use crate::teams::errors::errors;
use rustchat_core::error::ErrorDef;

errors! {
    NOT_A_MEMBER 404 "app.team.get_member.missing.app_error" "This person is not in the team.";
    NEVER_A_MEMBER 400 "api.team.remove_user_from_team.missing.app_error" "This person was never in the team.";
    NO_SUCH_USER 404 "app.user.missing_account.const" "There is no such person.";
    NO_USER_TO_ADD 404 "api.team.user.missing_account" "There is no such person.";
    DENIED 400 "api.team.add_members.user_denied" "The team only takes members of its groups.";
    GROUPS_DECIDE 400 "api.team.remove_member.group_constrained.app_error" "The groups of the team decide who is in it.";
    FULL 400 "app.team.join_user_to_team.max_accounts.app_error" "The team is full.";
    DOMAINS 400 "api.team.join_user_to_team.allowed_domains.app_error" "The team only takes people of certain domains.";
    NO_INVITE 400 "api.team.add_user_to_team.missing_parameter.app_error" "An invitation is needed.";
    BAD_TOKEN 400 "api.user.create_user.signup_link_invalid.app_error" "This invitation is not valid.";
    EXPIRED_TOKEN 400 "api.user.create_user.signup_link_expired.app_error" "This invitation has expired.";
    INVITE_OF_GROUPS 403 "app.team.invite_id.group_constrained.error" "The groups of the team decide who is in it.";
    INVITE_OF_GUEST 403 "api.team.add_user_to_team_from_invite.guest.app_error" "Guests cannot join by an invitation for members.";
    NO_SUCH_ROLE 400 "app.role.get_by_name.app_error" "There is no such role.";
    ROLE_OF_SCHEME 400 "api.channel.update_team_member_roles.scheme_role.app_error" "A role of another scope cannot be given here.";
    GUEST_AND_USER 400 "api.team.update_team_member_roles.guest_and_user.app_error" "A member is a guest or a user, not both.";
    GUEST_CHANGE 400 "api.channel.update_team_member_roles.changing_guest_role.app_error" "Whether somebody is a guest is not changed here.";
    NEITHER 400 "api.team.update_team_member_roles.unset_user_scheme.app_error" "A member has to stay a user.";
    USER_AND_GUEST 400 "api.team.update_team_member_roles.user_and_guest.app_error" "A member is a guest or a user, not both.";
}
