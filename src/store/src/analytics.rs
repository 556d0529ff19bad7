//! Counts of what a server or one team holds, for administrators. An empty team id stands for the whole server.
//! What is expensive and how long a count is kept is decided by the caller.

use crate::db::Db;
use crate::{Arg, StoreError, args};

/// A day in milliseconds; days are counted from 1970 in UTC.
pub const DAY: i64 = 24 * 60 * 60 * 1000;

/// How many of one kind there are on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfDay {
    /// Days since 1970.
    pub day: i64,
    pub count: i64,
}

async fn number(db: &Db, sql: &str, args: Vec<Arg>) -> Result<i64, StoreError> {
    db.one(sql, args).await?.get("n")
}

/// Channels of a type (`O`, `P`) that are not archived.
pub async fn channels(db: &Db, team_id: &str, kind: &str) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM channels WHERE deleteat = 0 AND type = $1 AND ($2 = '' OR teamid = $2)";
    number(db, sql, args![Arg::enum_("channel_type", kind), team_id]).await
}

/// People who may sign in, bots left out; with a team, those in it.
pub async fn people(db: &Db, team_id: &str) -> Result<i64, StoreError> {
    const PEOPLE: &str =
        "u.deleteat = 0 AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = u.id)";
    if team_id.is_empty() {
        let sql = format!("SELECT COUNT(*) AS n FROM users u WHERE {PEOPLE}");
        return number(db, &sql, args![]).await;
    }
    let sql = format!(
        "SELECT COUNT(*) AS n FROM teammembers m JOIN users u ON u.id = m.userid WHERE m.teamid = $1 AND m.deleteat = 0 AND {PEOPLE}"
    );
    number(db, &sql, args![team_id]).await
}

/// Accounts that were deactivated.
pub async fn deactivated_people(db: &Db) -> Result<i64, StoreError> {
    number(
        db,
        "SELECT COUNT(*) AS n FROM users WHERE deleteat > 0",
        args![],
    )
    .await
}

/// People who did something since a time, bots and deactivated ones left out.
pub async fn people_active_since(db: &Db, time: i64) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM status s JOIN users u ON u.id = s.userid WHERE s.lastactivityat > $1 \
               AND u.deleteat = 0 AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = s.userid)";
    number(db, sql, args![time]).await
}

/// Guests who are in just one channel.
pub async fn guests_of_one_channel(db: &Db) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM (SELECT u.id FROM users u JOIN channelmembers m ON m.userid = u.id \
               WHERE u.roles = 'system_guest' AND u.deleteat = 0 GROUP BY u.id HAVING COUNT(*) = 1) AS guests";
    number(db, sql, args![]).await
}

/// Teams that are not archived.
pub async fn teams(db: &Db) -> Result<i64, StoreError> {
    number(
        db,
        "SELECT COUNT(*) AS n FROM teams WHERE deleteat = 0",
        args![],
    )
    .await
}

/// Sessions that have not ended.
pub async fn sessions(db: &Db, now: i64) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM sessions WHERE expiresat = 0 OR expiresat > $1";
    number(db, sql, args![now]).await
}

pub async fn incoming_webhooks(db: &Db, team_id: &str) -> Result<i64, StoreError> {
    of_team(db, "incomingwebhooks", team_id).await
}

pub async fn outgoing_webhooks(db: &Db, team_id: &str) -> Result<i64, StoreError> {
    of_team(db, "outgoingwebhooks", team_id).await
}

pub async fn commands(db: &Db, team_id: &str) -> Result<i64, StoreError> {
    of_team(db, "commands", team_id).await
}

async fn of_team(db: &Db, table: &'static str, team_id: &str) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM {table} WHERE deleteat = 0 AND ($1 = '' OR teamid = $1)"
    );
    number(db, &sql, args![team_id]).await
}

/// Files of the whole server and their bytes.
pub async fn files(db: &Db) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(size), 0) AS bigint) AS bytes FROM fileinfo WHERE deleteat = 0";
    let row = db.one(sql, args![]).await?;
    Ok((row.get("n")?, row.get("bytes")?))
}

/// Messages written before a time.
pub async fn posts_before(db: &Db, team_id: &str, time: i64) -> Result<i64, StoreError> {
    if team_id.is_empty() {
        let sql = "SELECT COUNT(*) AS n FROM posts WHERE createat < $1";
        return number(db, sql, args![time]).await;
    }
    let sql = "SELECT COUNT(*) AS n FROM posts p JOIN channels c ON c.id = p.channelid WHERE p.createat < $1 AND c.teamid = $2";
    number(db, sql, args![time, team_id]).await
}

/// Messages of people that were not deleted.
pub async fn posts_of_people(db: &Db) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS n FROM posts p WHERE p.deleteat = 0 AND p.type = '' \
               AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = p.userid)";
    number(db, sql, args![]).await
}

/// What is counted by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Daily {
    Posts,
    BotPosts,
    /// People who wrote something.
    Writers,
}

/// Counts of the days from one time to another (the start of a day each), the newest first; empty days are left out.
pub async fn by_day(
    db: &Db,
    what: Daily,
    team_id: &str,
    from: i64,
    until: i64,
) -> Result<Vec<OfDay>, StoreError> {
    let counted = match what {
        Daily::Posts | Daily::BotPosts => "COUNT(*)",
        Daily::Writers => "COUNT(DISTINCT p.userid)",
    };
    let bots = match what {
        Daily::BotPosts => "JOIN bots b ON b.userid = p.userid",
        Daily::Posts | Daily::Writers => "",
    };
    let team = if team_id.is_empty() {
        "AND $3 = ''"
    } else {
        "AND EXISTS (SELECT 1 FROM channels c WHERE c.id = p.channelid AND c.teamid = $3)"
    };
    let sql = format!(
        "SELECT p.createat / {DAY} AS day, {counted} AS n FROM posts p {bots} \
         WHERE p.createat >= $1 AND p.createat < $2 {team} GROUP BY p.createat / {DAY} ORDER BY 1 DESC LIMIT 31"
    );
    let rows = db.all(&sql, args![from, until, team_id]).await?;
    rows.iter()
        .map(|row| {
            Ok(OfDay {
                day: row.get("day")?,
                count: row.get("n")?,
            })
        })
        .collect()
}
