//! The files of posts, as rows of `fileinfo`: attaching, detaching, and reading them for many posts at once.
//! The bytes are elsewhere.

use std::collections::{HashMap, HashSet};

use model::{FileInfo, Post};

use crate::db::{Row, Tx};
use crate::{Store, StoreError, args};

macro_rules! columns {
    () => {
        "f.id, f.creatorid, f.postid, f.channelid, f.createat, f.updateat, f.deleteat, f.name, f.extension, f.size, f.mimetype, \
         f.width, f.height, f.haspreviewimage, f.minipreview, f.remoteid, f.archived"
    };
}

fn from_row(row: &Row) -> Result<FileInfo, StoreError> {
    use base64::Engine as _;
    let preview: Option<Vec<u8>> = row.get("minipreview")?;
    Ok(FileInfo {
        id: row.get("id")?,
        user_id: row.get("creatorid")?,
        post_id: row.get("postid")?,
        channel_id: row.get("channelid")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        name: row.get("name")?,
        extension: row.get("extension")?,
        size: row.get("size")?,
        mime_type: row.get("mimetype")?,
        width: row.get("width")?,
        height: row.get("height")?,
        has_preview_image: row.get("haspreviewimage")?,
        mini_preview: preview.map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes)),
        remote_id: Some(row.get("remoteid")?),
        archived: row.get("archived")?,
    })
}

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
        columns!(),
        " FROM fileinfo f WHERE f.postid = ANY($1) AND (f.deleteat = 0 OR $2) ORDER BY f.createat, f.id"
    );
    let mut out: HashMap<String, Vec<FileInfo>> = HashMap::new();
    for row in store.db().all(sql, args![post_ids, with_deleted]).await? {
        let info = from_row(&row)?;
        out.entry(info.post_id.clone()).or_default().push(info);
    }
    Ok(out)
}

/// Files by their ids, deleted ones included: what older versions of an edited post had.
pub async fn attachable(
    store: &Store,
    ids: &[String],
) -> Result<HashMap<String, FileInfo>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM fileinfo f WHERE f.id = ANY($1)"
    );
    let rows = store.db().all(sql, args![ids]).await?;
    rows.iter()
        .map(|row| from_row(row).map(|info| (info.id.clone(), info)))
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
