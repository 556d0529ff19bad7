//! What is unread: counting it for channels and teams, and marking channels as viewed.

use std::collections::BTreeMap;

use model::{ChannelUnread, TeamUnread};

use crate::db::{Row, again};
use crate::{Store, StoreError, args};

const COUNTS: &str = "CASE WHEN m.notifyprops ->> 'mark_unread' = 'mention' THEN 0 ELSE GREATEST(c.totalmsgcount - m.msgcount, 0) END";
const COUNTS_ROOT: &str = "CASE WHEN m.notifyprops ->> 'mark_unread' = 'mention' THEN 0 ELSE GREATEST(c.totalmsgcountroot - coalesce(m.msgcountroot, 0), 0) END";

/// What one person has not read of one channel.
pub async fn channel_unread(
    store: &Store,
    channel_id: &str,
    user_id: &str,
) -> Result<Option<ChannelUnread>, StoreError> {
    let sql = format!(
        "SELECT c.teamid, {COUNTS} AS msgs, {COUNTS_ROOT} AS roots, m.mentioncount, m.mentioncountroot, m.urgentmentioncount \
         FROM channelmembers m JOIN channels c ON c.id = m.channelid WHERE m.channelid = $1 AND m.userid = $2"
    );
    let row = store.db().maybe(&sql, args![channel_id, user_id]).await?;
    row.map(|row| {
        Ok(ChannelUnread {
            team_id: row.get("teamid")?,
            channel_id: channel_id.to_owned(),
            msg_count: row.get("msgs")?,
            mention_count: row.get("mentioncount")?,
            mention_count_root: row.get("mentioncountroot")?,
            urgent_mention_count: row.get("urgentmentioncount")?,
            msg_count_root: row.get("roots")?,
        })
    })
    .transpose()
}

/// What one person has not read, by team: of one team, or of all but one.
pub async fn team_unreads(
    store: &Store,
    user_id: &str,
    team_id: Option<&str>,
    without: &str,
) -> Result<Vec<TeamUnread>, StoreError> {
    let sql = format!(
        "SELECT c.teamid, SUM({COUNTS}) AS msgs, SUM({COUNTS_ROOT}) AS roots, SUM(m.mentioncount) AS mentions, \
         SUM(coalesce(m.mentioncountroot, 0)) AS mentionroots \
         FROM channelmembers m JOIN channels c ON c.id = m.channelid \
         WHERE m.userid = $1 AND c.deleteat = 0 AND c.teamid <> '' AND ($2 OR c.teamid = $3) AND c.teamid <> $4 \
         GROUP BY c.teamid ORDER BY c.teamid"
    );
    let rows = store
        .db()
        .all(
            &sql,
            args![
                user_id,
                team_id.is_none(),
                team_id.unwrap_or_default(),
                without
            ],
        )
        .await?;
    rows.iter().map(team_unread).collect()
}

fn team_unread(row: &Row) -> Result<TeamUnread, StoreError> {
    Ok(TeamUnread {
        team_id: row.get("teamid")?,
        msg_count: row.get("msgs")?,
        mention_count: row.get("mentions")?,
        mention_count_root: row.get("mentionroots")?,
        msg_count_root: row.get("roots")?,
        ..TeamUnread::default()
    })
}

/// Unread followed threads and the mentions in them, by team.
pub async fn thread_unreads(
    store: &Store,
    user_id: &str,
) -> Result<BTreeMap<String, (i64, i64)>, StoreError> {
    let sql = "SELECT c.teamid, COUNT(*) AS threads, SUM(coalesce(tm.unreadmentions, 0)) AS mentions \
               FROM threadmemberships tm JOIN threads t ON t.postid = tm.postid JOIN channels c ON c.id = t.channelid \
               WHERE tm.userid = $1 AND tm.following AND t.lastreplyat > tm.lastviewed AND coalesce(t.threaddeleteat, 0) = 0 \
               AND c.teamid <> '' GROUP BY c.teamid";
    let rows = store.db().all(sql, args![user_id]).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("teamid")?,
                (row.get("threads")?, row.get("mentions")?),
            ))
        })
        .collect()
}

/// How far a person has read a channel.
#[derive(Clone, Debug)]
pub struct Unread {
    pub channel_id: String,
    /// The time of the channel's last post.
    pub last_post_at: i64,
    /// Something in it is unread.
    pub unread: bool,
    /// Marking it as viewed changes nothing.
    pub up_to_date: bool,
}

/// The state of those of `channel_ids` the person is in.
pub async fn unread_of(
    store: &Store,
    user_id: &str,
    channel_ids: &[String],
) -> Result<Vec<Unread>, StoreError> {
    let sql = "SELECT c.id, c.lastpostat, (c.totalmsgcount > m.msgcount OR m.mentioncount > 0) AS unread, \
               (c.totalmsgcount <= m.msgcount AND c.totalmsgcountroot <= coalesce(m.msgcountroot, 0) AND m.mentioncount = 0 \
               AND coalesce(m.mentioncountroot, 0) = 0 AND c.lastpostat <= m.lastviewedat) AS uptodate \
               FROM channelmembers m JOIN channels c ON c.id = m.channelid WHERE m.userid = $1 AND m.channelid = ANY($2)";
    let rows = store.db().all(sql, args![user_id, channel_ids]).await?;
    rows.iter()
        .map(|row| {
            Ok(Unread {
                channel_id: row.get("id")?,
                last_post_at: row.get("lastpostat")?,
                unread: row.get("unread")?,
                up_to_date: row.get("uptodate")?,
            })
        })
        .collect()
}

/// Marks channels as read to their last post; with `threads` the followed threads in them as well.
pub async fn mark_viewed(
    store: &Store,
    user_id: &str,
    channel_ids: &[String],
    threads: bool,
    now: i64,
) -> Result<(), StoreError> {
    if channel_ids.is_empty() {
        return Ok(());
    }
    again(|| mark_viewed_once(store, user_id, channel_ids, threads, now)).await
}

async fn mark_viewed_once(
    store: &Store,
    user_id: &str,
    channel_ids: &[String],
    threads: bool,
    now: i64,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    tx.exec(
        "UPDATE channelmembers SET msgcount = GREATEST(channelmembers.msgcount, c.totalmsgcount), \
         msgcountroot = GREATEST(coalesce(channelmembers.msgcountroot, 0), coalesce(c.totalmsgcountroot, 0)), \
         mentioncount = 0, mentioncountroot = 0, urgentmentioncount = 0, \
         lastviewedat = GREATEST(channelmembers.lastviewedat, c.lastpostat), lastupdateat = $3 \
         FROM channels c WHERE c.id = channelmembers.channelid AND channelmembers.userid = $1 AND channelmembers.channelid = ANY($2)",
        args![user_id, channel_ids, now],
    )
    .await?;
    if threads {
        tx.exec(
            "UPDATE threadmemberships SET lastviewed = $3, lastupdated = $3, unreadmentions = 0 \
             WHERE userid = $1 AND postid IN (SELECT postid FROM threads WHERE channelid = ANY($2) AND lastreplyat > threadmemberships.lastviewed)",
            args![user_id, channel_ids, now],
        )
        .await?;
    }
    tx.commit().await
}
