//! Threads as something people follow: who does, what they have not read, and the events that tell them.

mod events;
mod follow;
mod lists;
mod reading;

pub use events::{Plan, Told, collapses, collapsing, participants, replied};
pub use follow::{follow, unfollow};
pub use lists::{Request, list, one};
pub use reading::{read, read_all, set_unread, unread_from_channel};

use rustchat_core::error::ErrorDef;
pub use store::threads::Wanted;

pub const NO_MEMBERSHIP: ErrorDef = ErrorDef::new(
    "app.user.get_thread_membership_for_user.not_found",
    404,
    "This person never had to do with the thread.",
);
pub const BOTH_WAYS: ErrorDef = ErrorDef::new(
    "api.getThreadsForUser.bad_params",
    400,
    "A page lies before a thread or after one, not both.",
);
pub const NEITHER: ErrorDef = ErrorDef::new(
    "api.getThreadsForUser.bad_only_params",
    400,
    "The answer is only totals or only threads, not both.",
);
pub const NOT_FOLLOWED: ErrorDef = ErrorDef::new(
    "app.user.get_threads_for_user.not_found",
    404,
    "This person does not follow the thread.",
);
