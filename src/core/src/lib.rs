//! Ids, clock, error definitions, permissions and roles, text rules; no I/O.
//!
//! The home of what two sibling crates share. It knows neither HTTP, SQL nor settings.

pub mod clock;
pub mod common;
pub mod emoji;
pub mod error;
pub mod ids;
pub mod permissions;
pub mod roles;
pub mod search;
pub mod text;
pub mod timezones;

pub use error::{AppError, ErrorDef, Result};
