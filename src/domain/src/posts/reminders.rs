//! Reminding somebody of a message at a time of their choice.

use model::{Channel, ChannelType, Post, PostEmbed, PostEmbedType, PostMetadata};
use rustchat_core::error::Result;
use rustchat_core::permissions;
use serde_json::{Map, Value};
use store::post_reminders::Reminder;

use super::ephemeral::{Ephemeral, send_ephemeral};
use super::permalinks::Target;
use super::{metadata, read, rows};
use crate::access;
use crate::app::App;
use crate::caller::Caller;

/// The caller will be reminded; a later wish replaces an earlier one.
pub async fn set_reminder(
    app: &App,
    caller: &Caller,
    user_id: &str,
    post_id: &str,
    target_time: i64,
) -> Result<()> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    let post = read::readable(app, caller, post_id).await?;
    let reminder = Reminder {
        post_id: post.id.clone(),
        user_id: user_id.to_owned(),
        target_time,
    };
    store::post_reminders::set(&app.store, &reminder).await?;
    let note = note(
        app,
        &post,
        &reminder,
        "You will be reminded of this message.",
        "reminder",
    )
    .await?;
    send_ephemeral(
        app,
        Ephemeral {
            to: user_id,
            post: note,
        },
    );
    Ok(())
}

/// Most that are sent at a time; the others wait for the next time.
const BATCH: i64 = 500;
/// When a reminder that was taken is due again, unless it was sent. Longer than sending a batch takes.
const AGAIN_AFTER: i64 = 120;

/// Sends what is due; to be called now and then.
pub async fn send_due_reminders(app: &App, now_seconds: i64) -> Result<()> {
    let again_at = now_seconds.saturating_add(AGAIN_AFTER);
    for reminder in
        store::post_reminders::take_due(&app.store, now_seconds, again_at, BATCH).await?
    {
        // what is wrong with one must not lose the others
        if let Err(error) = remind(app, &reminder).await {
            tracing::warn!(cause = ?error.cause(), "a reminder could not be sent");
            if error.status() == 503 {
                continue;
            }
        }
        store::post_reminders::done(&app.store, &reminder, again_at).await?;
    }
    Ok(())
}

async fn remind(app: &App, reminder: &Reminder) -> Result<()> {
    let Some(post) = store::posts::get(&app.store, &reminder.post_id).await? else {
        return Ok(());
    };
    if !may_still_read(app, &reminder.user_id, &post).await? {
        return Ok(());
    }
    let message = "You asked to be reminded of this message.";
    let note = note(app, &post, reminder, message, "reminder").await?;
    send_ephemeral(
        app,
        Ephemeral {
            to: &reminder.user_id,
            post: note,
        },
    );
    Ok(())
}

/// Whoever left a channel, or its team if it is public, is not shown its messages any more.
async fn may_still_read(app: &App, user_id: &str, post: &Post) -> Result<bool> {
    let inside = store::memberships::channels_of(&app.store, user_id).await?;
    if inside.contains_key(&post.channel_id) {
        return Ok(true);
    }
    let channel = rows::channel_of(app, post).await?;
    let teams = store::memberships::teams_of(&app.store, user_id).await?;
    Ok(channel.type_ == ChannelType::Open && teams.contains_key(&channel.team_id))
}

async fn note(
    app: &App,
    post: &Post,
    reminder: &Reminder,
    message: &str,
    kind: &str,
) -> Result<Post> {
    let channel = rows::channel_of(app, post).await?;
    let team_name = rows::team_name(app, &channel).await?;
    let author = rows::user(app, &post.user_id).await?;
    let mut props = Map::new();
    props.insert("post_id".to_owned(), post.id.clone().into());
    props.insert("target_time".to_owned(), reminder.target_time.into());
    props.insert("team_name".to_owned(), team_name.clone().into());
    props.insert("type".to_owned(), kind.into());
    props.insert(
        "username".to_owned(),
        author
            .map(|user| user.username.clone())
            .unwrap_or_default()
            .into(),
    );
    let root = if post.root_id.is_empty() {
        &post.id
    } else {
        &post.root_id
    };
    Ok(Post {
        user_id: reminder.user_id.clone(),
        channel_id: post.channel_id.clone(),
        root_id: root.clone(),
        message: message.to_owned(),
        props: Some(props),
        metadata: Some(preview(app, post, &channel, team_name).await?),
        ..Post::default()
    })
}

async fn preview(
    app: &App,
    post: &Post,
    channel: &std::sync::Arc<Channel>,
    team_name: String,
) -> Result<PostMetadata> {
    let mut shown = [post.clone()];
    metadata::prepare(app, None, &mut shown, metadata::Mode::Stored).await?;
    let [shown] = shown;
    let target = Target {
        post: shown,
        channel: channel.clone(),
        team_name,
    };
    let embed = PostEmbed {
        type_: PostEmbedType::from("permalink"),
        data: serde_json::to_value(target.preview()).unwrap_or(Value::Null),
        ..PostEmbed::default()
    };
    Ok(PostMetadata {
        embeds: vec![embed],
        ..PostMetadata::default()
    })
}
