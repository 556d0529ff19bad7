//! The words of posts, for search: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL, in tables of our own.
//! `rustchat_core::search` makes the words; here they are only stored and compared. Who may read what is part of the query.

mod backlog;
mod expression;

pub use backlog::{Backlog, add_batch};

use model::Post;
use rustchat_core::search::{Document, Search};

use crate::db::{Arg, Tx};
use crate::options::Engine;
use crate::posts::{columns, counted, reply_count};
use crate::{Store, StoreError, args};

/// Most posts a search finds.
pub const MAX_FOUND: i64 = 100;

/// Places a search is limited to, resolved to ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Who searches: only channels this person is a member of are looked at.
    pub user_id: String,
    /// Empty: all teams. Direct channels are always included.
    pub team_id: String,
    pub with_archived: bool,
    pub in_channels: Option<Vec<String>>,
    pub not_in_channels: Vec<String>,
    pub from_users: Option<Vec<String>>,
    pub not_from_users: Vec<String>,
}

/// Stores the words of a post.
pub(crate) async fn index_in(
    tx: &mut Tx,
    engine: Engine,
    post: &Post,
    words: &Document,
) -> Result<(), StoreError> {
    if words.is_empty() {
        return Ok(());
    }
    match engine {
        Engine::Sqlite => {
            let docid = free_docid(tx, post).await?;
            tx.exec(
                "INSERT INTO rustchat_post_docs (docid, postid, channelid, userid, createat) VALUES ($1, $2, $3, $4, $5)",
                args![docid, &post.id, &post.channel_id, &post.user_id, post.create_at],
            )
            .await?;
            tx.exec(
                "INSERT INTO rustchat_post_words (rowid, words, tags) VALUES ($1, $2, $3)",
                args![docid, words.words.join(" "), words.tags.join(" ")],
            )
            .await?;
        }
        Engine::Postgres => {
            tx.exec(
                "INSERT INTO rustchat_post_words (postid, channelid, userid, createat, words) \
                 VALUES ($1, $2, $3, $4, CAST($5 AS tsvector)) ON CONFLICT (postid) DO UPDATE SET words = excluded.words",
                args![&post.id, &post.channel_id, &post.user_id, post.create_at, expression::tsvector(words)],
            )
            .await?;
        }
    }
    Ok(())
}

/// Document numbers grow with the time of creation, so that the index itself gives the newest first: milliseconds and
/// twenty bits that tell posts of one moment apart.
async fn free_docid(tx: &mut Tx, post: &Post) -> Result<i64, StoreError> {
    let low = post.create_at.clamp(0, (1 << 42) - 1) << 20;
    let salt = post
        .id
        .bytes()
        .fold(0i64, |n, b| (n * 31 + i64::from(b)) & 0xf_ffff);
    let row = tx
        .one(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM rustchat_post_docs WHERE docid = $1) THEN \
             (SELECT max(docid) + 1 FROM rustchat_post_docs WHERE docid >= $2 AND docid <= $2 + 1048575) ELSE $1 END AS docid",
            args![low + salt, low],
        )
        .await?;
    row.get("docid")
}

/// Forgets the words of posts.
pub(crate) async fn unindex_in(
    tx: &mut Tx,
    engine: Engine,
    post_ids: &[&str],
) -> Result<(), StoreError> {
    match engine {
        Engine::Sqlite => {
            tx.exec(
                "DELETE FROM rustchat_post_words WHERE rowid IN (SELECT docid FROM rustchat_post_docs WHERE postid = ANY($1))",
                args![post_ids],
            )
            .await?;
            tx.exec(
                "DELETE FROM rustchat_post_docs WHERE postid = ANY($1)",
                args![post_ids],
            )
            .await?;
        }
        Engine::Postgres => {
            tx.exec(
                "DELETE FROM rustchat_post_words WHERE postid = ANY($1)",
                args![post_ids],
            )
            .await?;
        }
    }
    Ok(())
}

