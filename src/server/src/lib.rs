//! Main program: command line, wiring, listeners, shutdown.
//!
//! `Server::start` runs a whole server inside any tokio runtime; several may run in one process.

mod bodies;
pub mod cli;
mod connections;
mod cors;
mod edge;
mod listen;
mod logging;
mod rate_limit;
mod server;
mod wiring;

pub use server::{Running, Server, ServerOptions};
