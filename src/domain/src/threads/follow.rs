//! Following a thread by hand.

use model::ThreadMembership;
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::{clock, permissions};

use crate::access;
use crate::app::App;
use crate::caller::Caller;
use crate::posts::readable;

/// Makes a person follow a thread; it counts as read so far.
pub async fn follow(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    thread_id: &str,
) -> Result<()> {
    set(app, caller, user_id, team_id, thread_id, true).await
}

/// Stops a person following a thread.
pub async fn unfollow(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    thread_id: &str,
) -> Result<()> {
    set(app, caller, user_id, team_id, thread_id, false).await
}

async fn set(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    thread_id: &str,
    following: bool,
) -> Result<()> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    readable(app, caller, thread_id).await?;
    let now = clock::now_ms();
    let known = store::threads::membership(&app.store, thread_id, user_id).await?;
    let mut membership = known.unwrap_or_else(|| ThreadMembership {
        post_id: thread_id.to_owned(),
        user_id: user_id.to_owned(),
        ..ThreadMembership::default()
    });
    if following && !membership.following {
        membership.last_view_at = now;
    }
    membership.following = following;
    membership.last_update_at = now;
    store::threads::save(&app.store, &membership).await?;
    told(app, user_id, team_id, thread_id, following).await
}

/// Tells a person's clients whether they follow a thread.
pub(super) async fn told(
    app: &App,
    user_id: &str,
    team_id: &str,
    thread_id: &str,
    following: bool,
) -> Result<()> {
    let replies = store::threads::get(&app.store, thread_id)
        .await?
        .map_or(0, |thread| thread.reply_count);
    app.hub.publish(
        Event::new("thread_follow_changed")
            .user(user_id)
            .team(team_id)
            .with("thread_id", thread_id)
            .with("state", following)
            .with("reply_count", replies),
    );
    Ok(())
}
