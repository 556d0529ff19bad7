//! Stored files whose rows are gone for good. Their paths are noted in the transaction that removes the rows, so that the bytes
//! are deleted even when the server stops in between. Deleting them is the domain's business.

use rustchat_core::clock;

use crate::db::{Arg, Tx};
use crate::{Store, StoreError, args};

/// Notes the paths in the columns of the rows a condition chooses. The condition's arguments come first.
pub(crate) async fn add_in(
    tx: &mut Tx,
    table: &str,
    columns: &[&str],
    condition: &str,
    mut args: Vec<Arg>,
) -> Result<(), StoreError> {
    args.push(clock::now_ms().into());
    let now = args.len();
    for column in columns {
        let sql = format!(
            "INSERT INTO rustchat_trash (path, createat) SELECT DISTINCT {column}, CAST(${now} AS bigint) FROM {table} \
             WHERE coalesce({column}, '') <> '' AND {condition} ON CONFLICT (path) DO NOTHING"
        );
        tx.exec(&sql, args.clone()).await?;
    }
    Ok(())
}

/// Notes paths that no row names.
pub(crate) async fn add_paths_in(tx: &mut Tx, paths: &[String]) -> Result<(), StoreError> {
    for path in paths {
        let sql = "INSERT INTO rustchat_trash (path, createat) VALUES ($1, $2) ON CONFLICT (path) DO NOTHING";
        tx.exec(sql, args![path, clock::now_ms()]).await?;
    }
    Ok(())
}

/// The next paths after one; the empty text is before all.
pub async fn next(store: &Store, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT path FROM rustchat_trash WHERE path > $1 ORDER BY path LIMIT $2";
    let rows = store.db().all(sql, args![after, limit]).await?;
    rows.iter().map(|row| row.get("path")).collect()
}

/// Forgets paths at which nothing is any more.
pub async fn forget(store: &Store, paths: &[String]) -> Result<(), StoreError> {
    let sql = "DELETE FROM rustchat_trash WHERE path = ANY($1)";
    store.db().exec(sql, args![paths]).await.map(|_| ())
}
