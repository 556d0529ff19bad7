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

/// Saves a status; what it was before is kept while the user does not want to be disturbed.
pub async fn save(db: &Db, status: &Status, before: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO status (userid, status, manual, lastactivityat, dndendtime, prevstatus) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (userid) DO UPDATE SET status = excluded.status, \
        manual = excluded.manual, lastactivityat = excluded.lastactivityat, dndendtime = excluded.dndendtime, \
        prevstatus = excluded.prevstatus";
    db.exec(
        sql,
        args![
            &status.user_id,
            &status.status,
            status.manual,
            status.last_activity_at,
            status.dnd_end_time,
            before,
        ],
    )
    .await?;
    Ok(())
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
