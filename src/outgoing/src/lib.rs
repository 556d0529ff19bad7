//! Requests to other servers: link previews, pictures, webhooks. Decides which addresses may be asked, and bounds time,
//! redirects and bytes. Knows nothing of what is asked for or why.
//!
//! Addresses of the inner network are refused after the name was resolved, and the connection goes to an address that was
//! checked, so that neither redirects nor names that change their address lead inside.

mod addresses;
mod body;
mod client;
mod error;
mod request;
mod resolve;

pub use addresses::Allowed;
pub use body::Response;
pub use client::Client;
pub use error::Error;
pub use request::{Request, Trust};
