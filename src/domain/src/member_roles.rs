//! How the roles of a member are given, in a team or a channel: by names or by the flags of the scheme.

use model::SchemeRoles;
use rustchat_core::common::invalid_body;
use rustchat_core::error::{ErrorDef, Result};
use store::roles_of::{CHANNEL, Flags, Names, TEAM};

use crate::App;

/// What refusals are called where the member is.
pub(crate) struct Errors {
    pub no_such_role: ErrorDef,
    pub other_scope: ErrorDef,
    pub guest_and_user: ErrorDef,
    pub guest_change: ErrorDef,
    pub neither: ErrorDef,
    pub user_and_guest: ErrorDef,
}

/// Role names are lower-case words; roles that rule the whole system are not given here.
pub(crate) fn check_names(roles: &str) -> Result<()> {
    let fits = |role: &str| {
        role.len() <= 64
            && role != "system_admin"
            && role
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    match roles.len() <= 256 && roles.split_ascii_whitespace().all(fits) {
        true => Ok(()),
        false => Err(invalid_body("roles")),
    }
}

/// Flags and other roles of a list of names.
pub(crate) async fn parse(
    app: &App,
    roles: &str,
    was_guest: bool,
    names: &Names,
    errors: &Errors,
) -> Result<(Flags, String)> {
    let mut flags = Flags::default();
    let mut others: Vec<&str> = Vec::new();
    for role in roles.split_ascii_whitespace() {
        let Some(row) = store::roles::cached(&app.store, role).await? else {
            return Err(errors.no_such_role.err());
        };
        if role == names.guest {
            flags.guest = true;
        } else if role == names.user {
            flags.user = true;
        } else if role == names.admin {
            flags.admin = true;
        } else if row.scheme_managed
            || TEAM.has(role)
            || CHANNEL.has(role)
            || role.starts_with("system_")
        {
            return Err(errors.other_scope.err());
        } else {
            others.push(role);
        }
    }
    if flags.guest && flags.user {
        return Err(errors.guest_and_user.err());
    }
    if flags.guest != was_guest && (flags.guest || flags.user) {
        return Err(errors.guest_change.err());
    }
    if !flags.guest && !flags.user {
        return Err(errors.neither.err());
    }
    Ok((flags, others.join(" ")))
}

/// Checks the flags of a request against what the member is.
pub(crate) fn flags(roles: &SchemeRoles, was_guest: bool, errors: &Errors) -> Result<Flags> {
    if roles.scheme_guest {
        return Err(errors.user_and_guest.err());
    }
    if !roles.scheme_user && !was_guest {
        return Err(errors.neither.err());
    }
    Ok(Flags {
        guest: was_guest,
        user: roles.scheme_user,
        admin: roles.scheme_admin,
    })
}
