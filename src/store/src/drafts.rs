//! Rows of `drafts`: at most one per person, channel and thread. A discarded one stays with `deleteat`.

use model::Draft;
use serde_json::Value;

use crate::db::{Row, Tx};
use crate::{Store, StoreError, args};

macro_rules! columns {
    () => {
        "d.createat, d.updateat, d.deleteat, d.userid, d.channelid, d.rootid, d.message, d.props, d.fileids, d.priority, d.type"
    };
}

fn from_row(row: &Row) -> Result<Draft, StoreError> {
    Ok(Draft {
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        user_id: row.get("userid")?,
        channel_id: row.get("channelid")?,
        root_id: row.get("rootid")?,
        message: row.get("message")?,
        type_: row.get("type")?,
        props: Some(object(row, "props")?),
        file_ids: serde_json::from_str(&row.get::<String>("fileids")?).unwrap_or_default(),
        metadata: None,
        priority: object(row, "priority")?,
    })
}

fn object(row: &Row, column: &str) -> Result<serde_json::Map<String, Value>, StoreError> {
    Ok(serde_json::from_str(&row.get::<String>(column)?).unwrap_or_default())
}

/// Stores a draft, over an earlier one for the same place.
pub async fn upsert(store: &Store, draft: &Draft) -> Result<(), StoreError> {
    store
        .db()
        .exec(
            "INSERT INTO drafts (createat, updateat, deleteat, userid, channelid, rootid, message, props, fileids, priority, type) \
             VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (userid, channelid, rootid) DO UPDATE SET \
             updateat = excluded.updateat, deleteat = 0, message = excluded.message, props = excluded.props, \
             fileids = excluded.fileids, priority = excluded.priority, type = excluded.type",
            args![
                draft.create_at,
                draft.update_at,
                &draft.user_id,
                &draft.channel_id,
                &draft.root_id,
                &draft.message,
                Value::Object(draft.props.clone().unwrap_or_default()).to_string(),
                Value::from(draft.file_ids.clone()).to_string(),
                Value::Object(draft.priority.clone()).to_string(),
                &draft.type_,
            ],
        )
        .await?;
    Ok(())
}

/// The draft for a place, if there is one that was not discarded.
pub async fn get(
    store: &Store,
    user_id: &str,
    channel_id: &str,
    root_id: &str,
) -> Result<Option<Draft>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts d WHERE d.userid = $1 AND d.channelid = $2 AND d.rootid = $3 AND d.deleteat = 0"
    );
    store
        .db()
        .maybe(sql, args![user_id, channel_id, root_id])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

/// A person's drafts in channels of a team and in direct channels they are a member of, the latest first.
pub async fn list(store: &Store, user_id: &str, team_id: &str) -> Result<Vec<Draft>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM drafts d JOIN channelmembers m ON m.channelid = d.channelid AND m.userid = d.userid \
         JOIN channels c ON c.id = d.channelid \
         WHERE d.userid = $1 AND d.deleteat = 0 AND (c.teamid = $2 OR c.teamid = '') ORDER BY d.updateat DESC LIMIT 1000"
    );
    store
        .db()
        .all(sql, args![user_id, team_id])
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// Discards a draft.
pub async fn delete(
    store: &Store,
    user_id: &str,
    channel_id: &str,
    root_id: &str,
) -> Result<(), StoreError> {
    store
        .db()
        .exec(
            "DELETE FROM drafts WHERE userid = $1 AND channelid = $2 AND rootid = $3",
            args![user_id, channel_id, root_id],
        )
        .await?;
    Ok(())
}

/// Discards what people began to write under a post that is deleted.
pub(crate) async fn delete_of_root_in(
    tx: &mut Tx,
    root_id: &str,
) -> Result<Vec<Draft>, StoreError> {
    let sql = "DELETE FROM drafts WHERE rootid = $1 RETURNING createat, updateat, deleteat, userid, channelid, rootid, message, \
               props, fileids, priority, type";
    tx.all(sql, args![root_id])
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// Forgets what people who left channels had begun to write there.
pub(crate) async fn of_leavers_in(
    tx: &mut Tx,
    user_ids: &[String],
    channel_ids: &[String],
) -> Result<(), StoreError> {
    tx.exec(
        "DELETE FROM drafts WHERE userid = ANY($1) AND channelid = ANY($2)",
        args![user_ids, channel_ids],
    )
    .await?;
    Ok(())
}
