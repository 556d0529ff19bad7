//! Deleting a post: it stays as a row with `deleteat`, its replies and files go with it.

use model::{Draft, Post};
use serde_json::Value;

use super::insert;
use crate::db::{Arg, again};
use crate::{Store, StoreError, args, drafts, search, threads};

/// What went with the post.
#[derive(Debug, Default)]
pub struct Deletion {
    /// Drafts of replies to it.
    pub drafts: Vec<Draft>,
}

/// Marks the post and its replies as deleted by somebody. `NotFound` when it was deleted already.
pub async fn delete(
    store: &Store,
    post: &Post,
    deleted_by: &str,
    now: i64,
) -> Result<Deletion, StoreError> {
    again(|| delete_once(store, post, deleted_by, now)).await
}

async fn delete_once(
    store: &Store,
    post: &Post,
    deleted_by: &str,
    now: i64,
) -> Result<Deletion, StoreError> {
    let mut tx = store.db().begin().await?;
    // Before the replies are looked for: one that is being stored is among them afterwards, or finds no root.
    insert::lock_root_in(&mut tx, post).await?;
    let rows = tx
        .all(
            "SELECT id, deleteat, props FROM posts WHERE id = $1 OR rootid = $1 FOR UPDATE",
            args![&post.id],
        )
        .await?;
    let mut ids: Vec<String> = Vec::with_capacity(rows.len());
    let mut plain: Vec<String> = Vec::new();
    let mut special = Vec::new();
    let mut live = false;
    for row in &rows {
        let id: String = row.get("id")?;
        live |= id == post.id && row.get::<i64>("deleteat")? == 0;
        match row.get("props")? {
            Value::Object(map) if !map.is_empty() && !only_deleter(&map) => {
                special.push((id.clone(), map))
            }
            _ => plain.push(id.clone()),
        }
        ids.push(id);
    }
    if !live {
        return Err(StoreError::NotFound);
    }
    let by = serde_json::json!({ "deleteBy": deleted_by });
    tx.exec(
        "UPDATE posts SET deleteat = $2, updateat = $2, props = $3 WHERE id = ANY($1)",
        args![&plain, now, Arg::json(by)],
    )
    .await?;
    for (id, mut props) in special {
        // One statement each: only posts with props of their own, which are few in a thread.
        props.insert("deleteBy".to_owned(), deleted_by.into());
        tx.exec(
            "UPDATE posts SET deleteat = $2, updateat = $2, props = $3 WHERE id = $1",
            args![&id, now, Arg::json(Value::Object(props))],
        )
        .await?;
    }
    tx.exec(
        "UPDATE fileinfo SET deleteat = $2, updateat = $2 WHERE postid = ANY($1) AND deleteat = 0",
        args![&ids, now],
    )
    .await?;
    tx.exec(
        "DELETE FROM preferences WHERE category = 'flagged_post' AND name = ANY($1)",
        args![&ids],
    )
    .await?;
    let mut deletion = Deletion::default();
    if post.root_id.is_empty() {
        deletion.drafts = drafts::delete_of_root_in(&mut tx, &post.id).await?;
        threads::mark_deleted_in(&mut tx, &post.id, now).await?;
    } else {
        threads::recount_in(&mut tx, &post.root_id).await?;
        tx.exec(
            "UPDATE posts SET updateat = $2 WHERE id = $1 AND updateat < $2",
            args![&post.root_id, now],
        )
        .await?;
    }
    let gone: Vec<&str> = ids.iter().map(String::as_str).collect();
    search::unindex_in(&mut tx, store.db().engine(), &gone).await?;
    tx.commit().await?;
    Ok(deletion)
}

fn only_deleter(props: &serde_json::Map<String, Value>) -> bool {
    props.len() == 1 && props.contains_key("deleteBy")
}
