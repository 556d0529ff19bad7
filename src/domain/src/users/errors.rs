//! What can go wrong with an account, and what is told about it.

use rustchat_core::error::ErrorDef;

macro_rules! errors {
    ($($name:ident = $id:literal, $status:literal, $text:literal;)*) => {
        $(pub const $name: ErrorDef = ErrorDef::new($id, $status, $text);)*
    };
}

errors! {
    MISSING = "app.user.missing_account.const", 404, "There is no such user.";
    BY_USERNAME = "app.user.get_by_username.app_error", 404, "There is no user of this name.";
    AUTH_INVALID = "api.user.update_user_auth.invalid_request", 400, "A sign-in provider and its name for the person are needed.";
    AUTH_TAKEN = "app.user.update_auth_data.email_exists.app_error", 400, "The provider's name is another account's already.";
    BAD_LINK = "api.user.verify_email.bad_link.app_error", 400, "The link is not valid any more.";
    LINK_EXPIRED = "api.user.verify_email.link_expired.app_error", 400, "The link has expired. Please ask for another.";
    NO_GUEST = "api.user.promote_guest_to_user.no_guest.app_error", 501, "The account is not a guest's.";
    ROLE_LICENSE = "api.user.update_user_roles.license.app_error", 400, "This role needs a licence.";
    ROLE_NOT_FOUND = "app.role.check_roles_exist.role_not_found", 400, "There is no role of this name.";
    DEACTIVATION_OFF = "api.user.update_active.not_enable.app_error", 401, "People cannot deactivate their own account on this server.";
    ACTIVE_REFUSED = "api.user.update_active.permissions.app_error", 403, "You may not activate or deactivate accounts.";
    MANAGED_BY_LDAP = "api.user.update_active.cannot_modify_status_when_user_is_managed_by_ldap.app_error", 403, "The directory server decides whether this account is active.";
    DELETION_OFF = "api.user.delete_user.not_enabled.app_error", 401, "Accounts cannot be deleted for good on this server.";
    OWN_HASHED = "api.user.update_password.user_and_hashed.app_error", 401, "A hash cannot be set as one's own password.";
    PASSWORD_CONTEXT = "api.user.update_password.context.app_error", 403, "You may not change this person's password.";
    PASSWORD_OF_PROVIDER = "api.user.update_password.oauth.app_error", 400, "A sign-in provider keeps the password of this account.";
    PASSWORD_INCORRECT = "api.user.update_password.incorrect.app_error", 400, "The current password is wrong.";
    RESET_OF_PROVIDER = "api.user.send_password_reset.sso.app_error", 400, "A sign-in provider keeps the password of this account.";
    RESET_LINK = "api.user.reset_password.invalid_link.app_error", 400, "The link is not valid any more.";
    RESET_EXPIRED = "api.user.reset_password.link_expired.app_error", 400, "The link has expired. Please ask for another.";
    RESET_SSO = "api.user.reset_password.sso.app_error", 400, "A sign-in provider keeps the password of this account.";
    FAILURES_OF_PROVIDER = "api.user.reset_password_failed_attempts.ldap_and_email_only.app_error", 400, "Only accounts with a password can be locked.";
    FAILURES_REFUSED = "api.user.reset_password_failed_attempts.permissions.app_error", 403, "You may not unlock accounts.";
    BY_EMAIL_HIDDEN = "api.user.get_user_by_email.permissions.app_error", 403, "Addresses are not shown on this server.";
    SAVE_EXISTING = "app.user.save.existing.app_error", 400, "A new user may not bring an id.";
    USERNAME_EXISTS = "app.user.save.username_exists.app_error", 400, "There is already an account of this name.";
    EMAIL_EXISTS = "app.user.save.email_exists.app_error", 400, "There is already an account with this e-mail address.";
    UPDATE = "app.user.update.finding.app_error", 400, "The account to change was not found.";
    LAST_ADMIN = "app.user.update.lastAdmin.app_error", 400, "The last system administrator cannot give up the role.";

    INVALID_USERNAME = "model.user.is_valid.username.app_error", 400, "A username has 1 to 64 lower-case letters, digits and '.', '-', '_', and is not a reserved word.";
    INVALID_EMAIL = "model.user.is_valid.email.app_error", 400, "Please give a valid e-mail address.";
    INVALID_NICKNAME = "model.user.is_valid.nickname.app_error", 400, "The nickname is too long.";
    INVALID_POSITION = "model.user.is_valid.position.app_error", 400, "The position is too long.";
    INVALID_FIRST_NAME = "model.user.is_valid.first_name.app_error", 400, "The first name is too long.";
    INVALID_LAST_NAME = "model.user.is_valid.last_name.app_error", 400, "The last name is too long.";
    INVALID_AUTH_DATA = "model.user.is_valid.auth_data.app_error", 400, "The sign-in provider's data is too long.";
    AUTH_DATA_TYPE = "model.user.is_valid.auth_data_type.app_error", 400, "Sign-in data needs the name of its provider.";
    AUTH_DATA_PASSWORD = "model.user.is_valid.auth_data_pwd.app_error", 400, "An account has a password or a sign-in provider, not both.";
    INVALID_LOCALE = "model.user.is_valid.locale.app_error", 400, "This language is not known.";
    TIMEZONE_LIMIT = "model.user.is_valid.timezone_limit.app_error", 400, "The time zone is too long.";
    ROLES_LIMIT = "model.user.is_valid.roles_limit.app_error", 400, "The list of roles is too long.";
    INVALID_PROPERTY = "model.user.is_valid.invalidProperty.app_error", 400, "A property of the user is not valid.";

    SIGNUP_DISABLED = "api.user.create_user.signup_email_disabled.app_error", 501, "Accounts cannot be made with an e-mail address on this server.";
    NO_OPEN_SERVER = "api.user.create_user.no_open_server", 403, "This server takes new people by invitation only.";
    SIGNUP_LINK_INVALID = "api.user.create_user.signup_link_invalid.app_error", 404, "The invitation is not valid.";
    SIGNUP_LINK_EXPIRED = "api.user.create_user.signup_link_expired.app_error", 400, "The invitation has expired.";
    INVITED_DOMAIN = "api.team.invite_members.invalid_email.app_error", 403, "The team only takes people of certain domains: {Addresses}.";
    ACCEPTED_DOMAIN = "api.user.create_user.accepted_domain.app_error", 400, "Addresses of this domain are not accepted here.";
    UPDATE_ACCEPTED_DOMAIN = "api.user.update_user.accepted_domain.app_error", 400, "Addresses of this domain are not accepted here.";
    PROVIDER_ATTRIBUTE = "api.user.patch_user.login_provider_attribute_set.app_error", 409, "The sign-in provider sets {Field}; change it there.";
    PROVIDER_ATTRIBUTE_PUT = "api.user.update_user.login_provider_attribute_set.app_error", 409, "The sign-in provider sets {Field}; change it there.";
}
