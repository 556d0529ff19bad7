//! Words of posts that were stored before this server searched them: a database taken over from Mattermost. They are added
//! from the newest to the oldest, a batch at a time; the table `rustchat_search_backlog` says how far that is.

use model::Post;
use rustchat_core::search::Document;

use super::index_in;
use crate::posts::{columns, from_row};
use crate::{Store, StoreError, args};

/// What is left after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backlog {
    /// Everything older than this moment.
    Before(i64),
    Nothing,
}

/// Adds the words of the next posts. Nodes that do it at the same time take turns.
pub async fn add_batch(store: &Store, size: i64) -> Result<Backlog, StoreError> {
    let known = store
        .db()
        .one(
            "SELECT done FROM rustchat_search_backlog WHERE id = 1",
            args![],
        )
        .await?;
    if known.get::<bool>("done")? {
        return Ok(Backlog::Nothing);
    }
    let mut tx = store.db().begin().await?;
    let at = tx
        .one(
            "SELECT createat, postid FROM rustchat_search_backlog WHERE id = 1 FOR UPDATE",
            args![],
        )
        .await?;
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM posts p WHERE (p.createat, p.id) < ($1, $2) ORDER BY p.createat DESC, p.id DESC LIMIT $3"
    );
    let rows = tx
        .all(
            sql,
            args![
                at.get::<i64>("createat")?,
                at.get::<String>("postid")?,
                size
            ],
        )
        .await?;
    let posts = rows
        .iter()
        .map(from_row)
        .collect::<Result<Vec<Post>, _>>()?;
    let ids: Vec<String> = posts.iter().map(|post| post.id.clone()).collect();
    let table = match store.db().engine() {
        crate::Engine::Sqlite => "rustchat_post_docs",
        crate::Engine::Postgres => "rustchat_post_words",
    };
    let known = tx
        .all(
            &format!("SELECT postid FROM {table} WHERE postid = ANY($1)"),
            args![ids],
        )
        .await?;
    let known: Vec<String> = known
        .iter()
        .map(|row| row.get("postid"))
        .collect::<Result<_, _>>()?;
    for post in posts
        .iter()
        .filter(|post| is_searched(post) && !known.contains(&post.id))
    {
        let words = Document::of(&post.message, &post.hashtags);
        index_in(&mut tx, store.db().engine(), post, &words).await?;
    }
    let left = match posts.last() {
        Some(oldest) => {
            tx.exec(
                "UPDATE rustchat_search_backlog SET createat = $1, postid = $2 WHERE id = 1",
                args![oldest.create_at, &oldest.id],
            )
            .await?;
            Backlog::Before(oldest.create_at)
        }
        None => {
            tx.exec(
                "UPDATE rustchat_search_backlog SET done = $1 WHERE id = 1",
                args![true],
            )
            .await?;
            Backlog::Nothing
        }
    };
    tx.commit().await?;
    Ok(left)
}

fn is_searched(post: &Post) -> bool {
    post.delete_at == 0 && !post.type_.starts_with("system_")
}
