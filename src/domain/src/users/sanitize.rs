//! What of a user goes to whom. The store's rows hold secrets; nothing of a row leaves the domain but through here.

use model::User;

/// Who looks at a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// The person, or the answer to somebody who just changed the account.
    Own,
    /// A system administrator (or whoever manages the system).
    Admin,
    Other,
}

/// What the configuration shows of people to each other.
#[derive(Clone, Copy, Debug)]
pub struct Privacy {
    pub show_email: bool,
    pub show_full_name: bool,
}

/// Never for anybody: secrets and bookkeeping of sign-in.
fn strip_secrets(user: &mut User) {
    user.password = String::new();
    user.mfa_secret = String::new();
    user.mfa_used_timestamps = Vec::new();
    user.last_login = 0;
}

/// The user as `viewer` may see it.
#[must_use]
pub fn sanitize(mut user: User, viewer: Viewer, privacy: Privacy) -> User {
    strip_secrets(&mut user);
    match viewer {
        Viewer::Own => {}
        Viewer::Admin => {
            user.email_verified = false;
            user.last_password_update = 0;
        }
        Viewer::Other => {
            // an empty text, not a missing key: clients tell a sanitised user by it
            user.auth_data = Some(String::new());
            user.auth_service = String::new();
            user.email_verified = false;
            user.allow_marketing = false;
            user.notify_props.clear();
            user.last_password_update = 0;
            user.failed_attempts = 0;
            user.mfa_active = false;
            if !privacy.show_email {
                user.email = String::new();
            }
            if !privacy.show_full_name {
                user.first_name = String::new();
                user.last_name = String::new();
            }
        }
    }
    user
}

/// What a person sees of the own account.
#[must_use]
pub fn own(mut user: User) -> User {
    strip_secrets(&mut user);
    user
}

/// Removes from a new account what only the server or an administrator decides.
pub fn clean_input(user: &mut User, by_admin: bool) {
    if !by_admin {
        user.auth_data = None;
        user.auth_service = String::new();
        user.email_verified = false;
    }
    user.create_at = 0;
    user.update_at = 0;
    user.delete_at = 0;
    user.last_password_update = 0;
    user.last_picture_update = 0;
    user.failed_attempts = 0;
    user.mfa_active = false;
    user.mfa_secret = String::new();
    user.mfa_used_timestamps = Vec::new();
    user.last_login = 0;
    user.last_activity_at = 0;
    user.remote_id = Some(String::new());
    user.roles = String::new();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> User {
        User {
            password: "hash".into(),
            mfa_secret: "secret".into(),
            email: "a@b.c".into(),
            last_password_update: 5,
            first_name: "A".into(),
            ..User::default()
        }
    }

    const OPEN: Privacy = Privacy {
        show_email: true,
        show_full_name: true,
    };

    #[test]
    fn nobody_sees_secrets() {
        for viewer in [Viewer::Own, Viewer::Admin, Viewer::Other] {
            let seen = sanitize(row(), viewer, OPEN);
            assert!(seen.password.is_empty() && seen.mfa_secret.is_empty());
        }
    }

    #[test]
    fn privacy_hides_names_from_others_only() {
        let closed = Privacy {
            show_email: false,
            show_full_name: false,
        };
        assert_eq!(sanitize(row(), Viewer::Own, closed).email, "a@b.c");
        let other = sanitize(row(), Viewer::Other, closed);
        assert!(other.email.is_empty() && other.first_name.is_empty());
        assert_eq!(other.auth_data.as_deref(), Some(""));
    }
}
