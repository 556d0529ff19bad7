//! Storing a new post with everything that follows from it, in one transaction: counters of the channel, the author's view,
//! mention counters, the thread and its followers, files, priority, and the words for search.
//! The number of statements does not depend on how many people are mentioned or follow.

use model::{Post, PostPriority};
use rustchat_core::search::Document;

use super::{files, from_row, list_of_ids, priority};
use crate::db::{Arg, Tx, again};
use crate::{Store, StoreError, args, search, threads};

/// How the author stands to the post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// Writing it means having read the channel.
    Views,
    /// A system message, a webhook, a reply of somebody with collapsed threads: nothing is read by it.
    Absent,
}

/// What is to be stored. The post is complete but for what the transaction finds out.
#[derive(Debug)]
pub struct Insertion<'a> {
    pub post: &'a Post,
    pub author: Author,
    /// Messages about joining and leaving move `lastpostat` and count nowhere.
    pub counts: bool,
    /// Whose mention counters grow by one.
    pub mentioned: &'a [String],
    pub urgent: bool,
    /// For a reply: who follows the thread from now on, whatever was before (the author, the mentioned).
    pub follow: &'a [String],
    /// For a reply: who follows it unless they once decided otherwise (the author of the root, those who follow everything).
    pub follow_by_default: &'a [String],
    pub team_id: &'a str,
    pub priority: Option<&'a PostPriority>,
    pub words: Option<&'a Document>,
}

/// What was stored.
#[derive(Debug)]
pub struct Outcome {
    pub post: Post,
    /// The author's channel had something unread, be it only this post.
    pub viewed: bool,
    /// For a reply: the thread's followers before this post.
    pub followers_before: Vec<model::ThreadMembership>,
}

/// Stores a post. Files that are not the author's, or are on another post already, are dropped from it.
/// `NotFound` when the root of a reply, or the channel, was deleted meanwhile.
pub async fn insert(store: &Store, new: Insertion<'_>) -> Result<Outcome, StoreError> {
    again(|| insert_once(store, &new)).await
}

async fn insert_once(store: &Store, new: &Insertion<'_>) -> Result<Outcome, StoreError> {
    let mut post = new.post.clone();
    let mut tx = store.db().begin().await?;
    let asked = post.file_ids.clone().unwrap_or_default();
    if !asked.is_empty() {
        post.file_ids = files::attach_in(&mut tx, &post, &asked).await?;
    }
    insert_row_in(&mut tx, &post).await?;
    let viewed = count_in(&mut tx, &post, new).await?;
    let mut followers_before = Vec::new();
    if !post.root_id.is_empty() {
        followers_before = reply_in(&mut tx, &mut post, new).await?;
    }
    if let Some(wanted) = new.priority {
        priority::insert_in(&mut tx, &post, wanted).await?;
    }
    if let Some(words) = new.words {
        search::index_in(&mut tx, store.db().engine(), &post, words).await?;
    }
    tx.commit().await?;
    Ok(Outcome {
        post,
        viewed,
        followers_before,
    })
}

pub(super) async fn insert_row_in(tx: &mut Tx, post: &Post) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO posts (id, createat, updateat, editat, deleteat, ispinned, userid, channelid, rootid, originalid, message, \
         type, props, hashtags, filenames, fileids, hasreactions, remoteid) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '[]', $15, $16, $17)",
        args![
            &post.id,
            post.create_at,
            post.update_at,
            post.edit_at,
            post.delete_at,
            post.is_pinned,
            &post.user_id,
            &post.channel_id,
            &post.root_id,
            &post.original_id,
            &post.message,
            &post.type_,
            Arg::json(serde_json::Value::Object(post.props.clone().unwrap_or_default())),
            &post.hashtags,
            list_of_ids(post.file_ids.as_ref()),
            post.has_reactions,
            &post.remote_id,
        ],
    )
    .await?;
    Ok(())
}

