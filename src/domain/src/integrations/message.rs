//! A message that an integration has somebody write: with another name and picture where that is allowed, with markup of Slack,
//! in several posts if it is too long for one.

use std::sync::Arc;

use model::{Channel, MessageAttachment, Post, PostMetadata, PostPriority};
use rustchat_core::common;
use rustchat_core::error::Result;
use serde_json::{Map, Value};

use super::slack;
use crate::App;
use crate::posts::{self, Options, props, rows};

/// What only the server says about a message.
const RESERVED: [&str; 8] = [
    "attachments",
    "from_bot",
    "from_oauth_app",
    "from_plugin",
    "from_webhook",
    "override_icon_emoji",
    "override_icon_url",
    "override_username",
];
const DISPLAY_NAME: &str = "webhook_display_name";
/// Longest name, address or emoji to show instead of the author's, and longest word of a priority.
const LONGEST: usize = 1024;
const LONGEST_PRIORITY: usize = 32;

/// What an integration sent.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub author_id: String,
    pub root_id: String,
    pub text: String,
    pub type_: String,
    pub attachments: Vec<MessageAttachment>,
    pub props: Map<String, Value>,
    pub priority: Option<PostPriority>,
    /// Shown instead of the author's, where settings allow it.
    pub username: String,
    pub icon_url: String,
    pub icon_emoji: String,
    /// Shown where names may be changed and none was given; the author's own, if it is empty.
    pub default_name: &'static str,
    /// What a webhook is called.
    pub display_name: Option<String>,
    /// The text is ours already.
    pub verbatim: bool,
}

/// Writes it into a channel. Nobody's permission is checked.
pub(crate) async fn write(app: &App, channel: &Arc<Channel>, message: Message) -> Result<()> {
    if channel.delete_at > 0 {
        return Err(posts::ARCHIVED.err());
    }
    let options = Options {
        set_online: false,
        views: false,
        ..Options::default()
    };
    for post in compose(app, channel, message).await? {
        posts::create_as(app, post, channel, options).await?;
    }
    Ok(())
}

/// The posts it is made of.
pub(crate) async fn compose(
    app: &App,
    channel: &Channel,
    mut message: Message,
) -> Result<Vec<Post>> {
    posts::user_type(&message.type_)?;
    let too_long = message.priority.as_ref().is_some_and(|priority| {
        let word = priority.priority.as_deref().unwrap_or_default();
        word.len() > LONGEST_PRIORITY
    });
    if too_long {
        return Err(common::invalid_body("priority"));
    }
    if message.attachments.is_empty()
        && let Some(value) = message.props.remove("attachments")
    {
        message.attachments = props::read_attachments(value).unwrap_or_default();
    }
    if !message.verbatim {
        slack::convert(app, &mut message.text, &mut message.attachments).await?;
    }
    let common = common_props(app, &mut message).await?;
    let text = std::mem::take(&mut message.text);
    let mut pieces = pieces(&text, posts::MAX_MESSAGE);
    let last = pieces.pop().unwrap_or_default();
    let mut made: Vec<Post> = pieces
        .into_iter()
        .map(|piece| post(channel, &message, piece, common.clone(), ""))
        .collect();
    let mut props = common;
    let mut type_ = message.type_.as_str();
    if !message.attachments.is_empty() {
        type_ = "slack_attachment";
        let list = serde_json::to_value(&message.attachments).unwrap_or_default();
        props.insert("attachments".to_owned(), list);
    }
    made.push(post(channel, &message, last, props, type_));
    Ok(made)
}

/// The props of every post of the message.
async fn common_props(app: &App, message: &mut Message) -> Result<Map<String, Value>> {
    let mut props = std::mem::take(&mut message.props);
    for key in RESERVED {
        props.remove(key);
    }
    let mut say = |key: &str, value: &str| props.insert(key.to_owned(), value.into());
    say("from_webhook", "true");
    if let Some(name) = &message.display_name {
        say(DISPLAY_NAME, name);
    }
    let author = rows::user(app, &message.author_id).await?;
    if author.is_some_and(|author| author.is_bot) {
        say("from_bot", "true");
    }
    let config = app.config.get();
    let short = |text: &str| !text.is_empty() && text.len() <= LONGEST;
    if config.service.enable_post_username_override {
        let given = short(&message.username);
        let name = if given {
            message.username.as_str()
        } else {
            message.default_name
        };
        if !name.is_empty() {
            say("override_username", name);
        }
    }
    if config.service.enable_post_icon_override {
        if short(&message.icon_url) {
            say("override_icon_url", &message.icon_url);
        }
        if short(&message.icon_emoji) {
            say("override_icon_emoji", &message.icon_emoji);
        }
    }
    Ok(props)
}

fn post(
    channel: &Channel,
    message: &Message,
    text: &str,
    props: Map<String, Value>,
    type_: &str,
) -> Post {
    let metadata = message.priority.clone().map(|priority| PostMetadata {
        priority: Some(priority),
        ..PostMetadata::default()
    });
    Post {
        user_id: message.author_id.clone(),
        channel_id: channel.id.clone(),
        root_id: message.root_id.clone(),
        message: text.to_owned(),
        type_: type_.to_owned(),
        props: Some(props),
        metadata,
        ..Post::default()
    }
}

/// A text in parts of at most so many characters; there is always one.
fn pieces(text: &str, most: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((at, _)) = rest.char_indices().nth(most) {
        let (piece, tail) = rest.split_at(at);
        pieces.push(piece);
        rest = tail;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(pieces("", 2), [""]);
        assert_eq!(pieces("éé", 2), ["éé"]);
        assert_eq!(pieces("éaéaé", 2), ["éa", "éa", "é"]);
    }
}
