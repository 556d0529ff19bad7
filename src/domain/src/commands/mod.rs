//! Slash commands: what people type after a slash to have something done. `execute` finds the command and delivers its answer,
//! `builtin` is the server's own, `list` shows which there are.

mod builtin;
mod execute;
mod list;

pub use execute::execute;
pub use list::{for_autocomplete, suggestions};
