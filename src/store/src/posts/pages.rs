//! Pages of a channel's posts: from the newest, around a post, since a moment. Either all posts, or only roots
//! (collapsed threads). Every list is newest first.

use std::collections::HashMap;

use model::Post;

use super::{columns, counted, from_row, reply_count};
use crate::{Store, StoreError, args};

/// Most posts a list since a moment has.
pub const MAX_SINCE: i64 = 1000;
/// Most posts that come along from the threads of a page.
const MAX_FROM_THREADS: i64 = 2000;

/// Which posts of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    pub channel_id: &'a str,
    pub side: Side<'a>,
    pub offset: i64,
    pub limit: i64,
    pub only_roots: bool,
    pub with_deleted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side<'a> {
    Newest,
    Before(&'a str),
    After(&'a str),
}

const ROOTS: &str = " AND p.rootid = ''";
const LIVE: &str = " AND p.deleteat = 0";

/// A page, newest first. Empty when the post it shall be beside does not exist.
pub async fn page(store: &Store, page: &Page<'_>) -> Result<Vec<Post>, StoreError> {
    let (beside, id, order) = match page.side {
        Side::Newest => ("", "", "DESC"),
        Side::Before(id) => (
            " AND (p.createat, p.id) < (SELECT b.createat, b.id FROM posts b WHERE b.id = $4)",
            id,
            "DESC",
        ),
        Side::After(id) => (
            " AND (p.createat, p.id) > (SELECT b.createat, b.id FROM posts b WHERE b.id = $4)",
            id,
            "ASC",
        ),
    };
    let roots = if page.only_roots { ROOTS } else { "" };
    let live = if page.with_deleted { "" } else { LIVE };
    let sql = format!(
        "SELECT {} FROM posts p WHERE p.channelid = $1{live}{roots}{beside} ORDER BY p.createat {order}, p.id {order} LIMIT $2 OFFSET $3",
        columns!()
    );
    let mut args = args![page.channel_id, page.limit, page.offset];
    if !beside.is_empty() {
        args.push(id.into());
    }
    let mut posts: Vec<Post> = store
        .db()
        .all(&sql, args)
        .await?
        .iter()
        .map(from_row)
        .collect::<Result<_, _>>()?;
    if order == "ASC" {
        posts.reverse();
    }
    Ok(posts)
}

/// Everything that changed after a moment, deleted posts and copies of old versions included; newest first.
pub async fn since(
    store: &Store,
    channel_id: &str,
    moment: i64,
    only_roots: bool,
) -> Result<Vec<Post>, StoreError> {
    let roots = if only_roots { ROOTS } else { "" };
    let sql = format!(
        "SELECT {} FROM posts p WHERE p.channelid = $1 AND p.updateat > $2{roots} ORDER BY p.createat DESC, p.id DESC LIMIT $3",
        columns!()
    );
    store
        .db()
        .all(&sql, args![channel_id, moment, MAX_SINCE])
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// The id of the post just before or after one; empty when there is none.
pub async fn neighbour(store: &Store, beside: &Page<'_>) -> Result<String, StoreError> {
    let one = Page {
        limit: 1,
        offset: 0,
        ..*beside
    };
    Ok(page(store, &one)
        .await?
        .pop()
        .map(|post| post.id)
        .unwrap_or_default())
}

/// The oldest post after a moment; empty when there is none.
pub async fn after_time(
    store: &Store,
    channel_id: &str,
    moment: i64,
    only_roots: bool,
) -> Result<String, StoreError> {
    let roots = if only_roots { ROOTS } else { "" };
    let sql = format!(
        "SELECT p.id FROM posts p WHERE p.channelid = $1 AND p.createat > $2{LIVE}{roots} ORDER BY p.createat, p.id LIMIT 1"
    );
    match store.db().maybe(&sql, args![channel_id, moment]).await? {
        Some(row) => row.get("id"),
        None => Ok(String::new()),
    }
}

/// The roots of threads, with reply counts, or with all their replies and no counts.
pub async fn threads_of(
    store: &Store,
    root_ids: &[String],
    with_replies: bool,
) -> Result<Vec<Post>, StoreError> {
    if root_ids.is_empty() {
        return Ok(Vec::new());
    }
    if !with_replies {
        let sql = concat!(
            "SELECT ",
            columns!(),
            ", ",
            reply_count!(),
            " FROM posts p WHERE p.id = ANY($1) AND p.deleteat = 0"
        );
        return store
            .db()
            .all(sql, args![root_ids])
            .await?
            .iter()
            .map(counted)
            .collect();
    }
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM posts p WHERE (p.id = ANY($1) OR p.rootid = ANY($1)) AND p.deleteat = 0 ORDER BY p.createat DESC LIMIT $2"
    );
    store
        .db()
        .all(sql, args![root_ids, MAX_FROM_THREADS])
        .await?
        .iter()
        .map(from_row)
        .collect()
}

/// What collapsed threads show of a root: reply count, last reply, participants, and whether a person follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    pub reply_count: i64,
    pub last_reply_at: i64,
    pub participants: Vec<String>,
    pub following: Option<bool>,
}

pub async fn thread_extras(
    store: &Store,
    root_ids: &[String],
    user_id: &str,
) -> Result<HashMap<String, Extras>, StoreError> {
    let rows = store
        .db()
        .all(
            "SELECT t.postid, t.replycount, t.lastreplyat, t.participants, m.following FROM threads t \
             LEFT JOIN threadmemberships m ON m.postid = t.postid AND m.userid = $2 WHERE t.postid = ANY($1)",
            args![root_ids, user_id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let participants: serde_json::Value = row.get("participants")?;
            let extras = Extras {
                reply_count: row.get("replycount")?,
                last_reply_at: row.get("lastreplyat")?,
                participants: serde_json::from_value(participants).unwrap_or_default(),
                following: row.get("following")?,
            };
            Ok((row.get("postid")?, extras))
        })
        .collect()
}

/// How many replies each of these threads has.
pub async fn reply_counts(
    store: &Store,
    root_ids: &[String],
) -> Result<HashMap<String, i64>, StoreError> {
    let rows = store
        .db()
        .all(
            "SELECT rootid, count(*) AS replies FROM posts WHERE rootid = ANY($1) AND deleteat = 0 GROUP BY rootid",
            args![root_ids],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("rootid")?, row.get("replies")?)))
        .collect()
}

/// When anything of a channel's posts changed last; 0 without posts.
pub async fn last_change(store: &Store, channel_id: &str) -> Result<i64, StoreError> {
    let sql = "SELECT updateat FROM posts WHERE channelid = $1 ORDER BY updateat DESC LIMIT 1";
    store
        .db()
        .maybe(sql, args![channel_id])
        .await?
        .map_or(Ok(0), |row| row.get("updateat"))
}

/// When a member last looked at a channel.
pub async fn last_viewed(
    store: &Store,
    channel_id: &str,
    user_id: &str,
) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT lastviewedat FROM channelmembers WHERE channelid = $1 AND userid = $2";
    store
        .db()
        .maybe(sql, args![channel_id, user_id])
        .await?
        .map(|row| row.get("lastviewedat"))
        .transpose()
}