/// Forgets the words of the posts whose ids a query selects.
pub(crate) async fn unindex_selected_in(
    tx: &mut Tx,
    engine: Engine,
    which: &str,
    args: &[Arg],
) -> Result<(), StoreError> {
    let mut table = "rustchat_post_words";
    if engine == Engine::Sqlite {
        let sql = format!(
            "DELETE FROM rustchat_post_words WHERE rowid IN \
             (SELECT docid FROM rustchat_post_docs WHERE postid IN ({which}))"
        );
        tx.exec(&sql, args.to_vec()).await?;
        table = "rustchat_post_docs";
    }
    let sql = format!("DELETE FROM {table} WHERE postid IN ({which})");
    tx.exec(&sql, args.to_vec()).await?;
    Ok(())
}

/// The newest posts that meet the search, in channels the person may read.
pub async fn find(store: &Store, search: &Search, scope: &Scope) -> Result<Vec<Post>, StoreError> {
    if search.nothing {
        return Ok(Vec::new());
    }
    let mut args: Vec<Arg> = args![&scope.user_id];
    let engine = store.db().engine();
    let (mut sql, at, newest) = match (search.is_filter_only(), engine) {
        (true, _) => (String::from(" FROM posts p"), "p", "p.createat DESC"),
        (false, Engine::Sqlite) => (
            String::from(
                " FROM rustchat_post_words JOIN rustchat_post_docs d ON d.docid = rustchat_post_words.rowid JOIN posts p ON p.id = d.postid",
            ),
            "d",
            "rustchat_post_words.rowid DESC",
        ),
        (false, Engine::Postgres) => (
            String::from(" FROM rustchat_post_words d JOIN posts p ON p.id = d.postid"),
            "d",
            "d.createat DESC",
        ),
    };
    sql.push_str(&format!(
        " JOIN channelmembers m ON m.channelid = {at}.channelid AND m.userid = $1 JOIN channels c ON c.id = {at}.channelid \
          WHERE p.deleteat = 0 AND p.type NOT LIKE 'system\\_%' ESCAPE '\\'"
    ));
    if !search.is_filter_only() {
        match engine {
            Engine::Sqlite => {
                args.push(expression::fts5(search).into());
                sql.push_str(&format!(" AND rustchat_post_words MATCH ${}", args.len()));
            }
            Engine::Postgres => {
                args.push(expression::tsquery(search).into());
                sql.push_str(&format!(" AND d.words @@ CAST(${} AS tsquery)", args.len()));
            }
        }
    }
    narrow(&mut sql, &mut args, search, scope, at);
    args.push(MAX_FOUND.into());
    let text = format!(
        "SELECT {}, {}{sql} ORDER BY {newest} LIMIT ${}",
        columns!(),
        reply_count!(),
        args.len()
    );
    let mut posts: Vec<Post> = store
        .db()
        .all(&text, args)
        .await?
        .iter()
        .map(counted)
        .collect::<Result<_, _>>()?;
    posts.sort_by_key(|post| std::cmp::Reverse(post.create_at));
    Ok(posts)
}

pub(crate) fn narrow(
    sql: &mut String,
    args: &mut Vec<Arg>,
    search: &Search,
    scope: &Scope,
    at: &str,
) {
    let mut add = |text: &str, arg: Arg| {
        args.push(arg);
        sql.push_str(
            &text
                .replace("{at}", at)
                .replace("{n}", &args.len().to_string()),
        );
    };
    if !scope.team_id.is_empty() {
        add(
            " AND (c.teamid = ${n} OR c.teamid = '')",
            (&scope.team_id).into(),
        );
    }
    if let Some(ids) = &scope.in_channels {
        add(" AND {at}.channelid = ANY(${n})", ids.into());
    }
    if !scope.not_in_channels.is_empty() {
        add(
            " AND {at}.channelid <> ALL(${n})",
            (&scope.not_in_channels).into(),
        );
    }
    if let Some(ids) = &scope.from_users {
        add(" AND {at}.userid = ANY(${n})", ids.into());
    }
    if !scope.not_from_users.is_empty() {
        add(
            " AND {at}.userid <> ALL(${n})",
            (&scope.not_from_users).into(),
        );
    }
    for &(from, to) in &search.dates.within {
        add(" AND {at}.createat >= ${n}", from.into());
        add(" AND {at}.createat <= ${n}", to.into());
    }
    for &(from, to) in &search.dates.without {
        add(" AND NOT ({at}.createat >= ${n}", from.into());
        add(" AND {at}.createat <= ${n})", to.into());
    }
    if !scope.with_archived {
        sql.push_str(" AND c.deleteat = 0");
    }
}
