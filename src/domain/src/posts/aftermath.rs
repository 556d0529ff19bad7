//! What follows when a message is stored: the events, the previews, the notifications. Nothing here can fail the answer, for
//! a client that is told of a failure sends the message again; what goes wrong is logged. What has to be as durable as the
//! message itself is stored with it, in `store::posts::insert`.

use std::sync::Arc;

use model::{Channel, Post, ThreadMembership, User};
use rustchat_core::error::Result;
use store::channel_people::People;

use super::create::Options;
use super::mentions::Mentioned;
use super::{announce, outsiders, unheard};
use crate::app::App;
use crate::notify::{self, Happening};
use crate::{previews, threads};

/// A message that is stored, with what was found out about it.
pub(super) struct Written {
    pub post: Post,
    pub root: Option<Post>,
    pub author: Arc<User>,
    pub people: Arc<People>,
    pub mentioned: Mentioned,
    pub plan: threads::Plan,
    /// The author has read the channel by it.
    pub viewed: bool,
    pub followers_before: Vec<ThreadMembership>,
}

impl Written {
    /// Tells everybody whom the message concerns.
    pub async fn tell(self, app: &App, channel: &Arc<Channel>, options: Options) -> Post {
        let post = self.post;
        if self.viewed {
            announce::viewed(app, &post.user_id, &channel.id, post.create_at);
        }
        let told = threads::replied(
            app,
            &post,
            self.root,
            self.followers_before,
            &self.plan,
            channel,
            &self.people,
        )
        .await;
        let told = noted(told, "the followers of the thread");
        previews::learn(app, &post).await;
        let new = announce::Posted {
            post: &post,
            channel,
            author: &self.author,
            set_online: options.set_online,
        };
        announce::posted(
            app,
            &new,
            &self.mentioned.users,
            &told.notified,
            &self.people,
        )
        .await;
        noted(
            outsiders::tell(app, &post, channel, &self.mentioned).await,
            "its author, of names from outside",
        );
        if let Some(why) = self.mentioned.unheard {
            unheard::tell(app, &post, channel, why);
        }
        if notify::is_worth_a_look(app, &post) {
            app.notifier
                .tell(Happening::Posted(Box::new(notify::Posted {
                    post: post.clone(),
                    channel: Arc::clone(channel),
                    author: self.author,
                    people: self.people,
                    mentioned: self.mentioned.users,
                    following: told.following,
                })));
        }
        post
    }
}

/// Goes on without what failed.
pub(super) fn noted<T: Default>(outcome: Result<T>, what: &str) -> T {
    outcome.unwrap_or_else(|error| {
        tracing::error!(cause = ?error.cause(), what, "a message is stored, but not everything that follows from it was done");
        T::default()
    })
}
