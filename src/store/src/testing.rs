//! Databases for tests: one fresh, migrated database per test and engine, gone afterwards.
//!
//! SQLite needs nothing. PostgreSQL is used when `RUSTCHAT_TEST_POSTGRES` holds the URL of a superuser (`scripts/postgres.sh`
//! prints one); otherwise that half is skipped with a notice, or fails when `RUSTCHAT_TEST_REQUIRE_POSTGRES=1`.
//! Not for production code; it is compiled always because the tests of other crates use it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // only tests run this, where a panic is the report

pub mod plans;
pub mod rows;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rustchat_core::ids::new_id;
use tokio::sync::OnceCell;

use crate::Store;
use crate::args;
use crate::db::Db;
use crate::migrate;
use crate::options::{Engine, Options};

/// Writes a test once and runs it on both engines: `contract_test! { async fn name(store) { … } }`.
#[macro_export]
macro_rules! contract_test {
    ($($(#[$meta:meta])* async fn $name:ident($store:ident) $body:block)+) => {$(
        $(#[$meta])*
        #[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($store: $crate::Store) {
                $body
            }

            #[test]
            fn sqlite() {
                $crate::testing::run($crate::Engine::Sqlite, body);
            }

            #[test]
            fn postgres() {
                $crate::testing::run($crate::Engine::Postgres, body);
            }
        }
    )+};
}

/// Runs a test on a fresh database and removes that even when the test fails.
pub fn run<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(Store) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let Some(fresh) = Fresh::new(engine).await else {
            return;
        };
        let outcome = tokio::spawn(body(fresh.store.clone())).await;
        fresh.remove().await;
        if let Err(failure) = outcome {
            std::panic::resume_unwind(failure.into_panic());
        }
    });
}

/// A fresh, migrated database. Call `remove` at the end.
pub struct Fresh {
    pub store: Store,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Database(String),
}

impl Fresh {
    /// None when this engine is not available and need not be.
    pub async fn new(engine: Engine) -> Option<Self> {
        let (options, place) = match engine {
            Engine::Sqlite => sqlite().await,
            Engine::Postgres => postgres().await?,
        };
        let db = Db::open(&options).await.unwrap();
        Some(Self {
            store: Store::new(db),
            place,
        })
    }

    pub async fn remove(self) {
        self.store.close().await;
        match self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Database(name) => {
                let admin = admin(&server().unwrap()).await;
                bare(
                    &admin,
                    &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                )
                .await;
                admin.close().await;
            }
        }
    }
}

/// An SQLite store that needs no removal call; its folder is left to the system's temporary directory.
pub async fn store() -> Store {
    Fresh::new(Engine::Sqlite).await.unwrap().store
}

async fn sqlite() -> (Options, Place) {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = temporary();
            let file = folder.join("template.db");
            let store = Store::open(&sqlite_options(&file)).await.unwrap();
            // Closing the last connection moves the log into the file.
            store.close().await;
            let bytes = std::fs::read(&file).unwrap();
            drop(std::fs::remove_dir_all(folder));
            bytes
        })
        .await;
    let folder = temporary();
    let file = folder.join("test.db");
    std::fs::write(&file, template).unwrap();
    (sqlite_options(&file), Place::Folder(folder))
}

fn sqlite_options(file: &Path) -> Options {
    Options {
        max_open: 2,
        ..Options::new(Engine::Sqlite, file.to_str().unwrap())
    }
}

