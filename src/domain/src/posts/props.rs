//! The free properties of a post: what people may not set, what the server works out from the message, attachments.

use std::collections::BTreeSet;

use model::{Channel, ChannelType, MessageAttachment, Post, Wire};
use rustchat_core::error::Result;
use rustchat_core::{ids, text};
use serde_json::{Map, Value, json};

use super::{permalinks, rows};
use crate::app::App;

pub const CHANNEL_MENTIONS: &str = "channel_mentions";
pub const PREVIEWED_POST: &str = "previewed_post";
const ATTACHMENTS: &str = "attachments";
/// The mark of a message that notifies whatever people's settings are.
pub(crate) const FORCED: &str = "force_notification";
/// Only the server says these.
const RESERVED: [&str; 2] = ["add_channel_member", FORCED];

/// Drops what nobody may set, reads attachments into their full form, and notes linked channels and posts.
pub async fn clean(app: &App, post: &mut Post, channel: &Channel) -> Result<()> {
    let mentions = channel_mentions(app, post, channel).await?;
    let previewed = permalinks::target_id(app, post).await?;
    let props = post.props.get_or_insert_default();
    for key in RESERVED {
        props.remove(key);
    }
    if let Some(value) = props.get_mut(ATTACHMENTS) {
        *value = normalized(std::mem::take(value));
    }
    set_or_remove(props, CHANNEL_MENTIONS, mentions.map(Value::Object));
    if let Some(id) = previewed {
        props.insert(PREVIEWED_POST.to_owned(), id.into());
    }
    Ok(())
}

/// As `clean`, for a new version of a post: a preview whose link is gone goes too.
pub async fn clean_edit(app: &App, post: &mut Post, channel: &Channel) -> Result<()> {
    post.props.get_or_insert_default().remove(PREVIEWED_POST);
    clean(app, post, channel).await
}

fn set_or_remove(props: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            props.insert(key.to_owned(), value);
        }
        None => {
            props.remove(key);
        }
    }
}

/// Every field of each attachment; anything that is no list of attachments becomes null.
fn normalized(value: Value) -> Value {
    match read_attachments(value) {
        Some(mut list) if !list.is_empty() => {
            name_actions(&mut list);
            serde_json::to_value(list).unwrap_or(Value::Null)
        }
        _ => Value::Null,
    }
}

pub(crate) fn read_attachments(value: Value) -> Option<Vec<MessageAttachment>> {
    match value {
        Value::Array(items) => items
            .into_iter()
            .map(|item| MessageAttachment::from_value(item).ok())
            .collect(),
        _ => None,
    }
}

/// Buttons and menus are pressed by their ids, so each has one.
fn name_actions(list: &mut [MessageAttachment]) {
    let actions = list.iter_mut().flat_map(|item| &mut item.actions);
    for action in actions.filter(|action| action.id.is_empty()) {
        action.id = ids::new_id();
    }
}

/// The attachments of a post.
pub fn attachments(post: &Post) -> Vec<MessageAttachment> {
    super::prop(post, ATTACHMENTS)
        .cloned()
        .and_then(read_attachments)
        .unwrap_or_default()
}

pub fn has_attachments(post: &Post) -> bool {
    super::prop(post, ATTACHMENTS).is_some()
}

/// Takes out of attachments what only the server may know: where their buttons lead.
pub fn hide_integrations(post: &mut Post) {
    if !has_attachments(post) {
        return;
    }
    let mut list = attachments(post);
    if list.iter().all(|attachment| attachment.actions.is_empty()) {
        return;
    }
    for action in list
        .iter_mut()
        .flat_map(|attachment| &mut attachment.actions)
    {
        action.integration = None;
        action.cookie.clear();
    }
    if let (Some(props), Ok(value)) = (&mut post.props, serde_json::to_value(list)) {
        props.insert(ATTACHMENTS.to_owned(), value);
    }
}

/// The channels behind `~names` that the author can see: `{name: {id, display_name, team_name}}`.
async fn channel_mentions(
    app: &App,
    post: &Post,
    channel: &Channel,
) -> Result<Option<Map<String, Value>>> {
    let mut names: BTreeSet<String> = text::channel_mentions(&post.message).into_iter().collect();
    for attachment in attachments(post) {
        for part in [&attachment.pretext, &attachment.text] {
            names.extend(text::channel_mentions(part));
        }
    }
    if names.is_empty() || channel.team_id.is_empty() {
        return Ok(None);
    }
    let Some(team) = rows::team(app, &channel.team_id).await? else {
        return Ok(None);
    };
    let names: Vec<String> = names.into_iter().take(100).collect();
    let mine = store::memberships::channels_of(&app.store, &post.user_id).await?;
    let mut out = Map::new();
    for linked in store::channels::by_names(&app.store, &channel.team_id, &names).await? {
        if linked.type_ == ChannelType::Open || mine.contains_key(&linked.id) {
            let about = json!({"id": linked.id, "display_name": linked.display_name, "team_name": team.name});
            out.insert(linked.name, about);
        }
    }
    Ok((!out.is_empty()).then_some(out))
}
