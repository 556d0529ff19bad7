//! Command line of the compatibility tests: replay recordings, keep the baseline, print scoreboard and coverage.

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use compat_tests::baseline::Baseline;
use compat_tests::engine::Engine;
use compat_tests::replay::{self, Plan, Results, Target};
use compat_tests::server::TestServer;
use compat_tests::{documents, readme, recording, report, trend};
use std::path::PathBuf;

#[derive(Parser)]
#[command(about = "Compares a server with the recordings of the original")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
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
    /// The 41 endpoints of the mobile app, from the last whole replay of each engine.
    Scoreboard,
    /// Recorded steps by operation, from the last whole replay of each engine; written to target/compat.
    Coverage,
    /// All reports at once as JSON and Markdown in target/compat, from the last whole replay of each engine.
    Report {
        /// Put today's numbers into docs/compat/trend.tsv.
        #[arg(long)]
        record: bool,
    },
    /// Write the tables of README.md from the last whole replay of each engine, and the generated parts of docs.
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

#[derive(clap::Args)]
struct Replay {
    /// A server that is running already; otherwise one is started.
    #[arg(long)]
    url: Option<String>,
    #[arg(long, default_value = "admin:Admin-Passw0rd")]
    admin: String,
    /// sqlite, postgres or both.
    #[arg(long, default_value = "sqlite")]
    engine: String,
    /// Scenarios at the same time.
    #[arg(long, default_value_t = 24)]
    jobs: usize,
    /// Print every difference.
    #[arg(short, long)]
    verbose: bool,
    /// Write the results in the form of replay.py.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Files, folders, areas, or area/scenario; all when left out.
    what: Vec<String>,
}

impl Replay {
    /// Plays what was asked for on each engine.
    async fn run(&self) -> Result<Vec<(Engine, Results)>> {
        let recordings = recording::load(&self.what)?;
        let baseline = Baseline::read()?;
        let engines = Engine::parse(&self.engine)?;
        let mut out = Vec::new();
        for engine in engines {
            let started = match &self.url {
                Some(_) => None,
                None => Some(TestServer::start(engine).await?),
            };
            let target = match (&self.url, &started) {
                (Some(url), _) => Target::new(url, &self.admin)?,
                (None, Some(server)) => server.target()?,
                (None, None) => bail!("no server"),
            };
            let suspicious = |s: &replay::ScenarioResult| {
                s.steps.iter().any(|step| {
                    !step.good && !baseline.lists(&(s.name.clone(), step.number), engine)
                })
            };
            let plan = Plan {
                jobs: self.jobs,
                suspicious: &suspicious,
                retries: 40,
            };
            let results = replay::play_all(&target, &recordings, &plan).await;
            if let Some(file) = &self.json {
                let form = report::reference_form(&results, &recordings);
                std::fs::write(file, serde_json::to_vec_pretty(&form)?)?;
            }
            if self.what.is_empty() {
                report::save(&results, engine)?;
            }
            if let Some(server) = started {
                server.stop().await;
            }
            out.push((engine, results));
        }
        Ok(out)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Replay(replay) => {
            for (engine, results) in replay.run().await? {
                println!("== {}", engine.name());
                report::print(&results, replay.verbose);
            }
        }
        Command::Scoreboard => print!("{}", report::scoreboard(&report::all_saved()?)?.0),
        Command::Coverage => println!("{}", report::coverage(&report::all_saved()?)?),
        Command::Report { record } => {
            let results = report::all_saved()?;
            print!("{}", report::all(&results)?);
            if record {
                trend::record(&trend::Row::now(&results)?)?;
            }
        }
        Command::Readme => {
            let results = report::all_saved()?;
            let (_, passing) = report::scoreboard(&results)?;
            let totals: String = results
                .iter()
                .map(|(e, r)| format!("- {}: {}\n", e.name(), report::summary(r)))
                .collect();
            let areas = report::coverage(&results)?;
            readme::write(&format!(
                "{totals}- mobile endpoints: {passing}/41\n\n{areas}"
            ))?;
            documents::write()?;
        }
        Command::Documents => documents::write()?,
        Command::Serve {
            config: Some(file), ..
        } => {
            let running =
                ::server::Server::start(::server::ServerOptions::from_file(file)?).await?;
            println!("{}", running.url());
            told_to_end().await?;
            running.stop().await;
        }
        Command::Serve {
            engine, no_client, ..
        } => serve(&engine, no_client).await?,
        Command::Baseline {
            replay,
            update,
            allow_growth,
        } => {
            let mut baseline = Baseline::read()?;
            for (engine, results) in replay.run().await? {
                let judgement = baseline.judge(&results, engine);
                println!("{}: {}", engine.name(), report::summary(&results));
                println!(
                    "fail and are not listed: {}",
                    compat_tests::baseline::show(&judgement.broken)
                );
                println!(
                    "are listed and pass: {}",
                    compat_tests::baseline::show(&judgement.mended)
                );
                if update {
                    let (removed, added) = baseline.update(&results, engine, allow_growth)?;
                    println!("{removed} removed, {added} added");
                }
            }
            if update {
                baseline.write()?;
            }
        }
    }
    Ok(())
}

/// Runs a test server until SIGTERM or SIGINT.
async fn serve(engine: &str, no_client: bool) -> Result<()> {
    let engines = Engine::parse(engine)?;
    let [engine] = engines[..] else {
        bail!("serve takes one engine");
    };
    let mut patch = serde_json::Value::Null;
    if no_client {
        patch = serde_json::json!({"RustchatSettings": {"ClientDirectory": ""}});
    }
    let server = TestServer::start_with(engine, &patch).await?;
    println!("{}", server.url);
    told_to_end().await?;
    server.stop().await;
    Ok(())
}

/// Resolves at SIGTERM or SIGINT.
async fn told_to_end() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        ended = tokio::signal::ctrl_c() => Ok(ended?),
    }
}
