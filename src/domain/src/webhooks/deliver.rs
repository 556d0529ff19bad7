//! What a program sends to an incoming webhook: read, brought to its channel, written in the name of the webhook's owner. Whoever
//! knows the address may do this; so it appears in no log.

use std::sync::Arc;

use model::{Channel, ChannelType, IncomingWebhook, IncomingWebhookRequest, Wire};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::permissions;

use super::DEFAULT_NAME;
use crate::integrations::{self, Message};
use crate::posts::rows;
use crate::{App, Caller, access, channels};

/// Why nothing was written; the status tells one reason from another.
const FAILED: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.general.app_error",
    400,
    "The webhook could not write the message: {Reason}",
);
pub const UNREADABLE: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.decode.app_error",
    400,
    "What was sent to the webhook could not be read.",
);

const OFF: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.disabled.app_error",
    501,
    "Incoming webhooks are switched off on this server.",
);
const UNKNOWN: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.invalid.app_error",
    400,
    "There is no such webhook.",
);
const EMPTY: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.text.app_error",
    400,
    "There is neither a text nor an attachment.",
);
const NO_CHANNEL: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.channel.app_error",
    404,
    "There is no such channel.",
);
const NO_USER: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.user.app_error",
    400,
    "There is no such person.",
);
const LOCKED: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.channel_locked.app_error",
    403,
    "The webhook may only write in its own channel.",
);
const OUTSIDE: ErrorDef = ErrorDef::new(
    "web.incoming_webhook.permissions.app_error",
    403,
    "The owner of the webhook is not in the channel.",
);

/// Reads a payload. Line breaks and tabs within texts, which JSON has escaped, are taken as they are.
pub fn read(payload: &[u8]) -> Result<IncomingWebhookRequest> {
    let value = serde_json::from_slice(payload)
        .or_else(|_| serde_json::from_slice(&escaped(payload)))
        .map_err(|cause| UNREADABLE.caused_by(cause))?;
    IncomingWebhookRequest::from_value(value).map_err(|cause| UNREADABLE.caused_by(cause))
}

/// Control characters inside texts, written as JSON wants them.
fn escaped(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 16);
    let (mut inside, mut behind_backslash) = (false, false);
    for &byte in payload {
        match byte {
            b'\n' if inside => out.extend(b"\\n"),
            b'\r' if inside => out.extend(b"\\r"),
            b'\t' if inside => out.extend(b"\\t"),
            0..=0x1f if inside => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => {
                inside ^= byte == b'"' && !behind_backslash;
                out.push(byte);
            }
        }
        behind_backslash = byte == b'\\' && !behind_backslash;
    }
    out
}

/// Writes what was sent to the webhook of this id.
pub async fn deliver(app: &App, hook_id: &str, payload: IncomingWebhookRequest) -> Result<()> {
    write(app, hook_id, payload).await.map_err(general)
}

/// Every refusal has one name; failures of the server keep their cause for the log.
fn general(error: AppError) -> AppError {
    let status = error.status();
    let told = FAILED.with("Reason", error.message()).with_status(status);
    if status == 500 {
        told.caused_by(error)
    } else {
        told
    }
}

async fn write(app: &App, hook_id: &str, payload: IncomingWebhookRequest) -> Result<()> {
    if !app.config.get().service.enable_incoming_webhooks {
        return Err(OFF.err());
    }
    let hook = store::webhooks::incoming::get(&app.store, hook_id)
        .await?
        .ok_or_else(|| UNKNOWN.err())?;
    let attachments = payload.attachments.unwrap_or_default();
    if payload.text.is_empty() && attachments.is_empty() {
        return Err(EMPTY.err());
    }
    let channel = channel_of(app, &hook, &payload.channel).await?;
    let message = Message {
        author_id: hook.user_id,
        text: payload.text,
        type_: payload.type_,
        attachments,
        props: payload.props.unwrap_or_default(),
        priority: payload.priority,
        username: first(payload.username, hook.username),
        icon_url: first(payload.icon_url, hook.icon_url),
        icon_emoji: payload.icon_emoji,
        default_name: DEFAULT_NAME,
        display_name: Some(hook.display_name),
        ..Message::default()
    };
    integrations::write(app, &channel, message).await?;
    Ok(())
}

fn first(one: String, other: String) -> String {
    if one.is_empty() { other } else { one }
}

/// The channel a payload names, where the webhook may write: `@name` is a person, `name` or `#name` a channel of the team.
async fn channel_of(app: &App, hook: &IncomingWebhook, named: &str) -> Result<Arc<Channel>> {
    let channel = if let Some(name) = named.strip_prefix('@') {
        let person = store::users::by_username(app.store.db(), &name.to_lowercase())
            .await?
            .ok_or_else(|| NO_USER.err())?;
        if hook.channel_locked {
            return Err(LOCKED.err());
        }
        Arc::new(channels::direct_between(app, &hook.user_id, &person.id).await?)
    } else if named.is_empty() {
        rows::channel(app, &hook.channel_id)
            .await?
            .ok_or_else(|| NO_CHANNEL.err())?
    } else {
        let name = named.strip_prefix('#').unwrap_or(named);
        store::channels::get_by_name(&app.store, &hook.team_id, name, true)
            .await?
            // names of direct channels are found from every team, and are not for webhooks
            .filter(|channel| channel.team_id == hook.team_id)
            .map(Arc::new)
            .ok_or_else(|| NO_CHANNEL.err())?
    };
    if hook.channel_locked && channel.id != hook.channel_id {
        return Err(LOCKED.err());
    }
    if channel.type_ == ChannelType::Private && !owner_is_inside(app, hook, &channel).await? {
        return Err(OUTSIDE.err());
    }
    Ok(channel)
}

async fn owner_is_inside(app: &App, hook: &IncomingWebhook, channel: &Channel) -> Result<bool> {
    let Some(owner) = rows::user(app, &hook.user_id).await? else {
        return Ok(false);
    };
    let owner = Caller::acting(owner);
    access::has_channel_row(app, &owner, channel, permissions::READ_CHANNEL_CONTENT).await
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn payloads() {
        assert_eq!(read(br#"{"text":"a"}"#).unwrap().text, "a");
        assert_eq!(read(b"null").unwrap().text, "");
        for refused in [&b""[..], b"not json", b"[\"text\"]", br#"{"text":5}"#] {
            assert!(read(refused).is_err());
        }
    }

    #[test]
    fn line_breaks_need_no_escape() {
        let read = read(b"{\n\"text\":\t\"a \\\"b\\\"\n\tc\\\\\"\n}").unwrap();
        assert_eq!(read.text, "a \"b\"\n\tc\\");
    }
}
