//! Rows of `threads` and `threadmemberships`: what is known of a thread without reading its posts, and who follows it.

mod lists;
mod read;

pub use lists::{Followed, Totals, Wanted, list, one, totals};
pub use read::{mark_all_read, mark_channel_read};

use model::{Post, Thread, ThreadMembership};
use serde_json::Value;

use crate::db::{Arg, Row, Tx};
use crate::{Engine, Store, StoreError, args};

fn thread_from_row(row: &Row) -> Result<Thread, StoreError> {
    Ok(Thread {
        id: row.get("postid")?,
        channel_id: row.get("channelid")?,
        reply_count: row.get("replycount")?,
        last_reply_at: row.get("lastreplyat")?,
        participants: Some(participants(row)?),
        delete_at: row.get("threaddeleteat")?,
        team_id: row.get("threadteamid")?,
    })
}

fn participants(row: &Row) -> Result<Vec<String>, StoreError> {
    Ok(serde_json::from_value(row.get::<Value>("participants")?).unwrap_or_default())
}

fn membership_from_row(row: &Row) -> Result<ThreadMembership, StoreError> {
    Ok(ThreadMembership {
        post_id: row.get("postid")?,
        user_id: row.get("userid")?,
        following: row.get("following")?,
        last_update_at: row.get("lastupdated")?,
        last_view_at: row.get("lastviewed")?,
        unread_mentions: row.get("unreadmentions")?,
    })
}

/// The thread of a root, if anybody ever replied.
pub async fn get(store: &Store, post_id: &str) -> Result<Option<Thread>, StoreError> {
    let row = store
        .db()
        .maybe(
            "SELECT postid, channelid, replycount, lastreplyat, participants, threaddeleteat, threadteamid FROM threads \
             WHERE postid = $1",
            args![post_id],
        )
        .await?;
    row.as_ref().map(thread_from_row).transpose()
}

const MEMBERSHIP: &str = "SELECT postid, userid, following, lastupdated, lastviewed, unreadmentions FROM threadmemberships ";

/// How a person stands to a thread, if they ever did.
pub async fn membership(
    store: &Store,
    post_id: &str,
    user_id: &str,
) -> Result<Option<ThreadMembership>, StoreError> {
    let sql = format!("{MEMBERSHIP}WHERE postid = $1 AND userid = $2");
    store
        .db()
        .maybe(&sql, args![post_id, user_id])
        .await?
        .as_ref()
        .map(membership_from_row)
        .transpose()
}

/// Everybody who follows a thread.
pub async fn followers(store: &Store, post_id: &str) -> Result<Vec<ThreadMembership>, StoreError> {
    let sql = format!("{MEMBERSHIP}WHERE postid = $1 AND following = $2");
    store
        .db()
        .all(&sql, args![post_id, true])
        .await?
        .iter()
        .map(membership_from_row)
        .collect()
}

pub(crate) async fn followers_in(
    tx: &mut Tx,
    post_id: &str,
) -> Result<Vec<ThreadMembership>, StoreError> {
    let sql = format!("{MEMBERSHIP}WHERE postid = $1 AND following = $2");
    tx.all(&sql, args![post_id, true])
        .await?
        .iter()
        .map(membership_from_row)
        .collect()
}

/// When the replies of a thread after a moment were made, oldest first.
pub async fn replies_after(
    store: &Store,
    post_id: &str,
    moment: i64,
) -> Result<Vec<i64>, StoreError> {
    let rows = store
        .db()
        .all(
            "SELECT createat FROM posts WHERE rootid = $1 AND deleteat = 0 AND createat > $2 ORDER BY createat",
            args![post_id, moment],
        )
        .await?;
    rows.iter().map(|row| row.get("createat")).collect()
}

/// The replies of a thread from a moment on, for counting their mentions again.
pub async fn replies_from(
    store: &Store,
    post_id: &str,
    moment: i64,
    not_by: &str,
) -> Result<Vec<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        crate::posts::columns!(),
        " FROM posts p WHERE p.rootid = $1 AND p.deleteat = 0 AND p.createat >= $2 AND p.userid <> $3 ORDER BY p.createat LIMIT 1000"
    );
    store
        .db()
        .all(sql, args![post_id, moment, not_by])
        .await?
        .iter()
        .map(crate::posts::from_row)
        .collect()
}

/// Counts a reply that is stored already; the first one makes the thread. Returns the number of replies.
pub(crate) async fn add_reply_in(
    tx: &mut Tx,
    reply: &Post,
    team_id: &str,
) -> Result<i64, StoreError> {
    let known = tx
        .maybe(
            "SELECT participants FROM threads WHERE postid = $1 FOR UPDATE",
            args![&reply.root_id],
        )
        .await?;
    let mut people = known
        .as_ref()
        .map(participants)
        .transpose()?
        .unwrap_or_default();
    // The latest to reply stands last.
    people.retain(|id| *id != reply.user_id);
    people.push(reply.user_id.clone());
    let row = tx
        .one(
            "INSERT INTO threads (postid, channelid, replycount, lastreplyat, participants, threaddeleteat, threadteamid) \
             VALUES ($1, $2, (SELECT count(*) FROM posts WHERE rootid = $1 AND deleteat = 0), $3, $4, 0, $5) \
             ON CONFLICT (postid) DO UPDATE SET replycount = threads.replycount + 1, \
             lastreplyat = GREATEST(threads.lastreplyat, excluded.lastreplyat), participants = excluded.participants \
             RETURNING replycount",
            args![&reply.root_id, &reply.channel_id, reply.create_at, Arg::json(Value::from(people)), team_id],
        )
        .await?;
    row.get("replycount")
}

