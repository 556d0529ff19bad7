//! What a notification says, as far as `EmailSettings.PushNotificationContents` lets it: everything, who and where, or ids alone.

use std::collections::{BTreeMap, HashMap};

use model::{Channel, ChannelType, Post, PushNotification, User};
use rustchat_core::error::Result;
use rustchat_core::text::display::{NameFormat, display_name};
use serde_json::Value;
use store::notifications::Unread;

use super::kind;
use crate::app::App;
use crate::{posts, threads};

pub(crate) const VERSION: &str = "v2";
const CAN_REPLY: &str = "CAN_REPLY";
/// Longest text, in characters; push services take about four kilobytes altogether.
const LONGEST: usize = 700;

/// What a notification depends on at the receiving side.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recipient {
    pub badge: i64,
    /// Shows threads apart from channels.
    pub threads_apart: bool,
    pub names: NameFormat,
    /// Named in the message.
    pub mentioned: bool,
}

/// A message to be told of.
#[derive(Clone, Copy)]
pub(crate) struct Written<'a> {
    pub post: &'a Post,
    pub channel: &'a Channel,
    pub author: &'a User,
}

/// What is to be known of each recipient, in a handful of queries for all of them.
pub(crate) async fn recipients(
    app: &App,
    user_ids: &[String],
) -> Result<HashMap<String, Recipient>> {
    let unread = store::notifications::unread_of(&app.store, user_ids).await?;
    let apart = threads::collapsing(app, user_ids).await?;
    let db = app.store.db();
    let chosen =
        store::preferences::of_users(db, user_ids, "display_settings", "name_format").await?;
    let chosen: BTreeMap<&str, &str> = chosen
        .iter()
        .map(|p| (p.user_id.as_str(), p.value.as_str()))
        .collect();
    let default = app.config.get().team.teammate_name_display.clone();
    let mut out = HashMap::with_capacity(user_ids.len());
    for (id, unread) in unread {
        let threads_apart = apart.contains(&id);
        let recipient = Recipient {
            badge: badge(unread, threads_apart),
            threads_apart,
            names: NameFormat::parse(chosen.get(id.as_str()).copied().unwrap_or(&default)),
            mentioned: false,
        };
        out.insert(id, recipient);
    }
    Ok(out)
}

fn badge(unread: Unread, threads_apart: bool) -> i64 {
    match threads_apart {
        true => unread.root_mentions + unread.thread_mentions,
        false => unread.mentions,
    }
}

/// A notification of a message, as the settings let it be.
pub(crate) fn of_post(app: &App, written: &Written<'_>, to: &Recipient) -> PushNotification {
    match app.config.get().email.push_notification_contents.as_str() {
        "id_loaded" => ids_alone(written, to),
        "generic" => generic(app, written, to, true),
        "generic_no_channel" => generic(app, written, to, false),
        _ => full(app, written, to),
    }
}

fn bare(written: &Written<'_>, to: &Recipient) -> PushNotification {
    let Written { post, channel, .. } = written;
    PushNotification {
        type_: kind::MESSAGE.to_owned(),
        version: VERSION.to_owned(),
        category: CAN_REPLY.to_owned(),
        badge: to.badge,
        post_id: post.id.clone(),
        root_id: post.root_id.clone(),
        channel_id: channel.id.clone(),
        team_id: channel.team_id.clone(),
        is_crt_enabled: to.threads_apart,
        ..PushNotification::default()
    }
}

fn ids_alone(written: &Written<'_>, to: &Recipient) -> PushNotification {
    PushNotification {
        message: "You have a new message".to_owned(),
        is_id_loaded: true,
        ..bare(written, to)
    }
}

fn with_sender(app: &App, written: &Written<'_>, to: &Recipient) -> PushNotification {
    let Written { post, author, .. } = written;
    let config = app.config.get();
    let mut out = PushNotification {
        sender_id: post.user_id.clone(),
        sender_name: name(to.names, author),
        ..bare(written, to)
    };
    if posts::has_mark(post, "from_webhook") {
        out.from_webhook = "true".to_owned();
        let text = |key: &str| {
            posts::prop(post, key)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        if config.service.enable_post_username_override
            && let Some(given) = text("override_username").filter(|given| !given.is_empty())
        {
            out.sender_name.clone_from(&given);
            out.override_username = given;
        }
        if config.service.enable_post_icon_override {
            out.override_icon_url = text("override_icon_url").unwrap_or_default();
        }
    }
    out
}

fn name(format: NameFormat, user: &User) -> String {
    let User {
        username,
        nickname,
        first_name,
        last_name,
        ..
    } = user;
    display_name(format, username, nickname, first_name, last_name)
}

/// Who wrote where, and not what.
fn generic(app: &App, written: &Written<'_>, to: &Recipient, where_too: bool) -> PushNotification {
    let mut out = with_sender(app, written, to);
    let direct = written.channel.type_ == ChannelType::Direct;
    let sender = &out.sender_name;
    out.message = match (direct, to.mentioned) {
        (true, _) => format!("{sender} sent you a message"),
        (false, true) => format!("{sender} mentioned you"),
        (false, false) => format!("{sender} wrote a message"),
    };
    if where_too {
        out.channel_name = place(written, sender);
    }
    out
}

/// Everything.
pub(crate) fn full(app: &App, written: &Written<'_>, to: &Recipient) -> PushNotification {
    let mut out = with_sender(app, written, to);
    let said = said(written.post);
    out.channel_name = place(written, &out.sender_name);
    out.message = match written.channel.type_ {
        ChannelType::Direct => said,
        _ => format!("{}: {said}", out.sender_name),
    };
    out
}

/// The line above the message: the channel, or in a direct message the other person.
fn place(written: &Written<'_>, sender: &str) -> String {
    match written.channel.type_ {
        ChannelType::Direct => format!("@{sender}"),
        _ => written.channel.display_name.clone(),
    }
}

fn said(post: &Post) -> String {
    let text = std::iter::once(post.message.clone())
        .chain(
            posts::props::attachments(post)
                .into_iter()
                .flat_map(|a| [a.pretext, a.text, a.fallback]),
        )
        .find(|text| !text.trim().is_empty());
    match text {
        Some(text) if text.chars().count() > LONGEST => {
            text.chars().take(LONGEST - 1).chain(['…']).collect()
        }
        Some(text) => text,
        None if post.file_ids.as_ref().is_some_and(|ids| !ids.is_empty()) => {
            "sent a file".to_owned()
        }
        None => "sent a message".to_owned(),
    }
}
