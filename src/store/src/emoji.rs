//! Rows of `emoji`: the custom ones. Their pictures are in `blob`.

use model::Emoji;

use crate::db::{Pattern, Row, again};
use crate::{Store, StoreError, args, reactions};

const SELECT: &str = "SELECT id, createat, updateat, deleteat, creatorid, name FROM emoji";
const NAME_INDEX: &str = "emoji_name_deleteat_key";

fn from_row(row: &Row) -> Result<Emoji, StoreError> {
    Ok(Emoji {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        creator_id: row.get("creatorid")?,
        name: row.get("name")?,
    })
}

fn from_rows(rows: &[Row]) -> Result<Vec<Emoji>, StoreError> {
    rows.iter().map(from_row).collect()
}

/// False when the name is taken.
pub async fn insert(store: &Store, emoji: &Emoji) -> Result<bool, StoreError> {
    let sql = "INSERT INTO emoji (id, createat, updateat, deleteat, creatorid, name) VALUES ($1, $2, $3, $4, $5, $6)";
    let Emoji {
        id,
        create_at,
        update_at,
        delete_at,
        creator_id,
        name,
    } = emoji;
    let args = args![id, *create_at, *update_at, *delete_at, creator_id, name];
    match store.db().exec(sql, args).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_conflict_on(NAME_INDEX) => Ok(false),
        Err(error) => Err(error),
    }
}

pub async fn get(store: &Store, id: &str) -> Result<Option<Emoji>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1 AND deleteat = 0");
    let row = store.db().maybe(&sql, args![id]).await?;
    row.as_ref().map(from_row).transpose()
}

pub async fn get_by_name(store: &Store, name: &str) -> Result<Option<Emoji>, StoreError> {
    let sql = format!("{SELECT} WHERE name = $1 AND deleteat = 0");
    let row = store.db().maybe(&sql, args![name]).await?;
    row.as_ref().map(from_row).transpose()
}

pub async fn by_names(store: &Store, names: &[String]) -> Result<Vec<Emoji>, StoreError> {
    let sql = format!("{SELECT} WHERE name = ANY($1) AND deleteat = 0 ORDER BY name");
    from_rows(&store.db().all(&sql, args![names]).await?)
}

/// A page of all; by name or as they were stored.
pub async fn list(
    store: &Store,
    by_name: bool,
    offset: i64,
    limit: i64,
) -> Result<Vec<Emoji>, StoreError> {
    let order = if by_name { "name, id" } else { "createat, id" };
    let sql = format!("{SELECT} WHERE deleteat = 0 ORDER BY {order} LIMIT $1 OFFSET $2");
    from_rows(&store.db().all(&sql, args![limit, offset]).await?)
}

/// Those whose names contain the term, or begin with it.
pub async fn search(
    store: &Store,
    term: &str,
    prefix_only: bool,
    limit: i64,
) -> Result<Vec<Emoji>, StoreError> {
    let pattern = Pattern::exact(store.db().engine(), term, prefix_only);
    let sql = format!(
        "{SELECT} WHERE {} AND deleteat = 0 ORDER BY name LIMIT $2",
        pattern.on("name", "$1")
    );
    from_rows(&store.db().all(&sql, args![pattern.arg(), limit]).await?)
}

/// Deletes the emoji and every reaction with it; false if it was not there.
pub async fn delete(store: &Store, emoji: &Emoji, now: i64) -> Result<bool, StoreError> {
    again(|| delete_once(store, emoji, now)).await
}

async fn delete_once(store: &Store, emoji: &Emoji, now: i64) -> Result<bool, StoreError> {
    let mut tx = store.db().begin().await?;
    let met = tx
        .exec(
            "UPDATE emoji SET deleteat = $2, updateat = $2 WHERE id = $1 AND deleteat = 0",
            args![&emoji.id, now],
        )
        .await?;
    if met == 0 {
        return Ok(false);
    }
    reactions::delete_all_of_emoji_in(&mut tx, &emoji.name, now).await?;
    tx.commit().await?;
    Ok(true)
}
