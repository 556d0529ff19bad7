//! Rows of `systems`: named values of the installation.

use std::collections::BTreeMap;

use crate::error::StoreError;
use crate::{Store, args};

/// None when it was never set.
pub async fn get(store: &Store, name: &str) -> Result<Option<String>, StoreError> {
    let row = store
        .db()
        .maybe("SELECT value FROM systems WHERE name = $1", args![name])
        .await?;
    row.map(|row| row.get("value")).transpose()
}

pub async fn all(store: &Store) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = store
        .db()
        .all("SELECT name, value FROM systems", args![])
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("name")?, row.get("value")?)))
        .collect()
}

pub async fn set(store: &Store, name: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO systems (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    store.db().exec(sql, args![name, value]).await.map(|_| ())
}

/// Sets it unless another node was quicker; what is stored then.
pub async fn set_if_missing(store: &Store, name: &str, value: &str) -> Result<String, StoreError> {
    let sql = "INSERT INTO systems (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    store.db().exec(sql, args![name, value]).await?;
    Ok(get(store, name).await?.unwrap_or_default())
}

/// False when there was none.
pub async fn remove(store: &Store, name: &str) -> Result<bool, StoreError> {
    store
        .db()
        .exec("DELETE FROM systems WHERE name = $1", args![name])
        .await
        .map(|rows| rows > 0)
}
