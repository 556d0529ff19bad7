//! Brings a database to the schema this binary works with: from nothing, or from Mattermost 11.6 at its last migration.
//! Anything else is refused and left untouched. Our own tables (`rustchat_…`) come in steps noted in `rustchat_migrations`.

mod seed;
mod steps;

use crate::args;
use crate::db::{Db, Tx};
use crate::error::StoreError;
use crate::options::Engine;

/// The last migration of Mattermost 11.6.
pub const MATTERMOST_VERSION: i64 = 159;

/// Any number will do, as long as every node takes the same one.
const LOCK: i64 = 0x7275_7374_6368_6174;

/// What `migrate` found, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Empty,
    /// A database of the original, or one migrated before.
    Mattermost,
}

/// Nodes that start at the same time wait for each other; a failure leaves the database as it was.
pub async fn migrate(db: &Db) -> Result<Origin, StoreError> {
    let mut tx = db.begin().await?;
    if db.engine() == Engine::Postgres {
        tx.exec("SET LOCAL statement_timeout = 0", args![]).await?;
        tx.exec("SELECT pg_advisory_xact_lock($1)", args![LOCK])
            .await?;
    }
    let origin = origin(&mut tx, db.engine()).await?;
    if origin == Origin::Empty {
        for script in steps::base(db.engine()) {
            tx.script(script).await?;
        }
        seed::rows(&mut tx).await?;
    }
    own_steps(&mut tx, db.engine()).await?;
    tx.commit().await?;
    Ok(origin)
}

async fn origin(tx: &mut Tx, engine: Engine) -> Result<Origin, StoreError> {
    let sql = match engine {
        Engine::Postgres => {
            // No views, and nothing that an extension has made.
            "SELECT CAST(c.relname AS text) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'f') \
             AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') \
             ORDER BY 1"
        }
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
        }
    };
    let tables = tx
        .all(sql, args![])
        .await?
        .iter()
        .map(|row| row.get("name"))
        .collect::<Result<Vec<String>, _>>()?;
    if !tables.iter().any(|table| table == "db_migrations") {
        return match tables.first() {
            None => Ok(Origin::Empty),
            Some(other) => Err(StoreError::Migration(format!(
                "The database is not empty (it has a table {other}) and not one of Mattermost 11.6 (it has no db_migrations). \
                 Give rustchat an empty database or one that Mattermost 11.6 has used."
            ))),
        };
    }
    let version: i64 = tx
        .one("SELECT max(version) AS version FROM db_migrations", args![])
        .await?
        .get("version")?;
    if version == MATTERMOST_VERSION {
        return Ok(Origin::Mattermost);
    }
    let advice = if version < MATTERMOST_VERSION {
        "Start Mattermost 11.6 on it once, which brings it there."
    } else {
        "It was used by a newer Mattermost than this rustchat knows."
    };
    Err(StoreError::Migration(format!(
        "The database is at Mattermost's migration {version}; this rustchat works with {MATTERMOST_VERSION} (Mattermost 11.6). {advice}"
    )))
}

async fn own_steps(tx: &mut Tx, engine: Engine) -> Result<(), StoreError> {
    tx.exec(
        "CREATE TABLE IF NOT EXISTS rustchat_migrations (name varchar(64) NOT NULL PRIMARY KEY, appliedat bigint NOT NULL)",
        args![],
    )
    .await?;
    let rows = tx
        .all("SELECT name FROM rustchat_migrations", args![])
        .await?;
    let done = rows
        .iter()
        .map(|row| row.get("name"))
        .collect::<Result<Vec<String>, _>>()?;
    for step in steps::OWN
        .iter()
        .filter(|step| !done.iter().any(|name| name == step.name))
    {
        tracing::info!(step = step.name, "migrating");
        tx.script(step.script(engine)).await?;
        let now = rustchat_core::clock::now_ms();
        tx.exec(
            "INSERT INTO rustchat_migrations (name, appliedat) VALUES ($1, $2)",
            args![step.name, now],
        )
        .await?;
    }
    Ok(())
}

/// Every script SQLite may have run, for the names of its unique indexes.
pub(crate) fn sqlite_scripts() -> impl Iterator<Item = &'static str> {
    steps::base(Engine::Sqlite)
        .iter()
        .copied()
        .chain(steps::OWN.iter().map(|step| step.sqlite))
}

pub(crate) fn postgres_scripts() -> impl Iterator<Item = &'static str> {
    steps::base(Engine::Postgres)
        .iter()
        .copied()
        .chain(steps::OWN.iter().map(|step| step.postgres))
}

/// The migrations of Mattermost's that the database has, the last first.
pub async fn applied(db: &Db) -> Result<Vec<model::AppliedMigration>, StoreError> {
    let sql = "SELECT version, name FROM db_migrations ORDER BY version DESC";
    let rows = db.all(sql, args![]).await?;
    let migration = |row: &crate::Row| {
        Ok(model::AppliedMigration {
            version: row.get("version")?,
            name: row.get("name")?,
        })
    };
    rows.iter().map(migration).collect()
}
