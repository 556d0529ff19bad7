//! The threads a person follows in a team: pages of them, and their totals.

use model::{Post, Thread, ThreadMembership};

use crate::db::{Arg, Row};
use crate::{Store, StoreError, args};

/// Which of a person's threads, newest reply first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub user_id: String,
    /// Empty: all teams.
    pub team_id: String,
    /// Changed at or after this moment; 0: any.
    pub since: i64,
    /// Threads after these in the list (older ones), or before it.
    pub before: String,
    pub after: String,
    pub with_deleted: bool,
    pub only_unread: bool,
    pub without_direct: bool,
    pub limit: i64,
}

/// One thread of the list.
#[derive(Debug)]
pub struct Followed {
    pub thread: Thread,
    pub membership: ThreadMembership,
    pub unread_replies: i64,
    pub urgent: bool,
    pub post: Post,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub threads: i64,
    pub unread_threads: i64,
    pub unread_mentions: i64,
    pub unread_urgent_mentions: i64,
}

const FROM: &str = " FROM threadmemberships m JOIN threads t ON t.postid = m.postid JOIN posts p ON p.id = t.postid \
     LEFT JOIN postspriority y ON y.postid = t.postid \
     WHERE m.userid = $1 AND m.following = $2 \
     AND EXISTS (SELECT 1 FROM channelmembers c WHERE c.channelid = t.channelid AND c.userid = m.userid)";

fn conditions(wanted: &Wanted, args: &mut Vec<Arg>) -> String {
    let mut sql = String::from(FROM);
    if !wanted.team_id.is_empty() {
        args.push((&wanted.team_id).into());
        let or_direct = if wanted.without_direct {
            ""
        } else {
            " OR t.threadteamid = ''"
        };
        sql.push_str(&format!(
            " AND (t.threadteamid = ${}{or_direct})",
            args.len()
        ));
    } else if wanted.without_direct {
        sql.push_str(" AND t.threadteamid <> ''");
    }
    if !wanted.with_deleted {
        sql.push_str(" AND p.deleteat = 0");
    }
    sql
}

fn followed(row: &Row) -> Result<Followed, StoreError> {
    let thread = Thread {
        id: row.get("id")?,
        channel_id: row.get("channelid")?,
        reply_count: row.get("replycount")?,
        last_reply_at: row.get("lastreplyat")?,
        participants: Some(super::participants(row)?),
        delete_at: row.get("threaddeleteat")?,
        team_id: row.get("threadteamid")?,
    };
    let post = crate::posts::from_row(row)?;
    let membership = ThreadMembership {
        post_id: thread.id.clone(),
        user_id: row.get("member")?,
        following: row.get("following")?,
        last_update_at: row.get("lastupdated")?,
        last_view_at: row.get("lastviewed")?,
        unread_mentions: row.get("unreadmentions")?,
    };
    Ok(Followed {
        thread,
        membership,
        unread_replies: row.get("unreadreplies")?,
        urgent: row.get::<String>("urgency")? == "urgent",
        post,
    })
}

macro_rules! select {
    () => {
        concat!(
            "SELECT ",
            crate::posts::columns!(),
            ", t.replycount, t.lastreplyat, t.participants, t.threaddeleteat, t.threadteamid, m.userid AS member, m.following, \
             m.lastupdated, m.lastviewed, m.unreadmentions, y.priority AS urgency, \
             (SELECT count(*) FROM posts r WHERE r.rootid = t.postid AND r.deleteat = 0 AND r.createat > m.lastviewed) AS unreadreplies"
        )
    };
}

/// A page of threads.
pub async fn list(store: &Store, wanted: &Wanted) -> Result<Vec<Followed>, StoreError> {
    let mut args = args![&wanted.user_id, true];
    let mut sql = String::from(select!());
    sql.push_str(&conditions(wanted, &mut args));
    if wanted.only_unread {
        sql.push_str(" AND t.lastreplyat > m.lastviewed");
    }
    if wanted.since > 0 {
        args.push(wanted.since.into());
        let n = args.len();
        sql.push_str(&format!(
            " AND (m.lastupdated >= ${n} OR t.lastreplyat >= ${n} OR t.threaddeleteat >= ${n})"
        ));
    }
    let mut order = "DESC";
    for (id, than, direction) in [(&wanted.before, "<", "DESC"), (&wanted.after, ">", "ASC")] {
        if !id.is_empty() {
            args.push(id.into());
            sql.push_str(&format!(
                " AND t.lastreplyat {than} (SELECT lastreplyat FROM threads WHERE postid = ${})",
                args.len()
            ));
            order = direction;
        }
    }
    args.push(wanted.limit.into());
    sql.push_str(&format!(
        " ORDER BY t.lastreplyat {order}, t.postid {order} LIMIT ${}",
        args.len()
    ));
    let mut threads: Vec<Followed> = store
        .db()
        .all(&sql, args)
        .await?
        .iter()
        .map(followed)
        .collect::<Result<_, _>>()?;
    if order == "ASC" {
        threads.reverse();
    }
    Ok(threads)
}

/// One thread a person follows.
pub async fn one(
    store: &Store,
    user_id: &str,
    post_id: &str,
) -> Result<Option<Followed>, StoreError> {
    let sql = concat!(
        select!(),
        " FROM threadmemberships m JOIN threads t ON t.postid = m.postid JOIN posts p ON p.id = t.postid \
         LEFT JOIN postspriority y ON y.postid = t.postid WHERE m.userid = $1 AND m.following = $2 AND t.postid = $3"
    );
    store
        .db()
        .maybe(sql, args![user_id, true, post_id])
        .await?
        .as_ref()
        .map(followed)
        .transpose()
}

/// Totals over all pages. With `only_unread` the first number counts unread threads alone.
pub async fn totals(store: &Store, wanted: &Wanted) -> Result<Totals, StoreError> {
    let mut args = args![&wanted.user_id, true];
    let from = conditions(wanted, &mut args);
    let sql = format!(
        "SELECT count(*) AS threads, \
         coalesce(sum(CASE WHEN t.lastreplyat > m.lastviewed THEN 1 ELSE 0 END), 0) AS unread, \
         coalesce(sum(m.unreadmentions), 0) AS mentions, \
         coalesce(sum(CASE WHEN y.priority = 'urgent' THEN m.unreadmentions ELSE 0 END), 0) AS urgent{from}"
    );
    let row = store.db().one(&sql, args).await?;
    let unread = row.get("unread")?;
    Ok(Totals {
        threads: if wanted.only_unread {
            unread
        } else {
            row.get("threads")?
        },
        unread_threads: unread,
        unread_mentions: row.get("mentions")?,
        unread_urgent_mentions: row.get("urgent")?,
    })
}
