//! Marking threads read and unread.

use model::{Channel, Post, ThreadMembership, ThreadResponse};
use realtime::Event;
use rustchat_core::error::Result;
use rustchat_core::{clock, common, permissions};
use store::channel_people::Person;

use super::events::Thread;
use super::{NO_MEMBERSHIP, NOT_FOLLOWED, follow, lists};
use crate::access;
use crate::app::App;
use crate::caller::Caller;
use crate::notify::Happening;
use crate::posts::{self, mentions, readable, rows};

/// Marks a thread read up to a moment.
pub async fn read(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    thread_id: &str,
    moment: i64,
) -> Result<ThreadResponse> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    if moment <= 0 {
        return Err(common::invalid_url("timestamp"));
    }
    let root = readable(app, caller, thread_id).await?;
    let before = lists::followed(app, user_id, thread_id, false).await?;
    let after = look_back(app, user_id, &root, moment).await?;
    app.notifier.tell(Happening::Read {
        user_id: user_id.to_owned(),
        channel_id: root.channel_id.clone(),
        root_id: root.id.clone(),
        session_id: caller.session()?.id.clone(),
    });
    tell(
        app,
        (user_id, team_id),
        &root,
        moment,
        (before.unread_replies, before.unread_mentions),
        &after,
    );
    Ok(after)
}

/// Marks a thread unread from one of its posts on; who does that follows it.
pub async fn set_unread(
    app: &App,
    caller: &Caller,
    user_id: &str,
    team_id: &str,
    thread_id: &str,
    post_id: &str,
) -> Result<ThreadResponse> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    let root = readable(app, caller, thread_id).await?;
    let post = store::posts::get(&app.store, post_id)
        .await?
        .filter(|post| post.id == root.id || post.root_id == root.id)
        .ok_or_else(|| posts::NOT_FOUND.err())?;
    let known = store::threads::membership(&app.store, thread_id, user_id).await?;
    let mut membership = known.unwrap_or_else(|| new_membership(user_id, thread_id));
    membership.following = true;
    store::threads::save(&app.store, &membership).await?;
    let moment = post.create_at - 1;
    let after = look_back(app, user_id, &root, moment).await?;
    tell(app, (user_id, team_id), &root, moment, (0, 0), &after);
    follow::told(app, user_id, team_id, thread_id, true).await?;
    Ok(after)
}

fn new_membership(user_id: &str, thread_id: &str) -> ThreadMembership {
    ThreadMembership {
        user_id: user_id.to_owned(),
        post_id: thread_id.to_owned(),
        ..ThreadMembership::default()
    }
}

/// Sets the last look at a thread, and counts mentions since then again.
async fn look_back(app: &App, user_id: &str, root: &Post, moment: i64) -> Result<ThreadResponse> {
    let mut membership = store::threads::membership(&app.store, &root.id, user_id)
        .await?
        .ok_or_else(|| NO_MEMBERSHIP.err())?;
    let channel = rows::channel_of(app, root).await?;
    membership.unread_mentions =
        match store::channel_people::member(&app.store, &channel.id, user_id).await? {
            Some(person) => mentions_since(app, root, &channel, &person, moment).await?,
            None => 0,
        };
    membership.last_view_at = moment;
    membership.last_update_at = clock::now_ms();
    store::threads::save(&app.store, &membership).await?;
    if !membership.following {
        return Err(NOT_FOLLOWED.err());
    }
    lists::followed(app, user_id, &root.id, false).await
}

async fn mentions_since(
    app: &App,
    root: &Post,
    channel: &Channel,
    person: &Person,
    moment: i64,
) -> Result<i64> {
    let replies = store::threads::replies_from(&app.store, &root.id, moment, &person.id).await?;
    let hearer = mentions::Hearer::of(app, channel, person, &replies).await?;
    let mut count = 0;
    for reply in &replies {
        count += i64::from(hearer.is_mentioned_in(app, reply).await?);
    }
    Ok(count)
}

fn tell(
    app: &App,
    who: (&str, &str),
    root: &Post,
    moment: i64,
    previous: (i64, i64),
    after: &ThreadResponse,
) {
    let (user_id, team_id) = who;
    app.hub.publish(
        Event::new("thread_read_changed")
            .user(user_id)
            .team(team_id)
            .with("thread_id", root.id.as_str())
            .with("timestamp", moment)
            .with("channel_id", root.channel_id.as_str())
            .with("unread_replies", after.unread_replies)
            .with("unread_mentions", after.unread_mentions)
            .with("previous_unread_replies", previous.0)
            .with("previous_unread_mentions", previous.1),
    );
}

/// Marks all threads of a team read.
pub async fn read_all(app: &App, caller: &Caller, user_id: &str, team_id: &str) -> Result<()> {
    access::require_self_or(app, caller, user_id, permissions::EDIT_OTHER_USERS).await?;
    access::require_team(app, caller, team_id, permissions::VIEW_TEAM).await?;
    store::threads::mark_all_read(&app.store, user_id, team_id, clock::now_ms()).await?;
    app.hub.publish(
        Event::new("thread_read_changed")
            .user(user_id)
            .team(team_id),
    );
    Ok(())
}

/// The channel was marked unread from a reply by a client that does not know threads: its thread is unread too.
pub async fn unread_from_channel(
    app: &App,
    user_id: &str,
    reply: &Post,
    channel: &Channel,
    person: &Person,
) -> Result<()> {
    let Some(root) = store::posts::get(&app.store, &reply.root_id).await? else {
        return Ok(());
    };
    let Some(mut membership) = store::threads::membership(&app.store, &root.id, user_id).await?
    else {
        return Ok(());
    };
    if !membership.following {
        return Ok(());
    }
    membership.last_view_at = reply.create_at - 1;
    membership.last_update_at = clock::now_ms();
    membership.unread_mentions =
        mentions_since(app, &root, channel, person, membership.last_view_at).await?;
    store::threads::save(&app.store, &membership).await?;
    let seen = membership.last_view_at;
    let thread = Thread::load(app, root, Some(seen)).await?;
    let unread = thread.unread_since(seen);
    let response = thread.response(seen, unread, membership.unread_mentions);
    let event = Event::new("thread_updated")
        .user(user_id)
        .team(&channel.team_id)
        .with_json("thread", &response);
    app.hub.publish(event);
    Ok(())
}
