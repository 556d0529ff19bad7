//! Messages one person sees until they reload: hints of the server, answers of integrations. Never stored.

use model::{Post, PostEphemeral, PostMetadata};
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::{clock, ids, permissions};

use super::check;
use crate::access;
use crate::app::App;
use crate::caller::Caller;

/// A message for one person.
pub struct Ephemeral<'a> {
    pub to: &'a str,
    pub post: Post,
}

/// Completes and sends it; the answer is what was sent.
pub fn send_ephemeral(app: &App, ephemeral: Ephemeral<'_>) -> Post {
    let mut post = ephemeral.post;
    post.type_ = "system_ephemeral".to_owned();
    if post.id.is_empty() {
        post.id = ids::new_id();
    }
    if post.create_at == 0 {
        post.create_at = clock::now_ms();
    }
    post.props.get_or_insert_default();
    post.metadata.get_or_insert_with(PostMetadata::default);
    let event = Event::new("ephemeral_message")
        .user(ephemeral.to)
        .channel(&post.channel_id)
        .with_json("post", &post);
    app.hub.publish(event);
    post
}

/// The caller shows somebody a message.
pub async fn create_ephemeral(app: &App, caller: &Caller, request: PostEphemeral) -> Result<Post> {
    if request.user_id.is_empty() {
        return Err(check::bad_body("user_id"));
    }
    let Some(asked) = request.post else {
        return Err(check::bad_body("post"));
    };
    access::require_channel(
        app,
        caller,
        &asked.channel_id,
        permissions::CREATE_POST_EPHEMERAL,
    )
    .await?;
    let post = Post {
        user_id: caller.user_id().to_owned(),
        channel_id: asked.channel_id,
        root_id: asked.root_id,
        message: asked.message,
        props: asked.props,
        create_at: clock::now_ms(),
        ..Post::default()
    };
    Ok(send_ephemeral(
        app,
        Ephemeral {
            to: &request.user_id,
            post,
        },
    ))
}
