//! One thread's posts, whole or in pages by time of creation.

use model::Post;

use super::{columns, counted, from_row, reply_count};
use crate::{Store, StoreError, args};

/// Most posts of a thread that is not read in pages.
const MAX_WHOLE: i64 = 10_000;

/// Where a page of a thread begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadFrom<'a> {
    End,
    /// Created after (or, upwards, before) this moment; of the same moment, after (before) this post.
    Created(i64, &'a str),
    /// Changed after (before) this moment; of the same moment, after (before) this post.
    Updated(i64, &'a str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadQuery<'a> {
    pub root_id: &'a str,
    /// Whether the root is among the posts.
    pub with_root: bool,
    pub from: ThreadFrom<'a>,
    /// Newest first.
    pub upwards: bool,
    /// 0: everything.
    pub limit: i64,
    /// With the number of replies in each post.
    pub counted: bool,
}

/// The posts, and whether there are more.
pub async fn thread(
    store: &Store,
    query: &ThreadQuery<'_>,
) -> Result<(Vec<Post>, bool), StoreError> {
    let (than, order) = if query.upwards {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let of = if query.with_root {
        "(p.id = $1 OR p.rootid = $1)"
    } else {
        "p.rootid = $1"
    };
    let from = match query.from {
        ThreadFrom::End => String::new(),
        ThreadFrom::Created(_, "") => format!(" AND p.createat {than} $3"),
        ThreadFrom::Updated(_, "") => format!(" AND p.updateat {than} $3"),
        ThreadFrom::Created(..) => {
            format!(" AND (p.createat {than} $3 OR (p.createat = $3 AND p.id {than} $4))")
        }
        ThreadFrom::Updated(..) => {
            format!(" AND (p.updateat {than} $3 OR (p.updateat = $3 AND p.id {than} $4))")
        }
    };
    let count = if query.counted {
        concat!(", ", reply_count!())
    } else {
        ""
    };
    let sql = format!(
        "SELECT {}{count} FROM posts p WHERE {of} AND p.deleteat = 0{from} ORDER BY p.createat {order}, p.id {order} LIMIT $2",
        columns!()
    );
    let limit = if query.limit > 0 {
        query.limit.saturating_add(1)
    } else {
        MAX_WHOLE
    };
    let mut args = args![query.root_id, limit];
    if let ThreadFrom::Created(moment, id) | ThreadFrom::Updated(moment, id) = query.from {
        args.push(moment.into());
        if !id.is_empty() {
            args.push(id.into());
        }
    }
    let read = if query.counted { counted } else { from_row };
    let mut posts: Vec<Post> = store
        .db()
        .all(&sql, args)
        .await?
        .iter()
        .map(read)
        .collect::<Result<_, _>>()?;
    let more = query.limit > 0 && posts.len() as i64 > query.limit;
    if more {
        posts.pop();
    }
    Ok((posts, more))
}
