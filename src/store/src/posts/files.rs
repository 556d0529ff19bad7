//! The files of posts, as rows of `fileinfo`: attaching, detaching, and reading them for many posts at once.
//! The bytes are elsewhere.

use std::collections::{HashMap, HashSet};

use model::{FileInfo, Post};

use crate::db::Tx;
use crate::files::{info_columns, info_from_row};
use crate::{Store, StoreError, args};

/// Makes files the post's: those its author uploaded that are on no post yet. What remains is in the order asked for;
/// `None` when nothing does.
pub(super) async fn attach_in(
    tx: &mut Tx,
    post: &Post,
    ids: &[String],
) -> Result<Option<Vec<String>>, StoreError> {
    let rows = tx
        .all(
            "UPDATE fileinfo SET postid = $1, channelid = $2 WHERE id = ANY($3) AND postid = '' AND deleteat = 0 \
             AND (creatorid = $4 OR creatorid = 'nouser') RETURNING id",
            args![&post.id, &post.channel_id, ids, &post.user_id],
        )
        .await?;
    let mut taken: HashSet<String> = rows
        .iter()
        .map(|row| row.get("id"))
        .collect::<Result<_, _>>()?;
    let kept: Vec<String> = ids
        .iter()
        .filter(|id| taken.remove(*id)) // each once
        .cloned()
        .collect();
    Ok((!kept.is_empty()).then_some(kept))
}

/// Takes files off a post, as deleted ones.
pub(super) async fn detach_in(
    tx: &mut Tx,
    post_id: &str,
    ids: &[String],
    now: i64,
) -> Result<(), StoreError> {
    if !ids.is_empty() {
        tx.exec(
            "UPDATE fileinfo SET deleteat = $3, updateat = $3 WHERE postid = $1 AND id = ANY($2) AND deleteat = 0",
            args![post_id, ids, now],
        )
        .await?;
    }
    Ok(())
}

/// Brings back files that were taken off a post.
pub(super) async fn reattach_in(
    tx: &mut Tx,
    post_id: &str,
    ids: &[String],
    now: i64,
) -> Result<Vec<String>, StoreError> {
    let rows = tx
        .all(
            "UPDATE fileinfo SET deleteat = 0, updateat = $3 WHERE postid = $1 AND id = ANY($2) AND deleteat > 0 RETURNING id",
            args![post_id, ids, now],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// The files of posts, deleted ones only when asked for, by post and in the order they were uploaded.
pub async fn files_of(
    store: &Store,
    post_ids: &[String],
    with_deleted: bool,
) -> Result<HashMap<String, Vec<FileInfo>>, StoreError> {
    let sql = concat!(
        "SELECT ",
        info_columns!(),
        " FROM fileinfo f WHERE f.postid = ANY($1) AND (f.deleteat = 0 OR $2) ORDER BY f.createat, f.id"
    );
    let mut out: HashMap<String, Vec<FileInfo>> = HashMap::new();
    for row in store.db().all(sql, args![post_ids, with_deleted]).await? {
        let info = info_from_row(&row)?;
        out.entry(info.post_id.clone()).or_default().push(info);
    }
    Ok(out)
}

/// Files by their ids, whoever's they are, deleted ones included: what drafts and older versions of a post name. Who may see
/// which is for the caller to say.
pub async fn files_by_id(
    store: &Store,
    ids: &[String],
) -> Result<HashMap<String, FileInfo>, StoreError> {
    let sql = concat!(
        "SELECT ",
        info_columns!(),
        " FROM fileinfo f WHERE f.id = ANY($1)"
    );
    let rows = store.db().all(sql, args![ids]).await?;
    rows.iter()
        .map(|row| info_from_row(row).map(|info| (info.id.clone(), info)))
        .collect()
}

/// The custom emoji with these names.
pub async fn custom_emoji(
    store: &Store,
    names: &[String],
) -> Result<Vec<model::Emoji>, StoreError> {
    let rows = store
        .db()
        .all(
            "SELECT id, createat, updateat, deleteat, creatorid, name FROM emoji WHERE name = ANY($1) AND deleteat = 0",
            args![names],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(model::Emoji {
                id: row.get("id")?,
                create_at: row.get("createat")?,
                update_at: row.get("updateat")?,
                delete_at: row.get("deleteat")?,
                creator_id: row.get("creatorid")?,
                name: row.get("name")?,
            })
        })
        .collect()
}
