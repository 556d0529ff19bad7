//! Removing posts for good, with everything that hangs on them: reactions, files, words for search, threads, drafts of replies.

use crate::db::{Arg, Tx};
use crate::{Engine, StoreError, search, trash};

/// What hangs on a post, by the column that names it.
const OF_POSTS: &[(&str, &str)] = &[
    ("reactions", "postid"),
    ("postspriority", "postid"),
    ("postacknowledgements", "postid"),
    ("postreminders", "postid"),
    ("persistentnotifications", "postid"),
    ("readreceipts", "postid"),
    ("temporaryposts", "postid"),
    ("fileinfo", "postid"),
    ("threadmemberships", "postid"),
    ("threads", "postid"),
    ("drafts", "rootid"),
    ("scheduledposts", "rootid"),
];

/// Removes the posts whose ids `which`, a query, selects.
pub(crate) async fn purge_in(
    tx: &mut Tx,
    engine: Engine,
    which: &str,
    args: &[Arg],
) -> Result<(), StoreError> {
    let files = format!("postid IN ({which})");
    trash::add_in(tx, "fileinfo", FILE_PATHS, &files, args.to_vec()).await?;
    search::unindex_selected_in(tx, engine, which, args).await?;
    for (table, column) in OF_POSTS {
        let sql = format!("DELETE FROM {table} WHERE {column} IN ({which})");
        tx.exec(&sql, args.to_vec()).await?;
    }
    let sql =
        format!("DELETE FROM preferences WHERE category = 'flagged_post' AND name IN ({which})");
    tx.exec(&sql, args.to_vec()).await?;
    let sql = format!("DELETE FROM posts WHERE id IN ({which})");
    tx.exec(&sql, args.to_vec()).await?;
    Ok(())
}

/// Where the bytes of a row of `fileinfo` lie.
pub(crate) const FILE_PATHS: &[&str] = &["path", "thumbnailpath", "previewpath"];
