//! Rows of `reactions`. A removed reaction stays with `deleteat`; a post's `hasreactions` follows what is left.

use std::collections::HashMap;

use model::Reaction;

use crate::db::{Contended, Row, Tx, again};
use crate::{Store, StoreError, args};

macro_rules! columns {
    () => {
        "userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid"
    };
}

fn from_row(row: &Row) -> Result<Reaction, StoreError> {
    Ok(Reaction {
        user_id: row.get("userid")?,
        post_id: row.get("postid")?,
        emoji_name: row.get("emojiname")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        remote_id: Some(row.get("remoteid")?),
        channel_id: row.get("channelid")?,
    })
}

/// Why a reaction was not stored.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("the post has as many different emoji as it may")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Contended for SaveError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_contended())
    }
}

/// Stores a reaction, unless its emoji would be one more than `most` different ones on the post.
pub async fn save(store: &Store, reaction: &Reaction, most: i64) -> Result<(), SaveError> {
    again(|| save_once(store, reaction, most)).await
}

async fn save_once(store: &Store, reaction: &Reaction, most: i64) -> Result<(), SaveError> {
    let mut tx = store.db().begin().await?;
    // Locks the post, so that two reactions are counted one after the other.
    tx.exec(
        "UPDATE posts SET hasreactions = $2, updateat = $3 WHERE id = $1",
        args![&reaction.post_id, true, reaction.update_at],
    )
    .await?;
    let known = tx
        .one(
            "SELECT count(DISTINCT emojiname) AS emoji, \
             coalesce(max(CASE WHEN emojiname = $2 THEN 1 ELSE 0 END), 0) AS same \
             FROM reactions WHERE postid = $1 AND coalesce(deleteat, 0) = 0",
            args![&reaction.post_id, &reaction.emoji_name],
        )
        .await?;
    if known.get::<i64>("same")? == 0 && known.get::<i64>("emoji")? >= most {
        return Err(SaveError::TooMany);
    }
    tx.exec(
        "INSERT INTO reactions (userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid) \
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7) ON CONFLICT (postid, userid, emojiname) DO UPDATE SET \
         updateat = excluded.updateat, deleteat = 0, remoteid = excluded.remoteid, channelid = excluded.channelid",
        args![
            &reaction.user_id,
            &reaction.post_id,
            &reaction.emoji_name,
            reaction.create_at,
            reaction.update_at,
            reaction.remote_id.clone().unwrap_or_default(),
            &reaction.channel_id,
        ],
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a reaction, if it is there.
pub async fn delete(
    store: &Store,
    user_id: &str,
    post_id: &str,
    emoji_name: &str,
    now: i64,
) -> Result<(), StoreError> {
    again(|| delete_once(store, user_id, post_id, emoji_name, now)).await
}

async fn delete_once(
    store: &Store,
    user_id: &str,
    post_id: &str,
    emoji_name: &str,
    now: i64,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    // Before anything is counted: a reaction that is being stored is counted afterwards.
    tx.maybe(
        "SELECT id FROM posts WHERE id = $1 FOR UPDATE",
        args![post_id],
    )
    .await?;
    tx.exec(
        "UPDATE reactions SET deleteat = $4, updateat = $4 WHERE postid = $1 AND userid = $2 AND emojiname = $3 \
         AND coalesce(deleteat, 0) = 0",
        args![post_id, user_id, emoji_name, now],
    )
    .await?;
    let left = tx
        .maybe(
            "SELECT 1 AS one FROM reactions WHERE postid = $1 AND coalesce(deleteat, 0) = 0 LIMIT 1",
            args![post_id],
        )
        .await?;
    tx.exec(
        "UPDATE posts SET hasreactions = $2, updateat = $3 WHERE id = $1",
        args![post_id, left.is_some(), now],
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The reactions to posts, by post, oldest first.
pub async fn of_posts(
    store: &Store,
    post_ids: &[String],
) -> Result<HashMap<String, Vec<Reaction>>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM reactions WHERE postid = ANY($1) AND coalesce(deleteat, 0) = 0 ORDER BY createat, updateat"
    );
    let mut out: HashMap<String, Vec<Reaction>> = HashMap::new();
    for row in store.db().all(sql, args![post_ids]).await? {
        let reaction = from_row(&row)?;
        out.entry(reaction.post_id.clone())
            .or_default()
            .push(reaction);
    }
    Ok(out)
}

/// Removes every reaction with an emoji that is gone.
pub async fn delete_all_of_emoji(
    store: &Store,
    emoji_name: &str,
    now: i64,
) -> Result<(), StoreError> {
    again(|| async {
        let mut tx = store.db().begin().await?;
        delete_all_of_emoji_in(&mut tx, emoji_name, now).await?;
        tx.commit().await
    })
    .await
}

/// Rounds of it; each takes every reaction there is when it begins.
const MAX_ROUNDS: usize = 8;

/// Locks the posts before it looks at their reactions, so that none that is being stored is overlooked.
pub(crate) async fn delete_all_of_emoji_in(
    tx: &mut Tx,
    emoji_name: &str,
    now: i64,
) -> Result<(), StoreError> {
    for _ in 0..MAX_ROUNDS {
        let rows = tx
            .all(
                "SELECT DISTINCT postid FROM reactions WHERE emojiname = $1 AND coalesce(deleteat, 0) = 0",
                args![emoji_name],
            )
            .await?;
        let posts: Vec<String> = rows
            .iter()
            .map(|row| row.get("postid"))
            .collect::<Result<_, _>>()?;
        if posts.is_empty() {
            break;
        }
        tx.all(
            "SELECT id FROM posts WHERE id = ANY($1) ORDER BY id FOR UPDATE",
            args![&posts],
        )
        .await?;
        tx.exec(
            "UPDATE reactions SET deleteat = $3, updateat = $3 WHERE emojiname = $1 AND postid = ANY($2) \
             AND coalesce(deleteat, 0) = 0",
            args![emoji_name, &posts, now],
        )
        .await?;
        tx.exec(
            "UPDATE posts SET updateat = $2, hasreactions = EXISTS (SELECT 1 FROM reactions r WHERE r.postid = posts.id \
             AND coalesce(r.deleteat, 0) = 0) WHERE id = ANY($1)",
            args![posts, now],
        )
        .await?;
    }
    Ok(())
}
