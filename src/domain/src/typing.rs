//! Typing: told to the others in the channel, never stored.

use crate::{access, app::App, caller::Caller};
use moka::sync::Cache;
use realtime::Event;
use rustchat_core::{error::Result, permissions};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// Whether the caller may be seen typing there: whoever may post.
pub async fn is_allowed(app: &App, caller: &Caller, channel_id: &str) -> Result<bool> {
    access::has_channel(app, caller, channel_id, permissions::CREATE_POST).await
}

/// Apps tell of it every five seconds. Who tells more often is heard this many times in as long, so that nobody floods a
/// channel with what costs nothing to say and reaches everybody.
const MOST: u32 = 10;
const WITHIN: Duration = Duration::from_secs(5);

/// How often was told of whom lately, by person and channel.
#[derive(Debug)]
pub struct Memory(Cache<(String, String), Arc<AtomicU32>>);

impl Default for Memory {
    fn default() -> Self {
        let told = Cache::builder().max_capacity(50_000).time_to_live(WITHIN);
        Self(told.build())
    }
}

impl Memory {
    fn may_tell(&self, user_id: &str, channel_id: &str) -> bool {
        let whom = (user_id.to_owned(), channel_id.to_owned());
        self.0.get_with(whom, Arc::default).fetch_add(1, Relaxed) < MOST
    }
}

/// Tells the channel, except the person who types.
pub fn publish(app: &App, user_id: &str, channel_id: &str, parent_id: &str) {
    if !app.typing.may_tell(user_id, channel_id) {
        return;
    }
    let event = Event::new("typing")
        .channel(channel_id)
        .omit_user(user_id)
        .with("parent_id", parent_id)
        .with("user_id", user_id);
    app.hub.publish(event);
}

/// Typing told by a request: as oneself, or for somebody as an administrator.
pub async fn tell(
    app: &App,
    caller: &Caller,
    user_id: &str,
    channel_id: &str,
    parent_id: &str,
) -> Result<()> {
    if !caller.is_self(user_id) {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    access::require_channel(app, caller, channel_id, permissions::CREATE_POST).await?;
    publish(app, user_id, channel_id, parent_id);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_floods_a_channel() {
        let memory = Memory::default();
        let told = (0..100).filter(|_| memory.may_tell("ann", "here")).count();
        assert_eq!(told, 10);
        assert!(memory.may_tell("bob", "here") && memory.may_tell("ann", "there"));
    }
}
