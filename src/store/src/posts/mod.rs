//! Rows of `posts`: what a row is, and reading posts by their ids. Writing is in `insert`, `edit` and `delete`, lists of a
//! channel in `pages`, threads of posts in `thread`. Who may read what is no question here.

mod delete;
mod edit;
mod files;
mod insert;
mod lists;
mod pages;
mod priority;
mod purge;
mod thread;
mod unread;

pub use delete::{Deletion, delete};
pub use edit::{Edit, edit, history, version};
pub use files::{custom_emoji, files_by_id, files_of};
pub use insert::{Author, Insertion, Outcome, insert, view_by_author};
pub use lists::{flagged, pinned};
pub use pages::{
    Extras, Page, Side, after_time, last_change, last_viewed, neighbour, page, reply_counts, since,
    thread_extras, threads_of,
};
pub use priority::of_posts as priorities_of;
pub(crate) use purge::{FILE_PATHS, purge_in};
pub use thread::{ThreadFrom, ThreadQuery, thread};
pub use unread::{Unread, from_moment, set_unread};

use model::Post;

use crate::db::Row;
use crate::{Store, StoreError, args};

/// The columns of `p`, an alias of `posts`.
macro_rules! columns {
    () => {
        "p.id, p.createat, p.updateat, p.editat, p.deleteat, p.ispinned, p.userid, p.channelid, p.rootid, p.originalid, \
         p.message, p.type, p.props, p.hashtags, p.fileids, p.hasreactions, p.remoteid"
    };
}
pub(crate) use columns;

/// How many replies the thread of `p` has now, whichever post of the thread `p` is.
macro_rules! reply_count {
    () => {
        "(SELECT count(*) FROM posts r WHERE r.rootid = CASE WHEN p.rootid = '' THEN p.id ELSE p.rootid END \
         AND r.deleteat = 0) AS replycount"
    };
}
pub(crate) use reply_count;

pub(crate) fn from_row(row: &Row) -> Result<Post, StoreError> {
    let file_ids: String = row.get("fileids")?;
    Ok(Post {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        edit_at: row.get("editat")?,
        delete_at: row.get("deleteat")?,
        is_pinned: row.get("ispinned")?,
        user_id: row.get("userid")?,
        channel_id: row.get("channelid")?,
        root_id: row.get("rootid")?,
        original_id: row.get("originalid")?,
        message: row.get("message")?,
        type_: row.get("type")?,
        props: Some(match row.get("props")? {
            serde_json::Value::Object(map) => map,
            _ => serde_json::Map::new(),
        }),
        hashtags: row.get("hashtags")?,
        file_ids: if file_ids.is_empty() {
            Some(Vec::new())
        } else {
            serde_json::from_str(&file_ids).unwrap_or_default()
        },
        has_reactions: row.get("hasreactions")?,
        remote_id: row.get("remoteid")?,
        ..Post::default()
    })
}

/// As `from_row`, with the number of replies the statement counted.
pub(crate) fn counted(row: &Row) -> Result<Post, StoreError> {
    Ok(Post {
        reply_count: row.get("replycount")?,
        ..from_row(row)?
    })
}

pub(crate) fn list_of_ids(ids: Option<&Vec<String>>) -> String {
    ids.map_or_else(
        || "null".to_owned(),
        |ids| serde_json::Value::from(ids.clone()).to_string(),
    )
}

/// A post that is not deleted, with the number of replies.
pub async fn get(store: &Store, id: &str) -> Result<Option<Post>, StoreError> {
    Ok(get_any(store, id).await?.filter(|post| post.delete_at == 0))
}

/// A post, deleted or not, with the number of replies.
pub async fn get_any(store: &Store, id: &str) -> Result<Option<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", ",
        reply_count!(),
        " FROM posts p WHERE p.id = $1"
    );
    store
        .db()
        .maybe(sql, args![id])
        .await?
        .as_ref()
        .map(counted)
        .transpose()
}

/// Posts, deleted ones included, newest first; ids that are no post are left out.
pub async fn by_ids(store: &Store, ids: &[String]) -> Result<Vec<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", ",
        reply_count!(),
        " FROM posts p WHERE p.id = ANY($1) ORDER BY p.createat DESC, p.id"
    );
    store
        .db()
        .all(sql, args![ids])
        .await?
        .iter()
        .map(counted)
        .collect()
}

/// Whether somebody has written a message of this type in a channel since then.
pub async fn wrote_since(
    store: &Store,
    channel_id: &str,
    user_id: &str,
    post_type: &str,
    since: i64,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS one FROM posts WHERE channelid = $1 AND deleteat = 0 AND createat >= $4 \
        AND userid = $2 AND type = $3 LIMIT 1";
    let values = args![channel_id, user_id, post_type, since];
    Ok(store.db().maybe(sql, values).await?.is_some())
}
