//! Rows of `status`: whether people are there, and until when they do not want to be disturbed.

use model::Status;

use crate::args;
use crate::db::{Db, Row};
use crate::error::StoreError;

fn read(row: &Row) -> Result<Status, StoreError> {
    Ok(Status {
        user_id: row.get("userid")?,
        status: row.get("status")?,
        manual: row.get("manual")?,
        last_activity_at: row.get("lastactivityat")?,
        dnd_end_time: row.get("dndendtime")?,
        ..Status::default()
    })
}

const SELECT: &str = "SELECT userid, status, manual, lastactivityat, dndendtime FROM status";

pub async fn get(db: &Db, user_id: &str) -> Result<Option<Status>, StoreError> {
    db.maybe(&format!("{SELECT} WHERE userid = $1"), args![user_id])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Those of the users who have a status.
pub async fn of_users(db: &Db, user_ids: &[String]) -> Result<Vec<Status>, StoreError> {
    db.all(&format!("{SELECT} WHERE userid = ANY($1)"), args![user_ids])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// What a status is to become.
#[derive(Clone, Debug)]
pub struct Next {
    pub status: Status,
    /// What comes back when the quiet time ends; empty for nothing.
    pub previous: String,
}

/// Changes a status as it is at that moment: nobody else changes the row between reading and writing. `decide` is asked with
/// the row; its None leaves everything as it is.
pub async fn change(
    db: &Db,
    user_id: &str,
    decide: impl FnOnce(Status) -> Option<Next> + Send,
) -> Result<Option<Status>, StoreError> {
    let mut tx = db.begin().await?;
    let sql = format!("{SELECT} WHERE userid = $1 FOR UPDATE");
    let mut row = tx.maybe(&sql, args![user_id]).await?;
    if row.is_none() {
        // there is nothing to lock yet: whoever else comes first is waited for here, and seen below
        let sql = "INSERT INTO status (userid, status, manual, lastactivityat, dndendtime, prevstatus) \
            VALUES ($1, 'offline', $2, 0, 0, '') ON CONFLICT (userid) DO NOTHING";
        tx.exec(sql, args![user_id, false]).await?;
        let sql = format!("{SELECT} WHERE userid = $1 FOR UPDATE");
        row = tx.maybe(&sql, args![user_id]).await?;
    }
    let before = read(&row.ok_or(StoreError::NotFound)?)?;
    let Some(Next { status, previous }) = decide(before) else {
        return Ok(None);
    };
    let sql = "UPDATE status SET status = $2, manual = $3, lastactivityat = $4, dndendtime = $5, prevstatus = $6 \
        WHERE userid = $1";
    tx.exec(
        sql,
        args![
            user_id,
            &status.status,
            status.manual,
            status.last_activity_at,
            status.dnd_end_time,
            previous,
        ],
    )
    .await?;
    tx.commit().await?;
    Ok(Some(status))
}

/// Ends the quiet of everybody whose time has come; the users whose status changed by it.
pub async fn end_dnd(db: &Db, now_seconds: i64) -> Result<Vec<Status>, StoreError> {
    let mut tx = db.begin().await?;
    let sql =
        format!("{SELECT} WHERE status = 'dnd' AND dndendtime > 0 AND dndendtime <= $1 LIMIT 1000");
    let due: Vec<Status> = tx
        .all(&sql, args![now_seconds])
        .await?
        .iter()
        .map(read)
        .collect::<Result<_, _>>()?;
    let ids: Vec<String> = due.into_iter().map(|status| status.user_id).collect();
    tx.exec(
        "UPDATE status SET status = CASE WHEN prevstatus IN ('online', 'away', 'offline') THEN prevstatus \
         ELSE 'online' END, dndendtime = 0, manual = $2 WHERE userid = ANY($1)",
        args![&ids, false],
    )
    .await?;
    let changed = tx
        .all(&format!("{SELECT} WHERE userid = ANY($1)"), args![&ids])
        .await?
        .iter()
        .map(read)
        .collect::<Result<_, _>>()?;
    tx.commit().await?;
    Ok(changed)
}
