//! The answer of somebody who is out of office: once a day to everybody who writes to them directly.

use std::sync::Arc;

use model::{Channel, ChannelType, Post};
use rustchat_core::clock;
use rustchat_core::error::Result;

use crate::app::App;
use crate::posts::{self, Options, rows};
use crate::users;

const TYPE: &str = "system_auto_responder";
const DAY: i64 = 24 * clock::HOUR;

/// Answers a message in a direct channel in the name of who is not there.
pub(crate) async fn answer(app: &App, post: &Post, channel: &Arc<Channel>) -> Result<()> {
    let on = app.config.get().team.experimental_enable_automatic_replies;
    if !on || channel.type_ != ChannelType::Direct || posts::is_system(post) {
        return Ok(());
    }
    let other = channel.name.split("__").find(|id| *id != post.user_id);
    let Some(other) = other else { return Ok(()) };
    let author = rows::user(app, &post.user_id).await?;
    if author.is_none_or(|author| author.is_bot) {
        return Ok(());
    }
    let Some(absent) = users::cached(app, other).await? else {
        return Ok(());
    };
    let prop = |key: &str| absent.notify_props.get(key).map_or("", String::as_str);
    let message = prop("auto_responder_message");
    if prop("auto_responder_active") != "true" || message.is_empty() || absent.delete_at > 0 {
        return Ok(());
    }
    // days are counted in UTC, so that one answer a day is enough wherever people are
    let today = clock::now_ms() / DAY * DAY;
    let key = format!("{}:{}:{today}", channel.id, absent.id);
    let Some(claim) = app.posts.claim_answer(&key) else {
        return Ok(());
    };
    if store::posts::wrote_since(&app.store, &channel.id, &absent.id, TYPE, today).await? {
        return Ok(());
    }
    let answer = Post {
        user_id: absent.id.clone(),
        channel_id: channel.id.clone(),
        root_id: post.root_id.clone(),
        message: message.to_owned(),
        type_: TYPE.to_owned(),
        ..Post::default()
    };
    let options = Options {
        set_online: false,
        views: false,
        ..Options::default()
    };
    // boxed, because writing a message may lead to an answer
    let answer = Box::pin(posts::create_as(app, answer, channel, options)).await?;
    claim.stored(&answer.id);
    Ok(())
}
