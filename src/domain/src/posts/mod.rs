//! Messages: writing, changing, deleting and reading them, and what goes with each. Threads as something people follow are in
//! `threads`, reactions in `reactions`, search in `search`.

mod aftermath;
mod announce;
mod check;
mod create;
mod delete;
mod edit;
mod elsewhere;
mod emoji_names;
mod ephemeral;
mod info;
pub mod lists;
mod marks;
mod mentioned_channels;
pub(crate) mod mentions;
pub mod metadata;
mod outsiders;
mod permalinks;
pub mod props;
mod read;
mod readers;
mod reminders;
mod replies;
pub mod reporting;
pub(crate) mod rows;
mod saved;
mod state;
mod system;
mod thread;
mod thread_extras;
mod unheard;
pub mod upkeep;

pub(crate) use check::{MAX_MESSAGE, user_type};
pub(crate) use create::ARCHIVED;
pub use create::{Options, create, create_as};
pub use delete::delete;
pub use edit::{history, patch, restore, set_pinned, update};
pub use ephemeral::{Ephemeral, create_ephemeral, send_ephemeral};
pub use info::info;
pub use lists::{ChannelPage, around_unread, channel_page, etag_of_channel};
pub use marks::{burn, reveal, set_unread};
pub use read::{by_ids, files, get, readable};
pub use reminders::{send_due_reminders, set_reminder};
pub use saved::{flagged, pinned};
pub use state::Memory;
pub use system::create_system;
pub use thread::{ThreadRequest, thread};

use model::Post;
use rustchat_core::error::ErrorDef;

pub const NOT_FOUND: ErrorDef =
    ErrorDef::new("app.post.get.app_error", 404, "There is no such message.");

/// Messages that the system writes about people coming and going: they count nowhere.
pub(crate) fn is_join_or_leave(post_type: &str) -> bool {
    matches!(
        post_type,
        "system_join_leave"
            | "system_add_remove"
            | "system_join_channel"
            | "system_guest_join_channel"
            | "system_leave_channel"
            | "system_join_team"
            | "system_leave_team"
            | "system_add_to_channel"
            | "system_add_guest_to_chan"
            | "system_remove_from_channel"
            | "system_add_to_team"
            | "system_remove_from_team"
    )
}

pub(crate) fn is_system(post: &Post) -> bool {
    post.type_.starts_with("system_")
}

pub(crate) fn prop<'a>(post: &'a Post, key: &str) -> Option<&'a serde_json::Value> {
    post.props.as_ref().and_then(|props| props.get(key))
}

/// A prop that is the text `"true"`, as integrations mark theirs.
pub(crate) fn has_mark(post: &Post, key: &str) -> bool {
    prop(post, key).and_then(serde_json::Value::as_str) == Some("true")
}
