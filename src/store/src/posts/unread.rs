//! Marking a channel unread from one of its posts on.

use model::Post;

use super::{columns, from_row};
use crate::db::again;
use crate::{Store, StoreError, args};

/// Most posts that are looked at again for mentions.
const MAX_LOOKED_AT: i64 = 1000;

/// The counters a member is set back to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
}

/// Posts of a channel from a moment on that are not the person's own, for counting their mentions.
pub async fn from_moment(
    store: &Store,
    channel_id: &str,
    moment: i64,
    not_by: &str,
) -> Result<Vec<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM posts p WHERE p.channelid = $1 AND p.createat >= $2 AND p.userid <> $3 AND p.deleteat = 0 \
         ORDER BY p.createat DESC LIMIT $4"
    );
    store
        .db()
        .all(sql, args![channel_id, moment, not_by, MAX_LOOKED_AT])
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// Sets a member back to before a post: returns `(msg_count, msg_count_root)`, or `NotFound` without membership.
pub async fn set_unread(
    store: &Store,
    channel_id: &str,
    user_id: &str,
    post_created_at: i64,
    unread: &Unread,
    now: i64,
) -> Result<(i64, i64), StoreError> {
    again(|| set_unread_once(store, channel_id, user_id, post_created_at, unread, now)).await
}

async fn set_unread_once(
    store: &Store,
    channel_id: &str,
    user_id: &str,
    post_created_at: i64,
    unread: &Unread,
    now: i64,
) -> Result<(i64, i64), StoreError> {
    let mut tx = store.db().begin().await?;
    let counted = tx
        .one(
            "SELECT c.totalmsgcount, c.totalmsgcountroot, \
             (SELECT count(*) FROM posts p WHERE p.channelid = c.id AND p.createat >= $2 AND p.deleteat = 0 AND p.type NOT IN \
             ('system_join_leave', 'system_add_remove', 'system_join_channel', 'system_leave_channel', 'system_join_team', \
             'system_leave_team', 'system_add_to_channel', 'system_remove_from_channel', 'system_add_to_team', \
             'system_remove_from_team')) AS unread, \
             (SELECT count(*) FROM posts p WHERE p.channelid = c.id AND p.createat >= $2 AND p.deleteat = 0 AND p.rootid = '' \
             AND p.type NOT IN ('system_join_leave', 'system_add_remove', 'system_join_channel', 'system_leave_channel', \
             'system_join_team', 'system_leave_team', 'system_add_to_channel', 'system_remove_from_channel', 'system_add_to_team', \
             'system_remove_from_team')) AS unreadroot \
             FROM channels c WHERE c.id = $1",
            args![channel_id, post_created_at],
        )
        .await?;
    let all = (counted.get::<i64>("totalmsgcount")? - counted.get::<i64>("unread")?).max(0);
    let roots =
        (counted.get::<i64>("totalmsgcountroot")? - counted.get::<i64>("unreadroot")?).max(0);
    let rows = tx
        .exec(
            "UPDATE channelmembers SET msgcount = $3, msgcountroot = $4, mentioncount = $5, mentioncountroot = $6, \
             urgentmentioncount = $7, lastviewedat = $8, lastupdateat = $9 WHERE channelid = $1 AND userid = $2",
            args![
                channel_id,
                user_id,
                all,
                roots,
                unread.mention_count,
                unread.mention_count_root,
                unread.urgent_mention_count,
                post_created_at - 1,
                now,
            ],
        )
        .await?;
    if rows == 0 {
        return Err(StoreError::NotFound);
    }
    tx.commit().await?;
    Ok((all, roots))
}
