//! Notifications by mail: one at a time, or several together where the settings want that.

use std::collections::HashMap;
use std::sync::Weak;
use std::time::Duration;

use config::Config;
use model::{Channel, ChannelType, Post, User};
use rustchat_core::clock;
use rustchat_core::error::Result;

use super::batch::{Due, Waiting};
use super::posted::Posted;
use crate::app::App;
use crate::mail::letters::{self, Told};
use crate::mail::{Mail, Site};
use crate::posts::{props, rows};
use crate::{posts, statuses, users};

/// How long messages wait to be sent together, in seconds, where somebody has not chosen.
const INTERVAL: i64 = 900;
/// The longest quotation, in characters.
const LONGEST: usize = 2_000;
/// Messages in one mail; it says how many more there are.
const MOST_TOGETHER: usize = 50;

pub(super) fn are_on(config: &Config) -> bool {
    config.email.send_email_notifications && !config.email.smtp_server.is_empty()
}

/// Tells these people of a message, now or together with others.
pub(super) async fn notify(app: &App, posted: &Posted, user_ids: &[&str]) -> Result<()> {
    let config = app.config.get();
    let mut now = Vec::new();
    for id in user_ids {
        let message = Waiting {
            post_id: posted.post.id.clone(),
            at: posted.post.create_at,
        };
        let most = usize::try_from(config.email.email_batching_buffer_size).unwrap_or_default();
        if !config.email.enable_email_batching || !app.notifier.batch.add(id, message, most) {
            now.push((*id).to_owned());
        }
    }
    if now.is_empty() {
        return Ok(());
    }
    let team = rows::team_name(app, &posted.channel).await?;
    for id in now {
        if let Some(user) = recipient(app, &config, &id).await? {
            let told = told(
                &config,
                &posted.post,
                &posted.channel,
                &posted.author,
                &team,
            );
            let letter = letters::notification(&Site::of(&config), &told);
            app.mail.send_to(&user, letter);
        }
    }
    Ok(())
}

/// Somebody who may be sent mail: who has proven the address, where that is asked for.
async fn recipient(app: &App, config: &Config, id: &str) -> Result<Option<std::sync::Arc<User>>> {
    let user = users::cached(app, id).await?;
    Ok(user.filter(|user| {
        user.delete_at == 0
            && !user.is_bot
            && (user.email_verified || !config.email.require_email_verification)
    }))
}

/// What a mail tells of a message: all of it, or only that there is one.
fn told(config: &Config, post: &Post, channel: &Channel, author: &User, team: &str) -> Told {
    let generic = config.email.email_notification_contents_type == "generic";
    let sender = match posts::has_mark(post, "from_webhook")
        && config.service.enable_post_username_override
    {
        true => posts::prop(post, "override_username")
            .and_then(|name| name.as_str())
            .filter(|name| !name.is_empty())
            .unwrap_or(&author.username)
            .to_owned(),
        false => letters::name_of(author),
    };
    let place = match channel.type_ {
        ChannelType::Direct | ChannelType::Group => None,
        _ => Some(channel.display_name.clone()),
    };
    let page = match team {
        "" => String::new(),
        team => format!("/{team}/pl/{}", post.id),
    };
    Told {
        sender,
        place: place.filter(|_| !generic),
        said: (!generic).then(|| said(post)),
        page: if page.is_empty() {
            format!("/_redirect/pl/{}", post.id)
        } else {
            page
        },
        post_id: post.id.clone(),
        root_id: post.root_id.clone(),
    }
}

fn said(post: &Post) -> String {
    let mut text = post.message.clone();
    for attachment in props::attachments(post) {
        for part in [attachment.pretext, attachment.title, attachment.text] {
            if !part.is_empty() {
                text.push('\n');
                text.push_str(&part);
            }
        }
    }
    let files = post.file_ids.as_ref().map_or(0, Vec::len);
    if files > 0 {
        text.push_str(&format!("\n[{files} attached]"));
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.trim().to_owned(),
    }
}

