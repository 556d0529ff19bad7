//! The command `governance`. What it can do is in `cli`.

use clap::Parser;
use governance::cli::{Cli, Exit};
use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = Cli::parse().run().unwrap_or_else(|error| {
        eprintln!("governance: {error:#}");
        Exit::Unusable
    });
    ExitCode::from(exit as u8)
}
