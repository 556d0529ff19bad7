//! The command line. Every command reads the same settings; what is wrong is said on standard error, and the exit code is 1.

use crate::{logging, server, wiring};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use config::{COMPATIBLE_VERSION, ConfigHandle};
use std::{io::Write, path::PathBuf, process::ExitCode};

/// A team chat server for Mattermost's apps.
#[derive(Parser)]
#[command(name = "rustchat", version, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args)]
struct Global {
    /// The settings file; written with defaults if there is none.
    #[arg(
        long,
        short = 'c',
        global = true,
        env = "MM_CONFIG",
        value_name = "PATH",
        default_value = "./config.json"
    )]
    config: PathBuf,
    /// The folder of a Mattermost web client to serve (RustchatSettings.ClientDirectory).
    #[arg(long, global = true, value_name = "DIR")]
    client: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (what happens without a command).
    Server,
    /// Print the version.
    Version,
    /// Look after the database.
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
    /// Look at the settings.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Subcommand)]
enum DbCommand {
    /// Bring the database to this version's schema, as every start of the server does.
    Migrate,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print the settings that count, secrets masked.
    Show,
}

/// Runs the program.
pub fn main() -> ExitCode {
    keep_files_private();
    keep_memory_small();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // nothing can be done if standard error is gone
            let _ = writeln!(std::io::stderr(), "rustchat: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The database holds sessions and password hashes, the settings hold secrets: nobody else on the machine may read them.
fn keep_files_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Pages of two megabytes would double the memory of an idle server and triple its start. The allocator asks for none
/// (`no_thp`); where the system gives them unasked, this refuses. Without the right to refuse it works all the same.
fn keep_memory_small() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Each connection is an open file, and the usual limit is for programs that have few: raises it to what the system allows.
fn allow_many_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // without, fewer people can be connected at the same time
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "the limit of open files stays as it is");
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match cli.command.unwrap_or(Command::Server) {
        Command::Version => print(&version()),
        Command::Config {
            command: ConfigCommand::Show,
        } => {
            let config = cli.global.look()?;
            for warning in config.warnings() {
                writeln!(std::io::stderr(), "rustchat: {warning}")?;
            }
            let shown = config.get().shown();
            print(&serde_json::to_string_pretty(&shown)?)
        }
        Command::Db {
            command: DbCommand::Migrate,
        } => {
            let config = cli.global.load()?;
            logging::init(&config);
            runtime()?.block_on(async {
                wiring::migrated(&config.get()).await?.close().await;
                print("the database has the current schema")
            })
        }
        Command::Server => {
            let config = cli.global.load()?;
            logging::init(&config);
            allow_many_files();
            runtime()?.block_on(server::run(config))
        }
    }
}

impl Global {
    fn load(&self) -> Result<ConfigHandle> {
        Ok(ConfigHandle::load_over(&self.config, &self.given()?)?)
    }

    /// As `load`, and leaves the file as it is.
    fn look(&self) -> Result<ConfigHandle> {
        Ok(ConfigHandle::look(&self.config, &self.given()?)?)
    }

    /// The settings that the command line gives.
    fn given(&self) -> Result<Vec<(&'static str, String)>> {
        let path = self.config.to_string_lossy();
        if path.starts_with("postgres://") || path.starts_with("postgresql://") {
            anyhow::bail!(
                "--config (MM_CONFIG) is the address of a database; rustchat keeps its settings in a file"
            );
        }
        Ok(self
            .client
            .iter()
            .map(|dir| {
                (
                    "RustchatSettings.ClientDirectory",
                    dir.to_string_lossy().into_owned(),
                )
            })
            .collect())
    }
}

fn version() -> String {
    format!(
        "rustchat {}\ncompatible with Mattermost {COMPATIBLE_VERSION}",
        env!("CARGO_PKG_VERSION")
    )
}

fn print(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}

/// As many workers as there are processors, within reason: the database is what bounds the work.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(processors.clamp(2, 32))
        .max_blocking_threads(64)
        .thread_name("rustchat")
        .enable_all()
        .build()
        .context("cannot start threads")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
