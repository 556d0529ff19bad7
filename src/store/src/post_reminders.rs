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

/// Takes the reminders that are due out of the table; each is handed out once.
pub async fn take_due(store: &Store, now_seconds: i64) -> Result<Vec<Reminder>, StoreError> {
    let mut tx = store.db().begin().await?;
    let rows = tx
        .all(
            "DELETE FROM postreminders WHERE targettime <= $1 RETURNING postid, userid, targettime",
            args![now_seconds],
        )
        .await?;
    tx.commit().await?;
    rows.iter()
        .map(|row| {
            Ok(Reminder {
                post_id: row.get("postid")?,
                user_id: row.get("userid")?,
                target_time: row.get("targettime")?,
            })
        })
        .collect()
}
