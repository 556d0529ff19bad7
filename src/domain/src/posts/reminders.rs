//! Reminding somebody of a message at a time of their choice.

use std::sync::Arc;

use model::{Channel, ChannelType, Post, PostEmbed, PostEmbedType, PostMetadata};
use rustchat_core::error::Result;
use rustchat_core::permissions;
use serde_json::{Map, Value};
use store::post_reminders::Reminder;

use super::create::{Options, create_as};
use super::ephemeral::{Ephemeral, send_ephemeral};
use super::permalinks::Target;
use super::{metadata, read, rows};
use crate::access;
use crate::app::App;
use crate::caller::Caller;
use crate::{bots, channels};

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

/// The type of the message that reminds.
const REMINDER: &str = "reminder";
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
    let reader = rows::user(app, &reminder.user_id).await?;
    if reader.is_none_or(|user| user.delete_at > 0) {
        return Ok(());
    }
    let channel = rows::channel_of(app, &post).await?;
    let about = About {
        author: author_name(app, &post).await?,
        team: rows::team_name(app, &channel).await?,
        post_id: post.id,
    };
    let bot = bots::of_server(app).await?;
    let direct = channels::direct_between(app, &bot, &reminder.user_id).await?;
    let dm = Post {
        user_id: bot,
        channel_id: direct.id.clone(),
        type_: REMINDER.to_owned(),
        message: about.text(&app.config.get().service.site_url),
        props: Some(about.props()),
        ..Post::default()
    };
    let options = Options {
        set_online: false,
        ..Options::default()
    };
    create_as(app, dm, &Arc::new(direct), options).await?;
    Ok(())
}

/// What a reminder says: where the message is and whose it is, not what is in it.
struct About {
    author: String,
    /// Empty for a message of a direct channel.
    team: String,
    post_id: String,
}

impl About {
    fn text(&self, site: &str) -> String {
        let site = site.trim_end_matches('/');
        // clients find the team of what has none
        let team = if self.team.is_empty() {
            "_redirect"
        } else {
            &self.team
        };
        format!(
            "You asked to be reminded of a message by @{}: {site}/{team}/pl/{}",
            self.author, self.post_id
        )
    }

    fn props(self) -> Map<String, Value> {
        let mut props = Map::new();
        props.insert("from_bot".to_owned(), "true".into());
        props.insert("team_name".to_owned(), self.team.into());
        props.insert("post_id".to_owned(), self.post_id.into());
        props.insert("username".to_owned(), self.author.into());
        props
    }
}

async fn author_name(app: &App, post: &Post) -> Result<String> {
    let author = rows::user(app, &post.user_id).await?;
    Ok(author.map(|user| user.username.clone()).unwrap_or_default())
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

async fn note(app: &App, post: &Post, reminder: &Reminder, message: &str) -> Result<Post> {
    let channel = rows::channel_of(app, post).await?;
    let team_name = rows::team_name(app, &channel).await?;
    let mut props = Map::new();
    props.insert("post_id".to_owned(), post.id.clone().into());
    props.insert("target_time".to_owned(), reminder.target_time.into());
    props.insert("team_name".to_owned(), team_name.clone().into());
    props.insert("type".to_owned(), REMINDER.into());
    props.insert("username".to_owned(), author_name(app, post).await?.into());
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
    channel: &Arc<Channel>,
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

#[cfg(test)]
mod tests {
    use super::About;

    fn about(team: &str) -> About {
        About {
            author: "anna".to_owned(),
            team: team.to_owned(),
            post_id: "p1".to_owned(),
        }
    }

    #[test]
    fn a_reminder_links_to_its_message() {
        let text = about("crew").text("http://h:1/");
        assert!(text.ends_with("@anna: http://h:1/crew/pl/p1"), "{text}");
        assert!(about("").text("").ends_with(": /_redirect/pl/p1"));
        assert_eq!(about("crew").props()["post_id"], "p1");
    }
}
