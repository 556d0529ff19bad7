//! All integration tests of the compatibility crate in one program, so that it is linked once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a panic is how a test reports

mod accounts;
mod bad_input;
mod csrf;
mod docs;
mod documents;
mod durability;
mod files;
mod first_start;
mod headers;
mod http;
mod integrations;
mod keeping;
mod layering;
mod mail;
mod mail_notifications;
mod operations;
mod posting;
mod previews;
mod program;
mod push;
mod push_proxy;
mod reaching;
mod recordings;
mod refused;
mod role_matrix;
mod rules_by_setting;
mod s3;
mod scans;
mod scores;
mod sessions;
mod settings;
mod smtp;
mod state;
mod statement_counts;
mod unchanged;
mod unfinished;
