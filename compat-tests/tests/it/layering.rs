//! Dependencies go one way, and each outside library is named only where it belongs.

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Crate, and the crates of ours it may depend on.
const MAY_USE: &[(&str, &[&str])] = &[
    // judges changes to the house from outside; knows nothing of what is in it
    ("governance", &[]),
    ("rustchat-codegen", &[]),
    ("rustchat-model", &["rustchat-codegen"]),
    ("rustchat-contract", &["rustchat-codegen", "rustchat-model"]),
    ("rustchat-core", &["rustchat-model"]),
    ("rustchat-config", &["rustchat-model", "rustchat-core"]),
    (
        "rustchat-store",
        &["rustchat-model", "rustchat-core", "rustchat-config"],
    ),
    (
        "rustchat-blob",
        &["rustchat-model", "rustchat-core", "rustchat-config"],
    ),
    (
        "rustchat-realtime",
        &["rustchat-model", "rustchat-core", "rustchat-config"],
    ),
    ("rustchat-outgoing", &["rustchat-config"]),
    (
        "rustchat-domain",
        &[
            "rustchat-model",
            "rustchat-core",
            "rustchat-config",
            "rustchat-store",
            "rustchat-blob",
            "rustchat-outgoing",
            "rustchat-realtime",
        ],
    ),
    (
        "rustchat-api",
        &[
            "rustchat-model",
            "rustchat-core",
            "rustchat-config",
            "rustchat-realtime",
            "rustchat-domain",
            "rustchat-contract",
        ],
    ),
];

/// Crates at the top, which may use everything of ours.
const TOP: &[&str] = &[
    "rustchat",
    "compat-tests",
    "compat-client",
    "rustchat-bench",
];

/// Outside library, and the crates that may name it.
const BELONGS: &[(&str, &[&str])] = &[
    ("sqlx", &["rustchat-store"]),
    ("axum", &["rustchat-contract", "rustchat-api", "rustchat"]),
    ("object_store", &["rustchat-blob"]),
    (
        "reqwest",
        &[
            "rustchat-outgoing",
            "rustchat-blob",
            "compat-tests",
            "compat-client",
        ],
    ),
    ("lettre", &["rustchat-domain"]),
];

#[test]
fn dependencies_go_one_way() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let ours: Vec<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let rule = MAY_USE
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, may)| *may);
        assert!(
            rule.is_some() || TOP.contains(&name),
            "{name} has no place among the layers yet"
        );
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            // tests of a crate may build on what is beneath them in other ways
            let in_tests = dependency.kind == DependencyKind::Development;
            if ours.contains(&used)
                && used != name
                && !in_tests
                && rule.is_some_and(|may| !may.contains(&used))
            {
                wrong.push(format!("{name} -> {used}"));
            }
            let belongs = BELONGS.iter().find(|(library, _)| *library == used);
            if !in_tests && belongs.is_some_and(|(_, where_)| !where_.contains(&name)) {
                wrong.push(format!("{name} names {used}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "edges that the layers do not allow: {wrong:#?}"
    );
}
