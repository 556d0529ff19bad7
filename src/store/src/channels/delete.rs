//! Removing channels for good, with everything that hangs on them.

use crate::db::Tx;
use crate::{Store, StoreError, args, channel_members, webhooks};

/// What hangs on a post, by the column that names it.
const OF_POSTS: &[(&str, &str)] = &[
    ("reactions", "postid"),
    ("postspriority", "postid"),
    ("postacknowledgements", "postid"),
    ("postreminders", "postid"),
    ("persistentnotifications", "postid"),
    ("threadmemberships", "postid"),
    ("threads", "postid"),
];

/// What hangs on a channel.
const OF_CHANNELS: &[&str] = &[
    "posts",
    "fileinfo",
    "drafts",
    "scheduledposts",
    "channelbookmarks",
    "channelmembers",
    "channelmemberhistory",
    "sidebarchannels",
    "incomingwebhooks",
    "outgoingwebhooks",
    "groupchannels",
    "retentionpolicieschannels",
];

pub(crate) async fn delete_in(tx: &mut Tx, ids: &[String]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    for (table, column) in OF_POSTS {
        let sql = format!(
            "DELETE FROM {table} WHERE {column} IN (SELECT id FROM posts WHERE channelid = ANY($1))"
        );
        tx.exec(&sql, args![ids]).await?;
    }
    for table in OF_CHANNELS {
        tx.exec(
            &format!("DELETE FROM {table} WHERE channelid = ANY($1)"),
            args![ids],
        )
        .await?;
    }
    tx.exec("DELETE FROM publicchannels WHERE id = ANY($1)", args![ids])
        .await?;
    tx.exec("DELETE FROM channels WHERE id = ANY($1)", args![ids])
        .await?;
    Ok(())
}

pub async fn permanent_delete(store: &Store, id: &str) -> Result<(), StoreError> {
    let ids = [id.to_owned()];
    let mut tx = store.db().begin().await?;
    let rows = tx
        .all(
            "SELECT userid FROM channelmembers WHERE channelid = $1",
            args![id],
        )
        .await?;
    let members = rows
        .iter()
        .map(|row| row.get("userid"))
        .collect::<Result<Vec<String>, _>>()?;
    delete_in(&mut tx, &ids).await?;
    tx.commit().await?;
    super::forget(store, id);
    webhooks::outgoing::forget(store, "");
    channel_members::forget(store, &ids, &members);
    Ok(())
}
