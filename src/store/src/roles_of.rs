//! How the roles of a membership are kept and told: three flags that stand for the scheme's roles, and a list of others.
//! Knows nothing of permissions.

/// The names behind the flags, guest first.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    pub guest: &'static str,
    pub user: &'static str,
    pub admin: &'static str,
}

pub const TEAM: Names = Names {
    guest: "team_guest",
    user: "team_user",
    admin: "team_admin",
};
pub const CHANNEL: Names = Names {
    guest: "channel_guest",
    user: "channel_user",
    admin: "channel_admin",
};

impl Names {
    pub fn has(&self, role: &str) -> bool {
        role == self.guest || role == self.user || role == self.admin
    }
}

/// Which of the scheme's roles a member has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    pub guest: bool,
    pub user: bool,
    pub admin: bool,
}

impl Flags {
    /// Rows of old installations name the scheme's roles in the list instead of setting the flags.
    pub(crate) fn or_named_in(self, list: &str, names: &Names) -> Self {
        let named = |name: &str| list.split_ascii_whitespace().any(|role| role == name);
        Self {
            guest: self.guest || named(names.guest),
            user: self.user || named(names.user),
            admin: self.admin || named(names.admin),
        }
    }
}

/// The list on the wire: the scheme's roles, then the others.
pub fn compose(flags: Flags, explicit: &str, names: &Names) -> String {
    let scheme = [
        (flags.guest, names.guest),
        (flags.user, names.user),
        (flags.admin, names.admin),
    ];
    let roles = scheme
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, name)| *name)
        .chain(explicit.split_ascii_whitespace());
    roles.collect::<Vec<_>>().join(" ")
}

/// The others of a list.
pub fn without_scheme_roles(list: &str, names: &Names) -> String {
    list.split_ascii_whitespace()
        .filter(|role| !names.has(role))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_list_make_the_roles() {
        let flags = Flags {
            user: true,
            admin: true,
            ..Flags::default()
        };
        assert_eq!(
            compose(flags, "custom", &TEAM),
            "team_user team_admin custom"
        );
        assert_eq!(
            Flags::default().or_named_in("team_user x", &TEAM),
            Flags {
                user: true,
                ..Flags::default()
            }
        );
        assert_eq!(without_scheme_roles("team_user x team_admin", &TEAM), "x");
    }
}
