//! Statistics for administrators. Messages are counted up to the start of the day, once a day: the original refreshes its
//! counts no more often, and a count over all of them is dear.

use crate::app::App;
use model::AnalyticsRow;
use parking_lot::Mutex;
use rustchat_core::{clock, common, error::Result};
use std::collections::HashMap;
use store::analytics::{self as counts, DAY, Daily};

/// Days that are told of.
const DAYS: i64 = 31;
/// Told instead of a count that would be too dear.
const NOT_COUNTED: i64 = -1;
/// Counts kept; more teams than this are rarely looked at in a day.
const MOST_KEPT: usize = 1_000;

/// Counts of messages, kept for the day.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<Key, OfToday>>);

/// What is counted, and the team's id.
type Key = (Count, String);
/// The day's start, and the counts.
type OfToday = (i64, Vec<AnalyticsRow>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Count {
    AllPosts,
    ByDay(Daily),
}

/// The statistics of a name; of one team, or of the server when that is empty.
pub async fn get(app: &App, name: &str, team_id: &str) -> Result<Vec<AnalyticsRow>> {
    match name {
        "standard" => standard(app, team_id).await,
        "extra_counts" => extra(app, team_id).await,
        "post_counts_day" => daily(app, Daily::Posts, team_id).await,
        "bot_post_counts_day" => daily(app, Daily::BotPosts, team_id).await,
        "user_counts_with_posts_day" => daily(app, Daily::Writers, team_id).await,
        _ => Err(common::invalid_body("name")),
    }
}

async fn standard(app: &App, team_id: &str) -> Result<Vec<AnalyticsRow>> {
    let db = app.store.db();
    let now = clock::now_ms();
    let people = counts::people(db, team_id).await?;
    let posts = if too_many(app, people) {
        NOT_COUNTED
    } else {
        posts(app, team_id).await?
    };
    let sockets = i64::try_from(app.hub.counts().connections).unwrap_or(i64::MAX);
    let connections = i64::try_from(db.open_connections()).unwrap_or(i64::MAX);
    Ok(rows([
        (
            "channel_open_count",
            counts::channels(db, team_id, "O").await?,
        ),
        (
            "channel_private_count",
            counts::channels(db, team_id, "P").await?,
        ),
        ("post_count", posts),
        ("unique_user_count", people),
        ("team_count", counts::teams(db).await?),
        ("total_websocket_connections", sockets),
        ("total_master_db_connections", connections),
        ("total_read_db_connections", 0),
        (
            "daily_active_users",
            counts::people_active_since(db, now - DAY).await?,
        ),
        (
            "monthly_active_users",
            counts::people_active_since(db, now - DAYS * DAY).await?,
        ),
        ("inactive_user_count", counts::deactivated_people(db).await?),
        (
            "single_channel_guest_count",
            counts::guests_of_one_channel(db).await?,
        ),
    ]))
}

async fn extra(app: &App, team_id: &str) -> Result<Vec<AnalyticsRow>> {
    let db = app.store.db();
    let (files, bytes) = counts::files(db).await?;
    Ok(rows([
        (
            "incoming_webhook_count",
            counts::incoming_webhooks(db, team_id).await?,
        ),
        (
            "outgoing_webhook_count",
            counts::outgoing_webhooks(db, team_id).await?,
        ),
        ("command_count", counts::commands(db, team_id).await?),
        (
            "session_count",
            counts::sessions(db, clock::now_ms()).await?,
        ),
        ("total_file_count", files),
        ("total_file_size", bytes),
    ]))
}

/// Whether an administrator wants no dear counts on a server of this size.
fn too_many(app: &App, people: i64) -> bool {
    let most = app.config.get().analytics.max_users_for_statistics;
    people > most
}

async fn posts(app: &App, team_id: &str) -> Result<i64> {
    let kept = kept(app, Count::AllPosts, team_id, async |today| {
        let count = counts::posts_before(app.store.db(), team_id, today).await?;
        Ok(rows([("", count)]))
    });
    Ok(kept.await?.first().map_or(0, |row| row.value as i64))
}

async fn daily(app: &App, what: Daily, team_id: &str) -> Result<Vec<AnalyticsRow>> {
    if too_many(app, counts::people(app.store.db(), "").await?) {
        return Ok(rows([("", NOT_COUNTED)]));
    }
    kept(app, Count::ByDay(what), team_id, async |today| {
        let db = app.store.db();
        let days = counts::by_day(db, what, team_id, today - DAYS * DAY, today).await?;
        let row = |day: counts::OfDay| AnalyticsRow {
            name: clock::date(day.day * DAY),
            value: day.count as f64,
        };
        Ok(days.into_iter().map(row).collect())
    })
    .await
}

/// What was counted today, or the count now.
async fn kept(
    app: &App,
    what: Count,
    team_id: &str,
    count: impl AsyncFnOnce(i64) -> Result<Vec<AnalyticsRow>>,
) -> Result<Vec<AnalyticsRow>> {
    let today = clock::now_ms() / DAY * DAY;
    let key = (what, team_id.to_owned());
    if let Some((day, rows)) = app.statistics.0.lock().get(&key)
        && *day == today
    {
        return Ok(rows.clone());
    }
    let rows = count(today).await?;
    let mut memory = app.statistics.0.lock();
    if memory.len() >= MOST_KEPT {
        memory.clear();
    }
    memory.insert(key, (today, rows.clone()));
    Ok(rows)
}

fn rows<const N: usize>(counts: [(&str, i64); N]) -> Vec<AnalyticsRow> {
    counts
        .map(|(name, count)| AnalyticsRow {
            name: name.to_owned(),
            value: count as f64,
        })
        .into()
}
