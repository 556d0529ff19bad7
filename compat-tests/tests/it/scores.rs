//! The endpoints that the mobile app leans on: what passed stays passing, and their answers are kept as snapshots.

use compat_tests::engine::Engine;
use compat_tests::recording;
use compat_tests::replay::Results;
use compat_tests::scoreboard::{self, Endpoint};

/// Called with the results of a whole replay: fewer steps listed as failing can only raise the score, so the
/// baseline guards it; here the answers themselves are compared with reviewed snapshots.
pub fn snapshots(results: &Results, engine: Engine) {
    let endpoints = scoreboard::read(&recording::load(&[]).unwrap()).unwrap();
    let (table, passing) = scoreboard::table(&endpoints, &[(engine, results.clone())]);
    println!("{table}");
    println!(
        "mobile endpoints on {}: {passing}/{}",
        engine.name(),
        endpoints.len()
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        endpoints
            .iter()
            .filter(|e| e.passes(results))
            .for_each(|e| snapshot(e, results))
    });
}

fn snapshot(endpoint: &Endpoint, results: &Results) {
    let (name, number) = &endpoint.kept;
    let response = &results[name].steps[number - 1].response;
    insta::with_settings!({description => format!("{} ({name}#{number})", endpoint.name)}, {
        insta::assert_json_snapshot!(format!("mobile_{:02}", endpoint.number), response);
    });
}
