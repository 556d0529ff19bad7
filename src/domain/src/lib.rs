//! The rules of chat, one file per noun; knows no HTTP.

pub mod access;
pub mod app;
pub mod audience;
pub mod busy;
pub mod caller;
pub mod passwords;
pub mod presence;
pub mod sessions;
pub mod settings;
pub mod system;
pub mod typing;
pub mod users;

pub use app::App;
pub use caller::Caller;