/// Sends what has waited long enough; ends with the server.
pub(super) async fn send_batches_now_and_then(app: Weak<App>) {
    loop {
        let seconds = match app.upgrade() {
            Some(app) => app.config.get().email.email_batching_interval,
            None => return,
        };
        let pause = u64::try_from(seconds).unwrap_or_default().clamp(1, 3600);
        tokio::time::sleep(Duration::from_secs(pause)).await;
        let Some(app) = app.upgrade() else { return };
        if let Err(error) = send_batches(&app, Due::Before(clock::now_ms())).await {
            tracing::warn!(cause = ?error.cause(), "notifications by mail could not be sent");
        }
    }
}

/// Sends the mails of those whose first message waits as long as they want, and forgets those of people who came back.
pub(super) async fn send_batches(app: &App, due: Due) -> Result<()> {
    let waiting: HashMap<String, i64> = app.notifier.batch.oldest().into_iter().collect();
    if waiting.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = waiting.keys().cloned().collect();
    let seen = statuses::of_any(app, &ids).await?;
    let chosen = intervals(app, &ids).await?;
    for status in seen {
        let id = status.user_id.as_str();
        let Some(oldest) = waiting.get(id).copied() else {
            continue;
        };
        if status.last_activity_at > oldest {
            app.notifier.batch.take(id);
            continue;
        }
        let interval = chosen.get(id).copied().unwrap_or(INTERVAL);
        let interval = interval.saturating_mul(clock::SECOND);
        if let Due::Before(now) = due
            && now - oldest < interval
        {
            continue;
        }
        let messages = app.notifier.batch.take(id);
        // what is wrong with one person's messages keeps nobody else's back
        if let Err(error) = send_together(app, id, &messages).await {
            tracing::warn!(cause = ?error.cause(), "somebody's notifications by mail could not be sent");
        }
    }
    Ok(())
}

/// How many seconds people chose to let mails wait.
async fn intervals(app: &App, ids: &[String]) -> Result<HashMap<String, i64>> {
    let db = app.store.db();
    let chosen = store::preferences::of_users(db, ids, "notifications", "email_interval").await?;
    let seconds = chosen
        .into_iter()
        .filter_map(|preference| Some((preference.user_id, preference.value.parse().ok()?)));
    Ok(seconds.collect())
}

async fn send_together(app: &App, user_id: &str, messages: &[Waiting]) -> Result<()> {
    let config = app.config.get();
    let Some(user) = recipient(app, &config, user_id).await? else {
        return Ok(());
    };
    let ids: Vec<String> = messages
        .iter()
        .take(MOST_TOGETHER)
        .map(|message| message.post_id.clone())
        .collect();
    let inside = store::memberships::channels_of(&app.store, user_id).await?;
    let mut all = Vec::new();
    for post in store::posts::by_ids(&app.store, &ids).await? {
        // deleted meanwhile, or no longer the reader's to see
        if post.delete_at > 0 || !inside.contains_key(&post.channel_id) {
            continue;
        }
        let Some(channel) = rows::channel(app, &post.channel_id).await? else {
            continue;
        };
        let Some(author) = rows::user(app, &post.user_id).await? else {
            continue;
        };
        let team = rows::team_name(app, &channel).await?;
        all.push((
            post.create_at,
            told(&config, &post, &channel, &author, &team),
        ));
    }
    all.sort_by_key(|(at, _)| *at);
    let all: Vec<Told> = all.into_iter().map(|(_, told)| told).collect();
    let more = messages.len().saturating_sub(MOST_TOGETHER);
    let site = Site::of(&config);
    let letter = match all.as_slice() {
        [] => return Ok(()),
        [one] if more == 0 => letters::notification(&site, one),
        _ => letters::notifications(&site, &all, more),
    };
    let to = user.email.clone();
    app.mail.send(Mail { to, letter });
    Ok(())
}
