//! What can go wrong with teams.

use rustchat_core::error::ErrorDef;

macro_rules! errors {
    ($($name:ident $status:literal $id:literal $text:literal;)+) => {
        $(pub(crate) const $name: ErrorDef = ErrorDef::new($id, $status, $text);)+
    };
}
pub(crate) use errors;

errors! {
    NOT_FOUND 404 "app.team.get.find.app_error" "There is no such team.";
    NO_SUCH_NAME 404 "app.team.get_by_name.missing.app_error" "There is no team of this name.";
    NO_SUCH_INVITE 404 "app.team.get_by_invite_id.finding.app_error" "This invitation belongs to no team.";
    INVITE_CLOSED 403 "api.team.get_invite_info.not_open_team" "This invitation is to a closed team.";
    EXISTS 400 "store.sql_team.save_team.existing.app_error" "There already is a team of this name or id.";
    CREATOR_DOMAIN 400 "api.team.is_team_creation_allowed.domain.app_error" "Your address is not in a domain that may be in this team.";
    PUBLIC_PAGES 501 "api.team.search_teams.pagination_not_implemented.public_team_search" "Pages are only for those who may see every team.";
    PRIVATE_PAGES 501 "api.team.search_teams.pagination_not_implemented.private_team_search" "Pages are only for those who may see every team.";
    DELETION_OFF 401 "api.user.delete_team.not_enabled.app_error" "Deleting teams for good is turned off.";
    NO_ICON 404 "api.team.get_team_icon.read_file.app_error" "This team has no icon.";
    ICON_SET_TEAM 400 "api.team.set_team_icon.get_team.app_error" "There is no such team.";
    ICON_REMOVE_TEAM 400 "api.team.remove_team_icon.get_team.app_error" "There is no such team.";
    ICON_LIMITS 400 "api.team.set_team_icon.check_image_limits.app_error" "This is no picture, or one that is too large.";
    ICON_WRITE 500 "api.team.set_team_icon.write_file.app_error" "The icon could not be stored.";
    BAD_EMAIL 400 "model.team.is_valid.email.app_error" "The address of the team is not valid.";
    BAD_DISPLAY_NAME 400 "model.team.is_valid.name.app_error" "The display name needs 1 to 64 characters.";
    BAD_NAME_LENGTH 400 "model.team.is_valid.url.app_error" "The name is too long, 64 characters at most.";
    BAD_DESCRIPTION 400 "model.team.is_valid.description.app_error" "The description is too long, 255 bytes at most.";
    RESERVED 400 "model.team.is_valid.reserved.app_error" "This name is reserved.";
    BAD_NAME 400 "model.team.is_valid.characters.app_error" "The name needs two or more of a-z, 0-9 and, inside, hyphens.";
    BAD_TYPE 400 "model.team.is_valid.type.app_error" "The type is O or I.";
    BAD_COMPANY 400 "model.team.is_valid.company.app_error" "The company name is too long, 64 bytes at most.";
    DOMAIN_OUTSIDE 400 "api.team.update_restricted_domains.mismatch.app_error" "{Domain} is not among the domains this server takes people of.";
    BAD_DOMAINS 400 "model.team.is_valid.domains.app_error" "The list of domains is too long, 500 bytes at most.";
}
