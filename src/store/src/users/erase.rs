//! Removes an account with everything it wrote. Cannot be undone.

use crate::cache::Kind;
use crate::{Store, StoreError, args};

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

pub async fn erase(store: &Store, user_id: &str) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    // answers to the account's posts go with them
    for table in ["threadmemberships", "threads"] {
        let sql =
            format!("DELETE FROM {table} WHERE postid IN (SELECT id FROM posts WHERE userid = $1)");
        tx.exec(&sql, args![user_id]).await?;
    }
    let sql = "DELETE FROM posts WHERE rootid <> '' AND rootid IN (SELECT id FROM posts WHERE userid = $1)";
    tx.exec(sql, args![user_id]).await?;
    tx.exec("DELETE FROM posts WHERE userid = $1", args![user_id])
        .await?;
    // by category, because no index leads from the person to these
    let sql = "DELETE FROM sidebarchannels WHERE categoryid IN (SELECT id FROM sidebarcategories WHERE userid = $1)";
    tx.exec(sql, args![user_id]).await?;
    for (table, column) in OWNED {
        let sql = format!("DELETE FROM {table} WHERE {column} = $1");
        tx.exec(&sql, args![user_id]).await?;
    }
    tx.exec("DELETE FROM users WHERE id = $1", args![user_id])
        .await?;
    tx.commit().await?;
    for kind in [Kind::User, Kind::TeamsOfUser, Kind::ChannelsOfUser] {
        store.cache().invalidate(kind, user_id);
    }
    crate::webhooks::outgoing::forget(store, "");
    store.cache().invalidate(Kind::ChannelMembers, "");
    store.cache().invalidate(Kind::TeamMembers, "");
    Ok(())
}
