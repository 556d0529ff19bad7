//! Commands the official clients carry out themselves. Whoever sends one here has a client that does not know it.

use model::CommandResponse;

use super::{Ask, go_to, tell};

pub fn help(ask: &Ask<'_>) -> CommandResponse {
    let link = ask.app.config.get().support.help_link.clone();
    CommandResponse {
        goto_location: link.clone(),
        ..tell(if link.is_empty() {
            "Type a slash in the message box to see which commands there are.".to_owned()
        } else {
            format!(
                "Help is at {link}. Type a slash in the message box to see which commands there are."
            )
        })
    }
}

pub fn only_there() -> CommandResponse {
    tell("This command is for the web and the desktop app; here it does nothing.")
}

/// The session ends when the client asks for that.
pub fn logout() -> CommandResponse {
    go_to("/login".to_owned())
}

pub fn unlicensed() -> CommandResponse {
    tell("Channels that servers share are not turned on here.")
}