fn temporary() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("rustchat-test-{}", new_id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Makes a session look as if it had been used last then, and would end then.
pub async fn age_session(store: &Store, id: &str, last_activity_at: i64, expires_at: i64) {
    let sql = "UPDATE sessions SET lastactivityat = $2, expiresat = $3 WHERE id = $1";
    let values = args![id, last_activity_at, expires_at];
    store.db().exec(sql, values).await.unwrap();
    store.cache().clear();
}

/// Makes everything fail that asks for these tables, until they are brought back with `found`.
pub async fn lose(store: &Store, tables: &[&str]) {
    for table in tables {
        rename(store, table, &format!("{table}_lost")).await;
    }
}

pub async fn found(store: &Store, tables: &[&str]) {
    for table in tables {
        rename(store, &format!("{table}_lost"), table).await;
    }
}

async fn rename(store: &Store, from: &str, to: &str) {
    let sql = format!("ALTER TABLE {from} RENAME TO {to}");
    store.db().exec(&sql, args![]).await.unwrap();
}

/// Removes the row of a channel and nothing that belongs to it, as an interrupted clean-up might.
pub async fn orphan_channel(store: &Store, id: &str) {
    let sql = "DELETE FROM channels WHERE id = $1";
    store.db().exec(sql, args![id]).await.unwrap();
    store.cache().clear();
}

/// The URL of a PostgreSQL superuser, if tests are to use one.
pub fn server() -> Option<String> {
    static NOTICE: LazyLock<()> = LazyLock::new(|| {
        eprintln!("RUSTCHAT_TEST_POSTGRES is not set: tests on PostgreSQL are skipped")
    });
    let url = std::env::var("RUSTCHAT_TEST_POSTGRES")
        .ok()
        .filter(|url| !url.is_empty());
    if url.is_none() {
        assert!(
            std::env::var("RUSTCHAT_TEST_REQUIRE_POSTGRES").as_deref() != Ok("1"),
            "RUSTCHAT_TEST_POSTGRES is not set and RUSTCHAT_TEST_REQUIRE_POSTGRES asks for it"
        );
        LazyLock::force(&NOTICE);
    }
    url
}

/// The same server, another database.
pub fn on_database(server: &str, name: &str) -> Options {
    let (base, query) = server.split_once('?').unwrap_or((server, ""));
    let host = base.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    Options {
        max_open: 8,
        ..Options::new(Engine::Postgres, format!("{host}/{name}{query}"))
    }
}

/// Makes an empty database and says how to open it.
pub async fn empty_postgres() -> Option<(Options, String)> {
    let server = server()?;
    let name = format!("test_{}", new_id());
    let admin = admin(&server).await;
    bare(&admin, &format!("CREATE DATABASE {name}")).await;
    admin.close().await;
    Some((on_database(&server, &name), name))
}

pub async fn drop_postgres(name: &str) {
    let admin = admin(&server().unwrap()).await;
    bare(
        &admin,
        &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    )
    .await;
    admin.close().await;
}

async fn postgres() -> Option<(Options, Place)> {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let server = server()?;
    let admin = admin(&server).await;
    let template = TEMPLATE.get_or_init(|| template(&server, &admin)).await;
    let name = format!("test_{}", new_id());
    bare(
        &admin,
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    admin.close().await;
    Some((on_database(&server, &name), Place::Database(name)))
}

/// A migrated database named by what the migrations are, shared by the processes of a test run.
async fn template(server: &str, admin: &Db) -> String {
    let mut hasher = DefaultHasher::new();
    migrate::postgres_scripts().for_each(|script| script.hash(&mut hasher));
    let name = format!("template_{:016x}", hasher.finish());
    let mut lock = admin.begin().await.unwrap();
    lock.exec("SELECT pg_advisory_xact_lock(74261)", args![])
        .await
        .unwrap();
    if lock
        .maybe(
            "SELECT 1 AS one FROM pg_database WHERE datname = $1",
            args![&name],
        )
        .await
        .unwrap()
        .is_none()
    {
        let making = format!("{name}_{}", new_id());
        let other = self::admin(server).await;
        bare(&other, &format!("CREATE DATABASE {making}")).await;
        let db = Db::open(&on_database(server, &making)).await.unwrap();
        migrate::migrate(&db).await.unwrap();
        db.close().await;
        bare(&other, &format!("ALTER DATABASE {making} RENAME TO {name}")).await;
        other.close().await;
    }
    lock.commit().await.unwrap();
    name
}

async fn admin(server: &str) -> Db {
    let options = Options {
        max_open: 2,
        ..Options::new(Engine::Postgres, server)
    };
    Db::open(&options).await.unwrap()
}

/// Statements about databases take no parameters; the names are ours.
async fn bare(admin: &Db, sql: &str) {
    admin.exec(sql, args![]).await.unwrap();
}
