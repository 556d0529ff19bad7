//! What people do with a message they did not write: begin reading again from it. Messages that vanish need a licence;
//! here is only what is answered for ordinary ones.

use model::{ChannelUnreadAt, Post};
use realtime::Event;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, permissions};
use store::posts::Unread;

use super::{mentions, read, rows};
use crate::app::App;
use crate::caller::Caller;
use crate::notify::Happening;
use crate::{access, threads};

pub const NOT_A_MEMBER: ErrorDef = ErrorDef::new(
    "app.channel.get_member.missing.app_error",
    404,
    "This person is not in the channel.",
);
pub const REVEAL_OWN: ErrorDef = ErrorDef::new(
    "api.post.reveal_post.cannot_reveal_own_post.app_error",
    400,
    "The author has seen the message already.",
);
pub const REVEAL_ORDINARY: ErrorDef = ErrorDef::new(
    "app.reveal_post.not_burn_on_read.app_error",
    400,
    "This message does not vanish.",
);
pub const BURN_ORDINARY: ErrorDef = ErrorDef::new(
    "app.burn_post.not_burn_on_read.app_error",
    400,
    "This message does not vanish.",
);

/// Marks the channel of a post unread from that post on.
pub async fn set_unread(
    app: &App,
    caller: &Caller,
    user_id: &str,
    post_id: &str,
    collapsed: bool,
) -> Result<ChannelUnreadAt> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    let post = read::readable(app, caller, post_id).await?;
    let channel = rows::channel_of(app, &post).await?;
    let Some(person) = store::channel_people::member(&app.store, &channel.id, user_id).await?
    else {
        return Err(NOT_A_MEMBER.err());
    };
    let mut unread = Unread::default();
    let later = store::posts::from_moment(&app.store, &channel.id, post.create_at, user_id).await?;
    let hearer = mentions::Hearer::of(app, &channel, &person, &later).await?;
    for later in &later {
        if hearer.is_mentioned_in(app, later).await? {
            unread.mention_count += 1;
            unread.mention_count_root += i64::from(later.root_id.is_empty());
        }
    }
    let (msg_count, msg_count_root) = store::posts::set_unread(
        &app.store,
        &channel.id,
        user_id,
        post.create_at,
        &unread,
        clock::now_ms(),
    )
    .await?;
    if !post.root_id.is_empty() && !collapsed {
        threads::unread_from_channel(app, user_id, &post, &channel, &person).await?;
    }
    let at = ChannelUnreadAt {
        team_id: channel.team_id.clone(),
        user_id: user_id.to_owned(),
        channel_id: channel.id.clone(),
        msg_count,
        msg_count_root,
        mention_count: unread.mention_count,
        mention_count_root: unread.mention_count_root,
        urgent_mention_count: unread.urgent_mention_count,
        last_viewed_at: post.create_at - 1,
    };
    app.notifier.tell(Happening::Counted {
        user_id: user_id.to_owned(),
    });
    app.hub.publish(
        Event::new("post_unread")
            .user(user_id)
            .channel(&channel.id)
            .team(&channel.team_id)
            .with("msg_count", at.msg_count)
            .with("msg_count_root", at.msg_count_root)
            .with("mention_count", at.mention_count)
            .with("mention_count_root", at.mention_count_root)
            .with("urgent_mention_count", at.urgent_mention_count)
            .with("last_viewed_at", at.last_viewed_at)
            .with("post_id", post_id),
    );
    Ok(at)
}

/// Shows a vanishing message; there are none.
pub async fn reveal(app: &App, caller: &Caller, post_id: &str) -> Result<Post> {
    let post = read::stored(app, caller, post_id, false).await?;
    if post.user_id == caller.user_id() {
        return Err(REVEAL_OWN.err());
    }
    Err(REVEAL_ORDINARY.err())
}

/// Makes a vanishing message vanish; there are none.
pub async fn burn(app: &App, caller: &Caller, post_id: &str) -> Result<()> {
    read::stored(app, caller, post_id, false).await?;
    Err(BURN_ORDINARY.err())
}
