//! config.json, MM_* variables, defaults and the client projection.
//!
//! A `Config` is an immutable snapshot; a `ConfigHandle` holds the current one, swaps it on updates and writes the file.
//! What the settings mean is the business of those who read them. No logging of values: half of them are secrets.

mod access;
mod client;
mod defaults;
mod env;
mod error;
mod file;
mod handle;
mod masks;
pub mod settings;
mod snapshot;
mod tree;
mod validate;

pub use access::{AccessTags, access_tags};
pub use client::{ClientFacts, client_config, client_licence};
pub use error::{ConfigError, Problem};
pub use handle::{Change, ConfigHandle};
pub use masks::FAKE_SETTING;
pub use settings::Settings;
pub use snapshot::Config;

/// The version of Mattermost whose interface this server has; clients decide by it what they may use.
pub const COMPATIBLE_VERSION: &str = "11.6.0";
