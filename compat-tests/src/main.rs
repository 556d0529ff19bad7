//! Command line of the compatibility tests: replay recordings, keep the baseline, print scoreboard and coverage.

use anyhow::{Result, bail};
use clap::Parser;
use compat_tests::baseline::Baseline;
use compat_tests::cli::{Arguments, Command, Replay};
use compat_tests::engine::Engine;
use compat_tests::replay::{self, Plan, Results, Target};
use compat_tests::server::TestServer;
use compat_tests::{documents, readme, recording, report};

/// Plays what was asked for on each engine.
async fn play(asked: &Replay) -> Result<Vec<(Engine, Results)>> {
    let recordings = recording::load(&asked.what)?;
    let baseline = Baseline::read()?;
    let engines = Engine::parse(&asked.engine)?;
    let mut out = Vec::new();
    for engine in engines {
        let started = match &asked.url {
            Some(_) => None,
            None => Some(TestServer::start(engine).await?),
        };
        let target = match (&asked.url, &started) {
            (Some(url), _) => Target::new(url, &asked.admin)?,
            (None, Some(server)) => server.target()?,
            (None, None) => bail!("no server"),
        };
        let suspicious = |s: &replay::ScenarioResult| {
            s.steps
                .iter()
                .any(|step| !step.good && !baseline.lists(&(s.name.clone(), step.number), engine))
        };
        let plan = Plan {
            jobs: asked.jobs,
            suspicious: &suspicious,
            retries: 40,
        };
        let results = replay::play_all(&target, &recordings, &plan).await;
        if let Some(file) = &asked.json {
            let form = report::reference_form(&results, &recordings);
            std::fs::write(file, serde_json::to_vec_pretty(&form)?)?;
        }
        if asked.what.is_empty() {
            report::save(&results, engine)?;
        }
        if let Some(server) = started {
            server.stop().await;
        }
        out.push((engine, results));
    }
    Ok(out)
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Replay(replay) => {
            for (engine, results) in play(&replay).await? {
                println!("== {}", engine.name());
                report::print(&results, replay.verbose);
            }
        }
        Command::Scoreboard => {
            let results = report::all_saved()?;
            print!("{}{}", report::scoreboard(&results)?.0, report::origins()?);
            fail_if(report::compared(&results)?)?;
        }
        Command::Coverage => println!("{}", report::coverage(&report::all_saved()?)?),
        Command::Report => {
            let results = report::all_saved()?;
            print!("{}{}", report::all(&results)?, report::origins()?);
            fail_if(report::compared(&results)?)?;
        }
        Command::Readme => {
            let both = Engine::ALL.map(|e| report::saved(e).map(|results| (e, results)));
            let both: Vec<_> = both.into_iter().collect::<Result<_>>()?;
            readme::write(&both)?;
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
            for (engine, results) in play(&replay).await? {
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

/// Ends with exit code 1 when something became worse.
fn fail_if(worse: Vec<String>) -> Result<()> {
    if worse.is_empty() {
        return Ok(());
    }
    bail!("became worse: {}", worse.join("; "))
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
