//! Rows of webhooks: `incoming` ones, by which programs write, and `outgoing` ones, which tell programs what was written.

pub mod incoming;
pub mod outgoing;
