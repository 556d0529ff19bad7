//! Lists of posts that are no page of a channel: the pinned ones, and those a person saved.

use model::Post;

use super::{columns, counted, reply_count};
use crate::{Store, StoreError, args};

/// Most pinned posts that are listed.
const MAX_PINNED: i64 = 1000;

/// The pinned posts of a channel, oldest first.
pub async fn pinned(store: &Store, channel_id: &str) -> Result<Vec<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", ",
        reply_count!(),
        " FROM posts p WHERE p.channelid = $1 AND p.ispinned = $2 AND p.deleteat = 0 ORDER BY p.createat, p.id LIMIT $3"
    );
    store
        .db()
        .all(sql, args![channel_id, true, MAX_PINNED])
        .await?
        .iter()
        .map(counted)
        .collect()
}

/// The posts a person saved, in channels the person is a member of, newest first. Empty channel or team: any.
pub async fn flagged(
    store: &Store,
    user_id: &str,
    channel_id: &str,
    team_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", ",
        reply_count!(),
        " FROM preferences f JOIN posts p ON p.id = f.name JOIN channelmembers m ON m.channelid = p.channelid AND m.userid = f.userid \
          JOIN channels c ON c.id = p.channelid \
          WHERE f.userid = $1 AND f.category = 'flagged_post' AND f.value = 'true' AND p.deleteat = 0 \
          AND ($2 = '' OR p.channelid = $2) AND ($3 = '' OR c.teamid = $3 OR c.teamid = '') \
          ORDER BY p.createat DESC, p.id LIMIT $4 OFFSET $5"
    );
    store
        .db()
        .all(sql, args![user_id, channel_id, team_id, limit, offset])
        .await?
        .iter()
        .map(counted)
        .collect()
}
