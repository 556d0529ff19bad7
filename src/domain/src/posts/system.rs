//! Messages the server writes itself: who joined, what changed.

use model::{Channel, Post};
use rustchat_core::error::Result;
use serde_json::{Map, Value};

use super::create::{Options, create_as};
use super::rows;
use crate::app::App;

/// Writes a system message in the name of who caused it. Join and leave messages count nowhere; being added mentions the
/// person added.
pub async fn create_system(
    app: &App,
    author_id: &str,
    channel: &Channel,
    post_type: &str,
    message: String,
    mut props: Map<String, Value>,
) -> Result<Post> {
    if let Some(author) = rows::user(app, author_id).await?
        && author.is_bot
    {
        props.insert("from_bot".to_owned(), "true".into());
    }
    let post = Post {
        user_id: author_id.to_owned(),
        channel_id: channel.id.clone(),
        type_: post_type.to_owned(),
        message,
        props: Some(props),
        ..Post::default()
    };
    let options = Options {
        set_online: true,
        views: false,
        ..Options::default()
    };
    create_as(app, post, &std::sync::Arc::new(channel.clone()), options).await
}
