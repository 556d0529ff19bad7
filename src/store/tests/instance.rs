//! A database is used by one server at a time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use store::instance::alone;
use store::testing::{drop_postgres, empty_postgres};
use store::{Engine, Options, StoreError};

async fn only_one(options: &Options) {
    let at_once = Duration::ZERO;
    let first = alone(options, at_once).await.unwrap();
    let refused = alone(options, at_once).await.err().unwrap();
    assert!(matches!(refused, StoreError::InUse), "{refused}");
    let second = tokio::spawn({
        let options = options.clone();
        async move { alone(&options, Duration::from_secs(10)).await }
    });
    tokio::task::yield_now().await;
    drop(first);
    drop(second.await.unwrap().unwrap());
}

#[tokio::test]
async fn a_second_server_waits_and_is_refused_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chat.db");
    only_one(&Options::new(Engine::Sqlite, file.to_str().unwrap())).await;
}

#[tokio::test]
async fn a_second_server_waits_and_is_refused_on_postgres() {
    let Some((options, name)) = empty_postgres().await else {
        return;
    };
    only_one(&options).await;
    drop_postgres(&name).await;
}
