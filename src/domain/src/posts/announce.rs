//! Telling clients of a message: one event for the channel, in which each reader finds only their own mentions and only
//! previews and channel names within reach.

use std::collections::{BTreeMap, BTreeSet};

use model::{Channel, ChannelType, Post, User};
use realtime::Event;
use rustchat_core::error::Result;
use serde_json::{Map, Value, json};
use store::channel_people::People;

use super::permalinks::{self, Target};
use super::props::{CHANNEL_MENTIONS, PREVIEWED_POST};
use super::readers::{Readers, mention_readers};
use super::{is_system, metadata, prop};
use crate::app::App;

/// A message on its way to clients.
pub(super) struct Posted<'a> {
    pub post: &'a Post,
    pub channel: &'a Channel,
    pub author: &'a User,
    pub set_online: bool,
}

/// Tells a channel of a new message.
pub(super) async fn posted(
    app: &App,
    new: &Posted<'_>,
    mentioned: &[String],
    followers: &[String],
    people: &People,
) {
    let views = Views::or_bare(app, new.post, new.channel, metadata::Mode::Fresh).await;
    let sender = if is_system(new.post) {
        "System".to_owned()
    } else {
        written_by(app, new)
    };
    // A direct channel is called like who writes there, in system messages too.
    let name = if new.channel.type_ == ChannelType::Direct {
        &written_by(app, new)
    } else {
        &new.channel.display_name
    };
    let mut event = Event::new("posted")
        .channel(&new.channel.id)
        .with("channel_type", new.channel.type_.as_str())
        .with("channel_display_name", name.as_str())
        .with("channel_name", new.channel.name.as_str())
        .with("sender_name", sender.as_str())
        .with("team_id", new.channel.team_id.as_str())
        .with("set_online", new.set_online)
        .name_each("mentions", mentioned.iter().map(String::as_str))
        .name_each("followers", followers.iter().map(String::as_str))
        .ask_ack(shown_to(new.post, mentioned, followers, people));
    let files = views.files();
    if !files.is_empty() {
        event = event.with("otherFile", "true");
        if files
            .iter()
            .any(|info| info.mime_type.starts_with("image/"))
        {
            event = event.with("image", "true");
        }
    }
    app.hub.publish(views.into_event(event));
}

/// Whose desktops are expected to show a new message.
fn shown_to<'a>(
    post: &'a Post,
    mentioned: &'a [String],
    followers: &'a [String],
    people: &'a People,
) -> impl Iterator<Item = &'a str> {
    let wanting_all = people.shown_all().map(|person| person.id.as_str());
    let named = mentioned.iter().chain(followers).map(String::as_str);
    named
        .chain(wanting_all.filter(|_| !is_system(post)))
        .filter(|id| *id != post.user_id)
}

/// Tells a channel of a changed message.
pub(super) async fn edited(app: &App, post: &Post, channel: &Channel) {
    let views = Views::or_bare(app, post, channel, metadata::Mode::Stored).await;
    app.hub
        .publish(views.into_event(Event::new("post_edited").channel(&channel.id)));
}

/// Tells a channel that a message is gone, as it was.
pub(super) fn deleted(app: &App, post: &Post) {
    let bare = Post {
        metadata: None,
        ..post.clone()
    };
    app.hub.publish(
        Event::new("post_deleted")
            .channel(&post.channel_id)
            .with_json("post", &bare)
            .except_admins(),
    );
    app.hub.publish(
        Event::new("post_deleted")
            .channel(&post.channel_id)
            .with_json("post", &bare)
            .only_admins(),
    );
}

/// Tells a person's other clients that they have read a channel.
pub(super) fn viewed(app: &App, user_id: &str, channel_id: &str, at: i64) {
    if !app.config.get().service.enable_channel_viewed_messages {
        return;
    }
    let times: Map<String, Value> = [(channel_id.to_owned(), Value::from(at))]
        .into_iter()
        .collect();
    app.hub.publish(
        Event::new("multiple_channels_viewed")
            .user(user_id)
            .with_object("channel_times", &times),
    );
}

