//! Rows of this server as an OAuth service: `apps` that are registered, and `grants`, what people let them do.

pub mod apps;
pub mod grants;
