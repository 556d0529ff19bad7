//! Changing a stored post. Each change keeps the version before it as a hidden, deleted copy whose `originalid` names the post.

use model::Post;
use rustchat_core::{ids, search::Document};

use super::{columns, counted, files, from_row, insert, list_of_ids, reply_count};
use crate::db::Arg;
use crate::{Store, StoreError, args, search};

/// The post as it shall be, and what goes with it.
#[derive(Debug)]
pub struct Edit<'a> {
    /// The new version; `update_at` is the moment of the change.
    pub post: &'a Post,
    /// New words for search; `None` when the text did not change.
    pub words: Option<&'a Document>,
}

/// Stores the new version and the copy of the old one. Only files the author may attach are added.
/// `NotFound` when the post was deleted meanwhile.
pub async fn edit(store: &Store, edit: Edit<'_>) -> Result<Post, StoreError> {
    let mut post = edit.post.clone();
    let mut tx = store.db().begin().await?;
    let old = insert::locked_in(&mut tx, &post.id)
        .await?
        .filter(|old| old.delete_at == 0)
        .ok_or(StoreError::NotFound)?;
    change_files(&mut tx, &old, &mut post).await?;
    let copy = Post {
        id: ids::new_id(),
        original_id: old.id.clone(),
        delete_at: post.update_at,
        update_at: post.update_at,
        ..old
    };
    insert::insert_row_in(&mut tx, &copy).await?;
    tx.exec(
        "UPDATE posts SET updateat = $2, editat = $3, ispinned = $4, message = $5, props = $6, hashtags = $7, fileids = $8, \
         hasreactions = $9 WHERE id = $1",
        args![
            &post.id,
            post.update_at,
            post.edit_at,
            post.is_pinned,
            &post.message,
            Arg::json(serde_json::Value::Object(post.props.clone().unwrap_or_default())),
            &post.hashtags,
            list_of_ids(post.file_ids.as_ref()),
            post.has_reactions,
        ],
    )
    .await?;
    if !post.root_id.is_empty() {
        tx.exec(
            "UPDATE posts SET updateat = $2 WHERE id = $1 AND updateat < $2",
            args![&post.root_id, post.update_at],
        )
        .await?;
    }
    if let Some(words) = edit.words {
        search::unindex_in(&mut tx, store.db().engine(), &[&post.id]).await?;
        search::index_in(&mut tx, store.db().engine(), &post, words).await?;
    }
    tx.commit().await?;
    Ok(post)
}

async fn change_files(tx: &mut crate::Tx, old: &Post, post: &mut Post) -> Result<(), StoreError> {
    let before = old.file_ids.clone().unwrap_or_default();
    let after = post.file_ids.clone().unwrap_or_default();
    if before == after {
        return Ok(());
    }
    let gone: Vec<String> = before
        .iter()
        .filter(|id| !after.contains(id))
        .cloned()
        .collect();
    files::detach_in(tx, &post.id, &gone, post.update_at).await?;
    let new: Vec<String> = after
        .iter()
        .filter(|id| !before.contains(id))
        .cloned()
        .collect();
    let mut taken = Vec::new();
    if !new.is_empty() {
        taken = files::attach_in(tx, post, &new).await?.unwrap_or_default();
    }
    post.file_ids = Some(
        after
            .into_iter()
            .filter(|id| before.contains(id) || taken.contains(id))
            .collect(),
    );
    Ok(())
}

/// Earlier versions of a post, the latest first.
pub async fn history(store: &Store, post_id: &str) -> Result<Vec<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM posts p WHERE p.originalid = $1 ORDER BY p.editat DESC, p.updateat DESC LIMIT 1000"
    );
    store
        .db()
        .all(sql, args![post_id])
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// One earlier version.
pub async fn version(
    store: &Store,
    post_id: &str,
    version_id: &str,
) -> Result<Option<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", ",
        reply_count!(),
        " FROM posts p WHERE p.id = $2 AND p.originalid = $1"
    );
    store
        .db()
        .maybe(sql, args![post_id, version_id])
        .await?
        .as_ref()
        .map(counted)
        .transpose()
}