fn written_by(app: &App, new: &Posted<'_>) -> String {
    if super::has_mark(new.post, "from_webhook")
        && app.config.get().service.enable_post_username_override
        && let Some(name) = prop(new.post, "override_username").and_then(Value::as_str)
        && !name.is_empty()
    {
        return format!("@{name}");
    }
    format!("@{}", new.author.username)
}

/// A post as the members of its channel may see it: one form for everybody, others for some.
struct Views {
    everybody: Post,
    others: BTreeMap<String, Post>,
}

impl Views {
    /// As `of`; the post alone when what goes with it cannot be read, so that nobody misses that it is there.
    async fn or_bare(app: &App, post: &Post, channel: &Channel, mode: metadata::Mode) -> Self {
        match Self::of(app, post, channel, mode).await {
            Ok(views) => views,
            Err(error) => {
                tracing::error!(cause = ?error.cause(), "a message was told without what goes with it");
                Self {
                    everybody: metadata::bare(post.clone()),
                    others: BTreeMap::new(),
                }
            }
        }
    }

    async fn of(app: &App, post: &Post, channel: &Channel, mode: metadata::Mode) -> Result<Self> {
        let mut full = [post.clone()];
        metadata::prepare(app, None, &mut full, mode).await?;
        let [full] = full;
        let preview = preview_target(app, post).await?;
        let preview_for = match &preview {
            Some(target) => Readers::of_channel(app, &target.channel, channel).await?,
            None => Readers::Everybody,
        };
        let mentions = mention_readers(app, &full, channel).await?;
        let mut special: BTreeSet<&String> = BTreeSet::new();
        special.extend(preview_for.named());
        special.extend(mentions.values().flat_map(Readers::named));
        let mut others = BTreeMap::new();
        for user in special {
            others.insert(
                user.clone(),
                limited(&full, preview_for.has(user), |name| {
                    mentions.get(name).is_none_or(|r| r.has(user))
                }),
            );
        }
        let everybody = limited(&full, preview_for.is_everybody(), |name| {
            mentions.get(name).is_none_or(Readers::is_everybody)
        });
        Ok(Self { everybody, others })
    }

    fn files(&self) -> &[model::FileInfo] {
        self.everybody
            .metadata
            .as_ref()
            .map_or(&[], |metadata| &metadata.files)
    }

    fn into_event(self, event: Event) -> Event {
        let mut event = event.with_json("post", &self.everybody);
        for (user, post) in &self.others {
            match serde_json::to_string(post) {
                Ok(text) => event = event.for_user(user, "post", text),
                Err(error) => tracing::error!(%error, "a post cannot be encoded"),
            }
        }
        event
    }
}

async fn preview_target(app: &App, post: &Post) -> Result<Option<Target>> {
    match permalinks::linked_from(app, &post.message) {
        Some(id) => Ok(permalinks::targets(app, &[id]).await?.pop()),
        None => Ok(None),
    }
}

fn limited(full: &Post, with_preview: bool, knows: impl Fn(&String) -> bool) -> Post {
    let mut post = full.clone();
    if !with_preview {
        if let Some(metadata) = &mut post.metadata {
            metadata
                .embeds
                .retain(|embed| embed.type_.as_str() != "permalink");
        }
        if let Some(props) = &mut post.props {
            props.remove(PREVIEWED_POST);
        }
    }
    if let Some(props) = &mut post.props
        && let Some(Value::Object(mentions)) = props.get_mut(CHANNEL_MENTIONS)
    {
        mentions.retain(|name, _| knows(name));
        if mentions.is_empty() {
            props.remove(CHANNEL_MENTIONS);
        }
    }
    post
}

/// What an ephemeral message carries so that its reader can add people to the channel.
pub(super) fn adding(post_id: &str, ids: &[String], names: &[String]) -> Value {
    json!({
        "post_id": post_id,
        "usernames": names,
        "not_in_channel_usernames": names,
        "user_ids": ids,
        "not_in_channel_user_ids": ids,
        "not_in_groups_usernames": [],
        "not_in_groups_user_ids": [],
    })
}
