//! Removes an account with everything it wrote. Cannot be undone.

use crate::cache::Kind;
use crate::db::{Tx, again};
use crate::posts::{FILE_PATHS, purge_in};
use crate::{Store, StoreError, args, threads, trash};

/// What belongs to the account itself, by table and the column that names it.
const OWNED: &[(&str, &str)] = &[
    ("sessions", "userid"),
    ("useraccesstokens", "userid"),
    ("oauthaccessdata", "userid"),
    ("oauthauthdata", "userid"),
    ("incomingwebhooks", "userid"),
    ("outgoingwebhooks", "creatorid"),
    ("commands", "creatorid"),
    ("preferences", "userid"),
    ("sidebarcategories", "userid"),
    ("threadmemberships", "userid"),
    ("fileinfo", "creatorid"),
    ("uploadsessions", "userid"),
    ("channelbookmarks", "ownerid"),
    ("postacknowledgements", "userid"),
    ("postreminders", "userid"),
    ("recentsearches", "userid"),
    ("productnoticeviewstate", "userid"),
    ("desktoptokens", "userid"),
    ("drafts", "userid"),
    ("scheduledposts", "userid"),
    ("reactions", "userid"),
    ("channelmembers", "userid"),
    ("teammembers", "userid"),
    ("groupmembers", "userid"),
    ("usertermsofservice", "userid"),
    ("audits", "userid"),
    ("status", "userid"),
    ("bots", "userid"),
];

/// The account's own posts, and the answers to them.
const POSTS: &str = "SELECT id FROM posts WHERE userid = $1 \
    UNION SELECT r.id FROM posts p JOIN posts r ON r.rootid = p.id WHERE p.userid = $1";

/// `paths` are files of the account that no row names. They and all others are in the `trash` afterwards.
pub async fn erase(store: &Store, user_id: &str, paths: &[String]) -> Result<(), StoreError> {
    again(|| erase_once(store, user_id, paths)).await?;
    for kind in [Kind::User, Kind::TeamsOfUser, Kind::ChannelsOfUser] {
        store.cache().invalidate(kind, user_id);
    }
    crate::webhooks::outgoing::forget(store, "");
    store.cache().invalidate(Kind::ChannelMembers, "");
    store.cache().invalidate(Kind::TeamMembers, "");
    Ok(())
}

async fn erase_once(store: &Store, user_id: &str, paths: &[String]) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    let answered = lock_in(
        &mut tx,
        "SELECT rootid FROM posts WHERE userid = $1 AND rootid <> ''",
        user_id,
    )
    .await?;
    let of_user = args![user_id];
    trash::add_paths_in(&mut tx, paths).await?;
    trash::add_in(
        &mut tx,
        "fileinfo",
        FILE_PATHS,
        "creatorid = $1",
        of_user.clone(),
    )
    .await?;
    trash::add_in(
        &mut tx,
        "uploadsessions",
        &["path"],
        "userid = $1",
        of_user.clone(),
    )
    .await?;
    purge_in(&mut tx, store.db().engine(), POSTS, &of_user).await?;
    threads::forget_in(&mut tx, store.db().engine(), &answered, user_id).await?;
    let reacted = lock_in(
        &mut tx,
        "SELECT postid FROM reactions WHERE userid = $1",
        user_id,
    )
    .await?;
    // by category, because no index leads from the person to these
    let sql = "DELETE FROM sidebarchannels WHERE categoryid IN (SELECT id FROM sidebarcategories WHERE userid = $1)";
    tx.exec(sql, of_user.clone()).await?;
    for (table, column) in OWNED {
        let sql = format!("DELETE FROM {table} WHERE {column} = $1");
        tx.exec(&sql, of_user.clone()).await?;
    }
    tx.exec(
        "UPDATE posts SET hasreactions = EXISTS (SELECT 1 FROM reactions r WHERE r.postid = posts.id \
         AND coalesce(r.deleteat, 0) = 0) WHERE id = ANY($1)",
        args![reacted],
    )
    .await?;
    tx.exec("DELETE FROM users WHERE id = $1", of_user).await?;
    tx.commit().await
}

/// Locks the posts whose ids a query about the person selects, and answers which those are.
async fn lock_in(tx: &mut Tx, which: &str, user_id: &str) -> Result<Vec<String>, StoreError> {
    let sql = format!("SELECT id FROM posts WHERE id IN ({which}) ORDER BY id FOR UPDATE");
    let rows = tx.all(&sql, args![user_id]).await?;
    rows.iter().map(|row| row.get("id")).collect()
}
