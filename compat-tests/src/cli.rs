//! The arguments of the command line. What they do is in `main.rs`; tests read the documents' commands with this.

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// What `cargo run -p compat-tests --` takes.
#[derive(Parser)]
#[command(about = "Compares a server with the recordings of the original")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// What is to be done.
#[derive(Subcommand)]
pub enum Command {
    /// Play recordings and print what differs.
    Replay(Replay),
    /// Compare with the list of steps known to fail; --update removes those that pass now.
    Baseline {
        #[command(flatten)]
        replay: Replay,
        #[arg(long)]
        update: bool,
        /// Let --update add steps, too.
        #[arg(long)]
        allow_growth: bool,
    },
    /// The 41 endpoints of the mobile app, from the last whole replay of each engine; fails when fewer pass than on main.
    Scoreboard,
    /// Recorded steps by operation, from the last whole replay of each engine; written to target/compat.
    Coverage,
    /// All reports at once as JSON and Markdown in target/compat, from the last whole replay of each engine; fails when
    /// something is worse than on main.
    Report,
    /// Write the tables of README.md and today's row of docs/compat/trend.tsv from the last whole replay of each engine, and
    /// the generated parts of docs.
    Readme,
    /// Write the generated parts of docs.
    Documents,
    /// Run a test server, print its address, and go on until told to end.
    Serve {
        #[arg(long, default_value = "sqlite")]
        engine: String,
        /// Without a web client, so with the start page at `/`.
        #[arg(long)]
        no_client: bool,
        /// Settings of a server that keeps its data, instead of a fresh one.
        #[arg(long)]
        config: Option<PathBuf>,
    },
}

/// Which recordings are played against what.
#[derive(clap::Args)]
pub struct Replay {
    /// A server that is running already; otherwise one is started.
    #[arg(long)]
    pub url: Option<String>,
    #[arg(long, default_value = "admin:Admin-Passw0rd")]
    pub admin: String,
    /// sqlite, postgres or both.
    #[arg(long, default_value = "sqlite")]
    pub engine: String,
    /// Scenarios at the same time.
    #[arg(long, default_value_t = 24)]
    pub jobs: usize,
    /// Print every difference.
    #[arg(short, long)]
    pub verbose: bool,
    /// Write the results in the form of replay.py.
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Files, folders, areas, or area/scenario; all when left out.
    pub what: Vec<String>,
}