/// The counters of the channel and of its members. True when the author has read the channel by this.
async fn count_in(tx: &mut Tx, post: &Post, new: &Insertion<'_>) -> Result<bool, StoreError> {
    let one = i64::from(new.counts);
    let root = i64::from(post.root_id.is_empty());
    let channel = tx
        .one(
            "UPDATE channels SET lastpostat = GREATEST(lastpostat, $2), totalmsgcount = totalmsgcount + $3, \
             totalmsgcountroot = totalmsgcountroot + $4, \
             lastrootpostat = CASE WHEN $5 = 1 THEN GREATEST(lastrootpostat, $2) ELSE lastrootpostat END \
             WHERE id = $1 RETURNING lastpostat, totalmsgcount, totalmsgcountroot",
            args![&post.channel_id, post.create_at, one, one * root, root],
        )
        .await?;
    if !new.mentioned.is_empty() {
        tx.exec(
            "UPDATE channelmembers SET mentioncount = mentioncount + 1, mentioncountroot = mentioncountroot + $3, \
             urgentmentioncount = urgentmentioncount + $4, lastupdateat = $5 WHERE channelid = $1 AND userid = ANY($2)",
            args![&post.channel_id, new.mentioned, root, i64::from(new.urgent), post.create_at],
        )
        .await?;
    }
    if new.author == Author::Absent {
        return Ok(false);
    }
    let (at, total, roots) = (
        channel.get("lastpostat")?,
        channel.get("totalmsgcount")?,
        channel.get("totalmsgcountroot")?,
    );
    view_in(tx, &post.channel_id, &post.user_id, (at, total, roots)).await
}

async fn view_in(
    tx: &mut Tx,
    channel_id: &str,
    user_id: &str,
    read: (i64, i64, i64),
) -> Result<bool, StoreError> {
    let (at, total, roots) = read;
    let rows = tx
        .exec(
            "UPDATE channelmembers SET msgcount = $3, msgcountroot = $4, mentioncount = 0, mentioncountroot = 0, \
             urgentmentioncount = 0, lastviewedat = GREATEST(lastviewedat, $5), lastupdateat = GREATEST(lastupdateat, $5) \
             WHERE channelid = $1 AND userid = $2 AND (lastviewedat < $5 OR mentioncount > 0 OR msgcount < $3)",
            args![channel_id, user_id, total, roots, at],
        )
        .await?;
    Ok(rows > 0)
}

/// The author has read the channel, without a new post. Answers up to when, if there was something to read.
pub async fn view_by_author(
    store: &Store,
    channel_id: &str,
    user_id: &str,
) -> Result<Option<i64>, StoreError> {
    again(|| view_once(store, channel_id, user_id)).await
}

async fn view_once(
    store: &Store,
    channel_id: &str,
    user_id: &str,
) -> Result<Option<i64>, StoreError> {
    let mut tx = store.db().begin().await?;
    let channel = tx
        .one(
            "SELECT lastpostat, totalmsgcount, totalmsgcountroot FROM channels WHERE id = $1",
            args![channel_id],
        )
        .await?;
    let at = channel.get("lastpostat")?;
    let read = (
        at,
        channel.get("totalmsgcount")?,
        channel.get("totalmsgcountroot")?,
    );
    let viewed = view_in(&mut tx, channel_id, user_id, read).await?;
    tx.commit().await?;
    Ok(viewed.then_some(at))
}

/// The thread of a reply. Updating the root first makes replies to one thread wait for each other, and for its deletion.
async fn reply_in(
    tx: &mut Tx,
    post: &mut Post,
    new: &Insertion<'_>,
) -> Result<Vec<model::ThreadMembership>, StoreError> {
    let roots = tx
        .exec(
            "UPDATE posts SET updateat = $2 WHERE id = $1 AND deleteat = 0",
            args![&post.root_id, post.create_at],
        )
        .await?;
    if roots == 0 {
        return Err(StoreError::NotFound);
    }
    post.reply_count = threads::add_reply_in(tx, post, new.team_id).await?;
    let before = threads::followers_in(tx, &post.root_id).await?;
    threads::follow_in(tx, &post.root_id, new.follow, post.create_at, true).await?;
    threads::follow_in(
        tx,
        &post.root_id,
        new.follow_by_default,
        post.create_at,
        false,
    )
    .await?;
    threads::mention_in(tx, &post.root_id, new.mentioned, post.create_at).await?;
    threads::viewed_by_author_in(tx, post).await?;
    Ok(before)
}

/// Locks the first post of a thread. Whoever changes a thread does this before anything else; a post made or deleted
/// meanwhile is seen by the statements that follow.
pub(super) async fn lock_root_in(tx: &mut Tx, post: &Post) -> Result<(), StoreError> {
    let root = if post.root_id.is_empty() {
        &post.id
    } else {
        &post.root_id
    };
    tx.maybe("SELECT id FROM posts WHERE id = $1 FOR UPDATE", args![root])
        .await?;
    Ok(())
}

/// The post with this id as the transaction sees it, locked for change.
pub(super) async fn locked_in(tx: &mut Tx, id: &str) -> Result<Option<Post>, StoreError> {
    let sql = concat!(
        "SELECT ",
        super::columns!(),
        " FROM posts p WHERE p.id = $1 FOR UPDATE"
    );
    tx.maybe(sql, args![id])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}
