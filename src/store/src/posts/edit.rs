//! Changing a stored post. Each change keeps the version before it as a hidden, deleted copy whose `originalid` names the post.

use model::Post;
use rustchat_core::{ids, search::Document};

use super::{columns, counted, files, from_row, insert, list_of_ids, reply_count};
use crate::db::{Arg, again};
use crate::{Store, StoreError, args, search};

/// The post as it shall be, and what goes with it.
#[derive(Debug)]
pub struct Edit<'a> {
    /// The version the change was made from. What is the same in both is left as it is stored, which may be newer.
    pub before: &'a Post,
    /// The new version; `update_at` is the moment of the change.
    pub post: &'a Post,
    /// New words for search; `None` when the text did not change.
    pub words: Option<&'a Document>,
    /// Files the post had once come back with an earlier version.
    pub restores: bool,
}

/// Stores the new version and the copy of the old one. Only files the author may attach are added.
/// `NotFound` when the post was deleted meanwhile.
pub async fn edit(store: &Store, edit: Edit<'_>) -> Result<Post, StoreError> {
    again(|| edit_once(store, &edit)).await
}

async fn edit_once(store: &Store, edit: &Edit<'_>) -> Result<Post, StoreError> {
    let mut tx = store.db().begin().await?;
    if !edit.post.root_id.is_empty() {
        insert::lock_root_in(&mut tx, edit.post).await?;
    }
    let old = insert::locked_in(&mut tx, &edit.post.id)
        .await?
        .filter(|old| old.delete_at == 0)
        .ok_or(StoreError::NotFound)?;
    let mut post = merged(edit.before, edit.post, &old);
    if old.has_reactions && !post.has_reactions {
        // Whoever replaces a post may not know of a reaction; the flag follows what is there.
        let sql = "SELECT 1 AS one FROM reactions WHERE postid = $1 AND coalesce(deleteat, 0) = 0 LIMIT 1";
        post.has_reactions = tx.maybe(sql, args![&post.id]).await?.is_some();
    }
    change_files(&mut tx, &old, &mut post, edit.restores).await?;
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

/// The stored row with what the change made different. Somebody may have pinned the post, reacted to it or changed its text
/// since `before` was read.
fn merged(before: &Post, after: &Post, stored: &Post) -> Post {
    let mut post = after.clone();
    post.update_at = after.update_at.max(stored.update_at + 1);
    post.edit_at = if after.edit_at == before.edit_at {
        stored.edit_at
    } else {
        post.update_at
    };
    if after.message == before.message {
        post.message.clone_from(&stored.message);
        post.hashtags.clone_from(&stored.hashtags);
    }
    if after.is_pinned == before.is_pinned {
        post.is_pinned = stored.is_pinned;
    }
    if after.has_reactions == before.has_reactions {
        post.has_reactions = stored.has_reactions;
    }
    if after.props == before.props {
        post.props.clone_from(&stored.props);
    }
    if after.file_ids == before.file_ids {
        post.file_ids.clone_from(&stored.file_ids);
    }
    post
}

async fn change_files(
    tx: &mut crate::Tx,
    old: &Post,
    post: &mut Post,
    restores: bool,
) -> Result<(), StoreError> {
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
        if restores {
            taken.extend(files::reattach_in(tx, &post.id, &new, post.update_at).await?);
        }
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
