//! The rules of chat, one file per noun; knows no HTTP.

pub mod access;
pub mod actions;
pub mod app;
pub mod audience;
pub mod bots;
pub mod busy;
pub mod caller;
pub mod categories;
pub mod channel_members;
pub mod channels;
pub mod custom_status;
pub mod drafts;
pub mod emoji;
pub mod files;
mod member_roles;
mod notices;
pub mod passwords;
pub mod posts;
pub mod preferences;
pub mod presence;
pub mod reactions;
pub mod roles;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod statuses;
pub mod system;
pub mod team_members;
pub mod teams;
pub mod threads;
pub mod tokens;
pub mod typing;
pub mod uploads;
pub mod users;

pub use app::App;
pub use caller::Caller;
