//! The letters of this server, one function each. Only words: who gets them and when is decided where it happens.

use super::letter::{Letter, Site};
use model::User;

/// Subjects begin with the site's name, so that people with several accounts can tell them apart.
fn letter(kind: &'static str, site: &Site, title: &str) -> Letter {
    let subject = format!("[{}] {title}", site.name);
    Letter::new(kind, site.clone(), subject, title)
}

/// What mails call a person.
pub fn name_of(user: &User) -> String {
    let full = format!("{} {}", user.first_name, user.last_name);
    match full.trim() {
        "" => user.username.clone(),
        full => full.to_owned(),
    }
}

fn verify_page(site: &Site, token: &str, email: &str) -> String {
    site.page_with("/do_verify_email", &[("token", token), ("email", email)])
}

pub fn verify(site: &Site, token: &str, email: &str) -> Letter {
    letter("verify_email", site, "Please confirm your e-mail address")
        .text("Somebody, most likely you, gave this address for an account. Confirm it within 24 hours.")
        .button("Confirm the address", verify_page(site, token, email))
        .text("If it was not you, you need not do anything.")
}

/// To somebody new; with a secret where the address has to be confirmed.
pub fn welcome(site: &Site, email: &str, token: Option<&str>) -> Letter {
    let title = format!("Welcome to {}", site.name);
    let welcome = letter("welcome", site, &title)
        .text("Your account is ready. The same address and password work in the browser and in the apps for desktop and phone.");
    match token {
        Some(token) => welcome
            .text("Please confirm this address before you sign in.")
            .button("Confirm the address", verify_page(site, token, email)),
        None => welcome.button("Open the chat", site.url.clone()),
    }
}

pub fn reset_password(site: &Site, token: &str) -> Letter {
    letter("reset_password", site, "Choose a new password")
        .text("A new password was asked for on this account. The link works once, within 24 hours.")
        .button(
            "Choose a password",
            site.page_with("/reset_password_complete", &[("token", token)]),
        )
        .text("If you did not ask for it, your password stays as it is.")
}

pub fn password_changed(site: &Site, how: &str) -> Letter {
    letter("password_changed", site, "Your password was changed")
        .text(format!("The password of your account was changed {how}."))
        .text(WARNING)
}

pub fn email_changed(site: &Site, new: &str) -> Letter {
    letter("email_changed", site, "Your e-mail address was changed")
        .text(format!(
            "The address of your account is now {new}. Mails go there from now on."
        ))
        .text(WARNING)
}

pub fn username_changed(site: &Site, new: &str) -> Letter {
    letter("username_changed", site, "Your username was changed")
        .text(format!("Your username is now {new}."))
        .text(WARNING)
}

pub fn mfa_changed(site: &Site, active: bool) -> Letter {
    let title = match active {
        true => "Signing in needs a second factor now",
        false => "Signing in needs no second factor any more",
    };
    letter("mfa_changed", site, title)
        .text(match active {
            true => "Multi-factor authentication was turned on for your account.",
            false => "Multi-factor authentication was taken away from your account.",
        })
        .text(WARNING)
}

pub fn token_added(site: &Site) -> Letter {
    letter("token_added", site, "A personal access token was made")
        .text("A personal access token was added to your account. A program that has it can act as you.")
        .text(WARNING)
}

pub fn deactivated(site: &Site) -> Letter {
    letter("deactivated", site, "Your account was deactivated")
        .text("You cannot sign in any more. What you wrote is still there.")
        .text(WARNING)
}

/// An invitation into a team.
pub struct Invitation<'a> {
    pub sender: &'a str,
    pub team: &'a str,
    pub message: &'a str,
    pub token: &'a str,
    /// What the page tells the invited before they have an account, as JSON.
    pub data: &'a str,
    pub guest: bool,
}

pub fn invitation(site: &Site, of: &Invitation<'_>) -> Letter {
    let title = format!("{} invites you to the team {}", of.sender, of.team);
    let page = site.page_with("/signup_user_complete/", &[("d", of.data), ("t", of.token)]);
    let mut out = letter("invitation", site, &title);
    if !of.message.is_empty() {
        out = out.quote(of.sender, of.message);
    }
    out.text(match of.guest {
        true => format!(
            "You can come in as a guest and talk in the channels of {} you were invited to.",
            of.team
        ),
        false => format!("Join to talk with the people of {}.", of.team),
    })
    .button("Join the team", page)
    .text("The invitation holds for 48 hours.")
}

/// What a mail tells of a message.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub sender: String,
    /// The channel, unless it is a conversation or not to be told.
    pub place: Option<String>,
    /// None where mails are not to hold what was written.
    pub said: Option<String>,
    pub page: String,
    pub post_id: String,
    pub root_id: String,
}

impl Told {
    fn headline(&self) -> String {
        match &self.place {
            Some(place) => format!("{} in {place}", self.sender),
            None => format!("{} wrote to you", self.sender),
        }
    }

    fn write(&self, letter: Letter) -> Letter {
        match &self.said {
            Some(said) => letter.quote(self.headline(), said),
            None => letter.text(format!("{}.", self.headline())),
        }
    }
}

/// A message somebody has not seen.
pub fn notification(site: &Site, told: &Told) -> Letter {
    let out = letter("notification", site, &told.headline());
    let mut out = told
        .write(out)
        .button("Read and answer", site.page(&told.page))
        .text("You can choose which mails you get in the settings of your account.");
    out.id = Some(told.post_id.clone());
    out.answers = Some(told.root_id.clone()).filter(|root| !root.is_empty());
    out
}

/// Several messages somebody has not seen.
pub fn notifications(site: &Site, all: &[Told], more: usize) -> Letter {
    let title = format!("{} new messages", all.len() + more);
    let mut out = letter("notifications", site, &title);
    for told in all {
        out = told.write(out).button("Read", site.page(&told.page));
    }
    if more > 0 {
        out = out.text(format!("And {more} more."));
    }
    out.text("You can choose which mails you get in the settings of your account.")
}

pub fn test(site: &Site) -> Letter {
    letter("test", site, "Mail works")
        .text("This mail was sent from the system console to test the settings of the mail server.")
}

const WARNING: &str = "If this was not you, please tell the administrator of this server at once.";
