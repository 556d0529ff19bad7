//! A notification somebody sends themselves to see whether notifications work.

use std::sync::Arc;

use model::Post;
use rustchat_core::error::Result;

use crate::app::App;
use crate::caller::Caller;
use crate::posts::{self, Options};
use crate::{bots, channels};

/// The server's own bot writes to the caller, which notifies whatever the settings are.
pub async fn send_trial(app: &App, caller: &Caller) -> Result<()> {
    let bot = bots::of_server(app).await?;
    let channel = channels::direct_between(app, &bot, caller.user_id()).await?;
    let mut props = serde_json::Map::new();
    props.insert("from_bot".to_owned(), "true".into());
    let post = Post {
        user_id: bot,
        channel_id: channel.id.clone(),
        message: "This is a notification you asked for. If your devices made themselves heard, notifications work."
            .to_owned(),
        props: Some(props),
        ..Post::default()
    };
    let options = Options {
        set_online: false,
        forced: true,
        ..Options::default()
    };
    posts::create_as(app, post, &Arc::new(channel), options).await?;
    Ok(())
}
