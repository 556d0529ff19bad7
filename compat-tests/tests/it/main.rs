//! All integration tests of the compatibility crate in one program, so that it is linked once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a panic is how a test reports

mod headers;
mod layering;
mod recordings;
mod unchanged;
