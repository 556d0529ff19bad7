//! The settings file, the variables and updates together, on real files.

#![allow(
    clippy::unwrap_used,
    reason = "tests and their helpers may fail loudly"
)]

use config::{ConfigError, ConfigHandle, FAKE_SETTING};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    (folder, path)
}

fn load(path: &Path, variables: &[(&str, &str)]) -> Result<ConfigHandle, ConfigError> {
    ConfigHandle::load_with(
        path,
        variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn on_disk(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_first_start_writes_the_defaults_and_secrets_that_stay() {
    let (_folder, path) = folder();
    let first = load(&path, &[]).unwrap().get();
    assert_eq!(on_disk(&path)["ServiceSettings"]["ListenAddress"], ":8065");
    assert_eq!(first.sql.driver_name, "sqlite");
    assert_eq!(first.file.public_link_salt.len(), 32);
    let second = load(&path, &[]).unwrap().get();
    assert_eq!(first.document(), second.document());
}

#[test]
fn variables_win_and_stay_out_of_the_file() {
    let (_folder, path) = folder();
    let variables = [
        ("MM_SERVICESETTINGS_LISTENADDRESS", ":9000"),
        ("MM_TEAMSETTINGS_ENABLEOPENSERVER", "true"),
        ("MM_SQLSETTINGS_DATASOURCEREPLICAS", "a b"),
    ];
    let handle = load(&path, &variables).unwrap();
    let config = handle.get();
    assert_eq!(config.service.listen_address, ":9000");
    assert!(config.team.enable_open_server);
    assert_eq!(config.sql.data_source_replicas, ["a", "b"]);
    assert_eq!(on_disk(&path)["ServiceSettings"]["ListenAddress"], ":8065");
    let expected = json!({
        "ServiceSettings": {"ListenAddress": true},
        "TeamSettings": {"EnableOpenServer": true},
        "SqlSettings": {"DataSourceReplicas": true},
    });
    assert_eq!(config.environment(), expected);

    let whole =
        json!({"ServiceSettings": {"ListenAddress": ":1"}, "TeamSettings": {"SiteName": "Here"}});
    handle.update(&whole).unwrap();
    assert_eq!(handle.get().service.listen_address, ":9000");
    assert_eq!(on_disk(&path)["ServiceSettings"]["ListenAddress"], ":8065");
    assert_eq!(on_disk(&path)["TeamSettings"]["SiteName"], "Here");
}

#[test]
fn unknown_keys_survive_and_missing_ones_are_completed() {
    let (_folder, path) = folder();
    let given = json!({"Mine": {"a": 1}, "ServiceSettings": {"Future": [1], "SiteURL": "https://chat.example"}});
    fs::write(&path, given.to_string()).unwrap();
    let handle = load(&path, &[]).unwrap();
    handle
        .update(&json!({"TeamSettings": {"SiteName": "Here"}, "NoSuchSettings": {"X": 1}}))
        .unwrap();
    handle.replace(&handle.get().sanitized()).unwrap();
    let disk = on_disk(&path);
    assert_eq!(disk["Mine"], json!({"a": 1}));
    assert_eq!(disk["ServiceSettings"]["Future"], json!([1]));
    assert_eq!(disk["ServiceSettings"]["EnableLatex"], true);
    assert_eq!(disk["TeamSettings"]["SiteName"], "Here");
    assert!(disk.get("NoSuchSettings").is_none());
    assert!(handle.get().sanitized().get("Mine").is_none());
    assert!(handle.get().sanitized().get("RustchatSettings").is_none());
}

#[test]
fn a_bad_value_names_the_setting_the_value_and_what_is_allowed() {
    let (_folder, path) = folder();
    let cases = [
        (
            "MM_TEAMSETTINGS_MAXUSERSPERTEAM",
            "many",
            ["TeamSettings.MaxUsersPerTeam", "\"many\"", "a whole number"],
        ),
        (
            "MM_TEAMSETTINGS_MAXUSERSPERTEAM",
            "0",
            ["MM_TEAMSETTINGS_MAXUSERSPERTEAM", "is 0", "1 or more"],
        ),
        (
            "MM_SQLSETTINGS_DRIVERNAME",
            "mysql",
            [
                "SqlSettings.DriverName",
                "\"mysql\"",
                "\"sqlite\", \"postgres\"",
            ],
        ),
        (
            "MM_SERVICESETTINGS_SITEURL",
            "chat",
            ["ServiceSettings.SiteURL", "\"chat\"", "http://"],
        ),
    ];
    for (name, value, words) in cases {
        let error = load(&path, &[(name, value)]).err().unwrap().to_string();
        for word in words {
            assert!(error.contains(word), "{error:?} lacks {word:?}");
        }
    }
    assert!(!path.exists());
    let error = load(&path, &[("MM_SQLSETTINGS_ATRESTENCRYPTKEY", "hush")])
        .err()
        .unwrap()
        .to_string();
    assert!(!error.contains("hush"), "{error}");
    fs::write(&path, r#"{"TeamSettings": {"MaxUsersPerTeam": "50"}}"#).unwrap();
    assert!(
        load(&path, &[])
            .err()
            .unwrap()
            .to_string()
            .contains("TeamSettings.MaxUsersPerTeam")
    );
}

#[test]
fn updates_are_checked_stored_and_told() {
    let (_folder, path) = folder();
    let handle = load(&path, &[]).unwrap();
    let told = Arc::new(AtomicUsize::new(0));
    let counter = told.clone();
    handle.on_change(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let change = handle
        .update(&json!({"TeamSettings": {"SiteName": "Here"}}))
        .unwrap();
    assert_eq!(
        (
            change.before.team.site_name.as_str(),
            change.after.team.site_name.as_str()
        ),
        ("Mattermost", "Here")
    );
    assert!(!handle.update(&json!({})).unwrap().is_real());
    let refused = handle
        .update(&json!({"TeamSettings": {"MaxUsersPerTeam": 0}}))
        .err()
        .unwrap();
    let error = rustchat_core::AppError::from(refused);
    assert_eq!(
        (error.id(), error.status()),
        ("model.config.is_valid.max_users.app_error", 400)
    );
    let refused = handle.update(&json!({"TeamSettings": 1})).err().unwrap();
    assert_eq!(
        rustchat_core::AppError::from(refused).id(),
        "api.context.invalid_body_param.app_error"
    );
    assert_eq!(told.load(Ordering::SeqCst), 1);
    assert_eq!(handle.get().team.max_users_per_team, 50);
    assert_eq!(load(&path, &[]).unwrap().get().team.site_name, "Here");
}

#[test]
fn masks_sent_back_keep_the_secrets() {
    let (_folder, path) = folder();
    let handle = load(&path, &[]).unwrap();
    let salt = handle.get().file.public_link_salt.clone();
    let seen = handle.get().sanitized();
    assert_eq!(seen["FileSettings"]["PublicLinkSalt"], FAKE_SETTING);
    handle.replace(&seen).unwrap();
    handle.update(&seen).unwrap();
    assert_eq!(handle.get().file.public_link_salt, salt);
    assert_eq!(handle.get().sql.data_source, "./data/rustchat.db");
}

#[test]
fn an_address_is_not_taken_away() {
    let handle =
        ConfigHandle::memory(&json!({"ServiceSettings": {"SiteURL": "https://chat.example"}}))
            .unwrap();
    let error = rustchat_core::AppError::from(handle.replace(&json!({})).err().unwrap());
    assert_eq!(
        error.id(),
        "api.config.update_config.clear_siteurl.app_error"
    );
    handle
        .replace(&json!({"ServiceSettings": {"SiteURL": "https://two.example"}}))
        .unwrap();
    assert_eq!(handle.get().service.site_url, "https://two.example");
}

#[test]
fn a_changed_file_is_read_again() {
    let (_folder, path) = folder();
    let handle = load(&path, &[]).unwrap();
    let mut document = on_disk(&path);
    document["TeamSettings"]["SiteName"] = json!("Edited");
    fs::write(&path, document.to_string()).unwrap();
    assert!(handle.reload().unwrap().is_real());
    assert_eq!(handle.get().team.site_name, "Edited");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = prop_oneof![
            Just("ServiceSettings".to_owned()),
            Just("SiteURL".to_owned()),
            Just("TeamSettings".to_owned()),
            Just("SqlSettings".to_owned()),
            Just("DataSourceReplicas".to_owned()),
            ".{0,5}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_document_or_patch_panics(document in any_json(), patch in any_json()) {
        let handle = ConfigHandle::memory(&document).or_else(|_| ConfigHandle::memory(&json!({}))).unwrap();
        let before = handle.get();
        if handle.update(&patch).is_err() {
            let after = handle.get();
            prop_assert_eq!(before.document(), after.document());
        }
        let _ = handle.replace(&patch);
        let seen = handle.get().sanitized();
        prop_assert!(handle.replace(&seen).is_ok());
    }
}
