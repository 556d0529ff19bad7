//! Replays all recordings on both engines. Steps that fail have to be in the baseline; steps in it that pass are named.

use compat_tests::baseline::{Baseline, show};
use compat_tests::engine::Engine;
use compat_tests::replay::{self, Plan, Results, ScenarioResult};
use compat_tests::server::TestServer;
use compat_tests::{recording, report};
use std::sync::Mutex;

/// One replay at a time: timing is part of what is compared. Holds the results so far.
static PLAYED: Mutex<Vec<(Engine, Results)>> = Mutex::new(Vec::new());

#[test]
fn sqlite() {
    replay_all(Engine::Sqlite);
}

#[test]
fn postgres() {
    if Engine::Postgres.available() {
        replay_all(Engine::Postgres);
    }
}

fn replay_all(engine: Engine) {
    let mut played = PLAYED.lock().unwrap_or_else(|e| e.into_inner());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (results, baseline, scans) = runtime.block_on(async {
        let recordings = recording::load(&[]).unwrap();
        let baseline = Baseline::read().unwrap();
        let server = TestServer::start(engine).await.unwrap();
        crate::scans::watch(&server);
        let suspicious = |s: &ScenarioResult| {
            s.steps
                .iter()
                .any(|step| !step.good && !baseline.lists(&(s.name.clone(), step.number), engine))
        };
        let plan = Plan {
            jobs: 24,
            suspicious: &suspicious,
            retries: 40,
        };
        let results = replay::play_all(&server.target().unwrap(), &recordings, &plan).await;
        let scans = crate::scans::unreviewed(&server, engine).await;
        server.stop().await;
        (results, baseline, scans)
    });
    // PostgreSQL plans by the sizes it happened to see, so that tables as small as these may be read whole in any run
    if engine == Engine::Postgres {
        scans
            .iter()
            .for_each(|scan| println!("whole table: {scan}"));
    }
    assert!(
        scans.is_empty() || engine == Engine::Postgres,
        "{} statements read a whole table; give them an index, or review them in scans.rs:\n{}",
        scans.len(),
        scans.join("\n")
    );
    report::save(&results, engine).unwrap();
    println!("{}: {}", engine.name(), report::summary(&results));
    crate::scores::snapshots(&results, engine);
    let judgement = baseline.judge(&results, engine);
    played.push((engine, results.clone()));
    played.sort_by_key(|(engine, _)| *engine);
    println!("{}", report::all(&played).unwrap());
    let worse = report::compared(&played).unwrap();
    for (name, number) in judgement.broken.iter().take(40) {
        let step = &results[name].steps[number - 1];
        println!("{name}: {}", step.differences.join("\n    "));
    }
    assert!(
        judgement.broken.is_empty(),
        "{} steps fail that did not: {}",
        judgement.broken.len(),
        show(&judgement.broken)
    );
    assert!(worse.is_empty(), "became worse: {}", worse.join("; "));
    if !judgement.mended.is_empty() {
        println!(
            "{} steps of the baseline pass now; take them out with: cargo run -p compat-tests -- baseline --update --engine both\n{}",
            judgement.mended.len(),
            show(&judgement.mended)
        );
    }
}
