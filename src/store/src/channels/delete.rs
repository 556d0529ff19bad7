//! Removing channels for good, with everything that hangs on them.

use crate::db::{Tx, again};
use crate::posts::{FILE_PATHS, purge_in};
use crate::{Engine, Store, StoreError, args, channel_members, trash, webhooks};

/// What hangs on a channel.
const OF_CHANNELS: &[&str] = &[
    "fileinfo",
    "uploadsessions",
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

/// The bytes of their files are in the `trash` afterwards.
pub(crate) async fn delete_in(
    tx: &mut Tx,
    engine: Engine,
    ids: &[String],
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    // First of all: a post that is being stored is seen by what follows, a later one finds no channel.
    tx.all(
        "SELECT id FROM channels WHERE id = ANY($1) ORDER BY id FOR UPDATE",
        args![ids],
    )
    .await?;
    let of_channels = "channelid = ANY($1)";
    trash::add_in(tx, "fileinfo", FILE_PATHS, of_channels, args![ids]).await?;
    trash::add_in(tx, "uploadsessions", &["path"], of_channels, args![ids]).await?;
    let posts = "SELECT id FROM posts WHERE channelid = ANY($1)";
    purge_in(tx, engine, posts, &args![ids]).await?;
    for table in OF_CHANNELS {
        tx.exec(
            &format!("DELETE FROM {table} WHERE {of_channels}"),
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
    let members = again(|| permanent_delete_once(store, id)).await?;
    super::forget(store, id);
    webhooks::outgoing::forget(store, "");
    channel_members::forget(store, &[id.to_owned()], &members);
    Ok(())
}

/// Answers who was in it.
async fn permanent_delete_once(store: &Store, id: &str) -> Result<Vec<String>, StoreError> {
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
    delete_in(&mut tx, store.db().engine(), &[id.to_owned()]).await?;
    tx.commit().await?;
    Ok(members)
}
