//! Having read channels: by looking at one, or by marking several as read.

use std::collections::BTreeMap;

use model::ChannelViewResponse;
use realtime::Event;
use rustchat_core::common::invalid_body;
use rustchat_core::error::Result;
use rustchat_core::{clock, ids};
use serde_json::json;

use crate::App;
use crate::notify::Happening;

/// The person looks at `channel_id` and does not look at `previous` any more. Clients without threads of their own
/// have read those of the channels too.
pub async fn view(
    app: &App,
    user_id: &str,
    channel_id: &str,
    previous: &str,
    threads_apart: bool,
    session_id: &str,
) -> Result<ChannelViewResponse> {
    for (id, name) in [
        (channel_id, "channel_view.channel_id"),
        (previous, "channel_view.prev_channel_id"),
    ] {
        if !id.is_empty() && !ids::is_valid_id(id) {
            return Err(invalid_body(name));
        }
    }
    let seen: Vec<String> = [channel_id, previous]
        .iter()
        .filter(|id| !id.is_empty())
        .map(|id| (*id).to_owned())
        .collect();
    read(app, user_id, &seen, !threads_apart, session_id).await
}

/// Marks channels as read, their threads not.
pub async fn mark_read(
    app: &App,
    user_id: &str,
    channel_ids: &[String],
    session_id: &str,
) -> Result<ChannelViewResponse> {
    if channel_ids.is_empty() {
        return Err(invalid_body("channel_ids"));
    }
    read(app, user_id, channel_ids, false, session_id).await
}

async fn read(
    app: &App,
    user_id: &str,
    channel_ids: &[String],
    threads: bool,
    session_id: &str,
) -> Result<ChannelViewResponse> {
    let states = store::channel_members::unread_of(&app.store, user_id, channel_ids).await?;
    let now = clock::now_ms();
    let behind: Vec<String> = states
        .iter()
        .filter(|state| !state.up_to_date)
        .map(|state| state.channel_id.clone())
        .collect();
    store::channel_members::mark_viewed(&app.store, user_id, &behind, threads, now).await?;
    let times: BTreeMap<String, i64> = states
        .iter()
        .map(|state| (state.channel_id.clone(), state.last_post_at))
        .collect();
    let unread: BTreeMap<&str, i64> = states
        .iter()
        .filter(|state| state.unread)
        .map(|state| (state.channel_id.as_str(), state.last_post_at))
        .collect();
    for channel_id in unread.keys() {
        app.notifier.tell(Happening::Read {
            user_id: user_id.to_owned(),
            channel_id: (*channel_id).to_owned(),
            root_id: String::new(),
            session_id: session_id.to_owned(),
        });
    }
    if !unread.is_empty() {
        if app.config.get().service.enable_channel_viewed_messages {
            app.hub.publish(
                Event::new("multiple_channels_viewed")
                    .user(user_id)
                    .with("channel_times", json!(unread)),
            );
        }
        for channel_id in unread.keys().filter(|_| threads) {
            app.hub.publish(
                Event::new("thread_read_changed")
                    .user(user_id)
                    .channel(channel_id)
                    .with("timestamp", now),
            );
        }
    }
    Ok(ChannelViewResponse {
        status: "OK".to_owned(),
        last_viewed_at_times: Some(times),
    })
}