/// Counts a thread again after a reply went.
pub(crate) async fn recount_in(tx: &mut Tx, root_id: &str) -> Result<(), StoreError> {
    let row = tx
        .one(
            "SELECT count(*) AS replies, coalesce(max(createat), 0) AS latest FROM posts WHERE rootid = $1 AND deleteat = 0",
            args![root_id],
        )
        .await?;
    let people = tx
        .all(
            "SELECT userid FROM posts WHERE rootid = $1 AND deleteat = 0 GROUP BY userid ORDER BY max(createat)",
            args![root_id],
        )
        .await?;
    let people: Vec<String> = people
        .iter()
        .map(|row| row.get("userid"))
        .collect::<Result<_, _>>()?;
    tx.exec(
        "UPDATE threads SET replycount = $2, lastreplyat = $3, participants = $4 WHERE postid = $1",
        args![
            root_id,
            row.get::<i64>("replies")?,
            row.get::<i64>("latest")?,
            Arg::json(Value::from(people))
        ],
    )
    .await?;
    Ok(())
}

/// Counts threads again after everything one person wrote in them went.
pub(crate) async fn forget_in(
    tx: &mut Tx,
    engine: Engine,
    root_ids: &[String],
    user_id: &str,
) -> Result<(), StoreError> {
    let others = match engine {
        Engine::Postgres => "participants - CAST($2 AS text)",
        Engine::Sqlite => {
            "(SELECT json_group_array(value) FROM json_each(threads.participants) WHERE value <> $2)"
        }
    };
    let sql = format!(
        "UPDATE threads SET participants = {others}, \
         replycount = (SELECT count(*) FROM posts p WHERE p.rootid = threads.postid AND p.deleteat = 0), \
         lastreplyat = (SELECT coalesce(max(p.createat), 0) FROM posts p WHERE p.rootid = threads.postid AND p.deleteat = 0) \
         WHERE postid = ANY($1)"
    );
    tx.exec(&sql, args![root_ids, user_id]).await?;
    Ok(())
}

pub(crate) async fn mark_deleted_in(
    tx: &mut Tx,
    root_id: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE threads SET threaddeleteat = $2 WHERE postid = $1",
        args![root_id, now],
    )
    .await?;
    Ok(())
}

/// Makes people follow a thread. With `insist` also those who stopped following it.
pub(crate) async fn follow_in(
    tx: &mut Tx,
    post_id: &str,
    user_ids: &[String],
    now: i64,
    insist: bool,
) -> Result<(), StoreError> {
    if user_ids.is_empty() {
        return Ok(());
    }
    let then = if insist {
        "UPDATE SET following = excluded.following, lastupdated = excluded.lastupdated"
    } else {
        "NOTHING"
    };
    let sql = format!(
        "INSERT INTO threadmemberships (postid, userid, following, lastupdated, lastviewed, unreadmentions) \
         SELECT $1, u.id, $3, $4, 0, 0 FROM users u WHERE u.id = ANY($2) ON CONFLICT (postid, userid) DO {then}"
    );
    tx.exec(&sql, args![post_id, user_ids, true, now]).await?;
    Ok(())
}

/// Counts a mention for people who follow a thread.
pub(crate) async fn mention_in(
    tx: &mut Tx,
    post_id: &str,
    user_ids: &[String],
    now: i64,
) -> Result<(), StoreError> {
    if user_ids.is_empty() {
        return Ok(());
    }
    tx.exec(
        "UPDATE threadmemberships SET unreadmentions = unreadmentions + 1, lastupdated = $3 WHERE postid = $1 AND userid = ANY($2)",
        args![post_id, user_ids, now],
    )
    .await?;
    Ok(())
}

/// Stores how a person stands to a thread from now on.
pub async fn save(store: &Store, membership: &ThreadMembership) -> Result<(), StoreError> {
    store
        .db()
        .exec(
            "INSERT INTO threadmemberships (postid, userid, following, lastupdated, lastviewed, unreadmentions) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (postid, userid) DO UPDATE SET following = excluded.following, \
             lastupdated = excluded.lastupdated, lastviewed = excluded.lastviewed, unreadmentions = excluded.unreadmentions",
            args![
                &membership.post_id,
                &membership.user_id,
                membership.following,
                membership.last_update_at,
                membership.last_view_at,
                membership.unread_mentions,
            ],
        )
        .await?;
    Ok(())
}

/// Whoever writes a reply and follows the thread has seen it up to there.
pub(crate) async fn viewed_by_author_in(tx: &mut Tx, reply: &Post) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE threadmemberships SET lastviewed = $3, unreadmentions = 0, lastupdated = $3 \
         WHERE postid = $1 AND userid = $2 AND following = $4",
        args![&reply.root_id, &reply.user_id, reply.create_at, true],
    )
    .await?;
    Ok(())
}
