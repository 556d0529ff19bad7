//! Commands about the person who gives them: status and display.

use model::{CommandResponse, CustomStatus, Preference, Status};
use realtime::Event;
use rustchat_core::error::Result;

use super::{Ask, tell};
use crate::{custom_status, statuses};

/// The emoji of a status that names none.
const SPEECH_BALLOON: &str = "speech_balloon";

pub async fn status(ask: &Ask<'_>, name: &str) -> Result<CommandResponse> {
    let me = ask.caller.user_id();
    let wanted = Status {
        user_id: me.to_owned(),
        status: name.to_owned(),
        ..Status::default()
    };
    statuses::choose(ask.app, me, &wanted).await?;
    Ok(tell(match name {
        statuses::AWAY => "You are away now.",
        statuses::DND => "You are left alone now: you get no notifications.",
        statuses::OFFLINE => "You are shown as offline now.",
        _ => "You are online now.",
    }))
}

/// Folds or unfolds previews on all of the person's devices.
pub async fn collapse(ask: &Ask<'_>, folded: bool) -> Result<CommandResponse> {
    let me = ask.caller.user_id();
    let preference = Preference {
        user_id: me.to_owned(),
        category: "display_settings".to_owned(),
        name: "collapse_previews".to_owned(),
        value: folded.to_string(),
    };
    let saved = std::slice::from_ref(&preference);
    store::preferences::save(ask.app.store.db(), saved).await?;
    let event = Event::new("preference_changed").user(me);
    ask.app
        .hub
        .publish(event.with_json("preference", &preference));
    Ok(tell(if folded {
        "Previews are folded now."
    } else {
        "Previews are unfolded now."
    }))
}

/// `:emoji: text`, either of them alone, or `clear`.
pub async fn custom_status(ask: &Ask<'_>) -> Result<CommandResponse> {
    let me = ask.caller.user_id();
    let line = ask.message.trim();
    if line.is_empty() {
        return Ok(tell(
            "Give an emoji and a text after the command, or `clear`.",
        ));
    }
    if line == "clear" {
        custom_status::unset(ask.app, me).await?;
        return Ok(tell("Your status is cleared."));
    }
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let named = first
        .strip_prefix(':')
        .and_then(|name| name.strip_suffix(':'))
        .filter(|name| !name.is_empty());
    let (emoji, text) = match named {
        Some(emoji) => (emoji, rest.trim()),
        None => (SPEECH_BALLOON, line),
    };
    let status = CustomStatus {
        emoji: emoji.to_owned(),
        text: text.to_owned(),
        ..CustomStatus::default()
    };
    custom_status::set(ask.app, ask.caller, me, status).await?;
    Ok(tell("Your status is set."))
}
