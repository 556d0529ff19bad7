//! Rows of `postreminders`: when somebody wants to be reminded of a post, in seconds since 1970.

use crate::{Store, StoreError, args};

/// One reminder that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    pub post_id: String,
    pub user_id: String,
    pub target_time: i64,
}

pub async fn set(store: &Store, reminder: &Reminder) -> Result<(), StoreError> {
    store
        .db()
        .exec(
            "INSERT INTO postreminders (postid, userid, targettime) VALUES ($1, $2, $3) \
             ON CONFLICT (postid, userid) DO UPDATE SET targettime = excluded.targettime",
            args![&reminder.post_id, &reminder.user_id, reminder.target_time],
        )
        .await?;
    Ok(())
}

/// Takes reminders that are due, the oldest first, for a while: they stay, and are due again at `again_at` unless `done` is
/// told that they were sent. So none is lost with the server, and two nodes do not send the same one.
pub async fn take_due(
    store: &Store,
    now: i64,
    again_at: i64,
    limit: i64,
) -> Result<Vec<Reminder>, StoreError> {
    let mut tx = store.db().begin().await?;
    let rows = tx
        .all(
            "SELECT postid, userid, targettime FROM postreminders WHERE targettime <= $1 \
             ORDER BY targettime, postid, userid LIMIT $2 FOR UPDATE",
            args![now, limit],
        )
        .await?;
    let due = rows
        .iter()
        .map(|row| {
            Ok(Reminder {
                post_id: row.get("postid")?,
                user_id: row.get("userid")?,
                target_time: row.get("targettime")?,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    if let Some(last) = due.last() {
        // May meet others of the last moment as well, which then wait for the next time.
        tx.exec(
            "UPDATE postreminders SET targettime = $2 WHERE targettime <= $1",
            args![last.target_time, again_at],
        )
        .await?;
    }
    tx.commit().await?;
    Ok(due)
}

/// Forgets a reminder that was taken until `again_at`; one that was set anew meanwhile stays.
pub async fn done(store: &Store, reminder: &Reminder, again_at: i64) -> Result<(), StoreError> {
    store
        .db()
        .exec(
            "DELETE FROM postreminders WHERE postid = $1 AND userid = $2 AND targettime = $3",
            args![&reminder.post_id, &reminder.user_id, again_at],
        )
        .await?;
    Ok(())
}
