//! Slash commands: what people type after a slash to have something done. `execute` finds the command and delivers its answer,
//! `builtin` is the server's own; `custom` are those of teams, which programs carry out (`remote`); `list` shows which there are.

mod builtin;
pub mod custom;
mod execute;
mod list;
mod remote;

pub use execute::execute;
pub use list::suggestions;
pub use remote::{UNREADABLE, answer_later, read_later};
