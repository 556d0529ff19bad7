//! Rows of `postspriority`: how urgent a post is, and whether its author asks for an acknowledgement.

use std::collections::HashMap;

use model::{Post, PostPriority};

use crate::db::Tx;
use crate::{Store, StoreError, args};

pub(super) async fn insert_in(
    tx: &mut Tx,
    post: &Post,
    wanted: &PostPriority,
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO postspriority (postid, channelid, priority, requestedack, persistentnotifications) \
         VALUES ($1, $2, $3, $4, $5)",
        args![
            &post.id,
            &post.channel_id,
            wanted.priority.clone().unwrap_or_default(),
            wanted.requested_ack,
            wanted.persistent_notifications,
        ],
    )
    .await?;
    Ok(())
}

/// The priorities of those posts that have one.
pub async fn of_posts(
    store: &Store,
    post_ids: &[String],
) -> Result<HashMap<String, PostPriority>, StoreError> {
    let rows = store
        .db()
        .all(
            "SELECT postid, channelid, priority, requestedack, persistentnotifications FROM postspriority WHERE postid = ANY($1)",
            args![post_ids],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let priority = PostPriority {
                priority: Some(row.get("priority")?),
                requested_ack: row.get("requestedack")?,
                persistent_notifications: row.get("persistentnotifications")?,
                post_id: row.get("postid")?,
                channel_id: row.get("channelid")?,
            };
            Ok((priority.post_id.clone(), priority))
        })
        .collect()
}
