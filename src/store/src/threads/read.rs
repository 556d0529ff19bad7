//! Marking many threads read at once.

use crate::{Store, StoreError, args};

/// Marks the threads a person follows as read: those of a team (direct channels included), or of a channel.
pub async fn mark_all_read(
    store: &Store,
    user_id: &str,
    team_id: &str,
    now: i64,
) -> Result<u64, StoreError> {
    mark_read_where(
        store,
        "threadteamid = $3 OR threadteamid = ''",
        user_id,
        team_id,
        now,
    )
    .await
}

pub async fn mark_channel_read(
    store: &Store,
    user_id: &str,
    channel_id: &str,
    now: i64,
) -> Result<u64, StoreError> {
    mark_read_where(store, "channelid = $3", user_id, channel_id, now).await
}

async fn mark_read_where(
    store: &Store,
    which: &str,
    user_id: &str,
    id: &str,
    now: i64,
) -> Result<u64, StoreError> {
    let sql = format!(
        "UPDATE threadmemberships SET lastviewed = $2, unreadmentions = 0, lastupdated = $2 \
         WHERE userid = $1 AND following = $4 AND EXISTS (SELECT 1 FROM threads t \
         WHERE t.postid = threadmemberships.postid AND ({which}) AND t.lastreplyat > threadmemberships.lastviewed)"
    );
    store.db().exec(&sql, args![user_id, now, id, true]).await
}
