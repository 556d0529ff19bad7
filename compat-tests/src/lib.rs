//! Compatibility with the recorded server: recordings, replayer, baseline, scoreboard, coverage, clients.
//! Knows nothing of how the server works inside; it only starts one and talks to it.

pub mod baseline;
pub mod cli;
pub mod coverage;
pub mod documents;
pub mod engine;
pub mod operations;
pub mod readme;
pub mod recording;
pub mod replay;
pub mod report;
pub mod scoreboard;
pub mod server;
pub mod summary;
pub mod trend;
