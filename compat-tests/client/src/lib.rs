//! The typed client of every operation, made by progenitor from the corrected interface description when this crate is
//! built; building it shows that the description is one that ordinary tools can use. Not written by hand.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic)] // generated

include!(concat!(env!("OUT_DIR"), "/client.rs"));
