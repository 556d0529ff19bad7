//! What notifying people away from their screens needs to know of many at once: their devices and what is unread for them.
//! Who is notified of what is decided in the domain.

use std::collections::HashMap;

use crate::db::Row;
use crate::users::texts;
use crate::{Store, StoreError, args};

/// A session on a device that can be sent notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    pub user_id: String,
    pub session_id: String,
    /// The platform, a colon, and what its push service calls the device.
    pub device_id: String,
}

/// How much is unread for somebody, over all teams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Mentions in channels, replies included, and without them.
    pub mentions: i64,
    pub root_mentions: i64,
    pub thread_mentions: i64,
}

const DEVICES: &str = "SELECT id, userid, deviceid, props FROM sessions WHERE deviceid <> ''";

/// The devices of these people whose session lasts and that neither person nor push service has ruled out.
pub async fn devices_of(
    store: &Store,
    user_ids: &[String],
    now: i64,
) -> Result<Vec<Device>, StoreError> {
    let sql = format!("{DEVICES} AND userid = ANY($1) AND (expiresat = 0 OR expiresat > $2)");
    let rows = store.db().all(&sql, args![user_ids, now]).await?;
    devices(&rows)
}

/// The devices whose sessions ended within this time, of which their people were not told.
pub async fn expired_devices(
    store: &Store,
    from: i64,
    to: i64,
    most: i64,
) -> Result<Vec<Device>, StoreError> {
    let sql = format!(
        "{DEVICES} AND expiresat > $1 AND expiresat <= $2 AND NOT coalesce(expirednotify, $4) ORDER BY expiresat LIMIT $3"
    );
    let rows = store.db().all(&sql, args![from, to, most, false]).await?;
    devices(&rows)
}

/// Notes that the people of these sessions are told of their end. Answers which of them nobody had told before, so that of
/// several nodes one tells.
pub async fn take_expired(
    store: &Store,
    session_ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let sql = "UPDATE sessions SET expirednotify = $2 WHERE id = ANY($1) AND NOT coalesce(expirednotify, $3) RETURNING id";
    let mut tx = store.db().begin().await?;
    let rows = tx.all(sql, args![session_ids, true, false]).await?;
    tx.commit().await?;
    rows.iter().map(|row| row.get("id")).collect()
}

fn devices(rows: &[Row]) -> Result<Vec<Device>, StoreError> {
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let device_id: String = row.get("deviceid")?;
        let props = texts(row.get("props")?).unwrap_or_default();
        let is = |key: &str, value: &str| props.get(key).is_some_and(|found| found == value);
        if is("device_notification_disabled", "true") || is("last_removed_device_id", &device_id) {
            continue;
        }
        out.push(Device {
            user_id: row.get("userid")?,
            session_id: row.get("id")?,
            device_id,
        });
    }
    Ok(out)
}

/// What is unread for each of these people; nobody is left out.
pub async fn unread_of(
    store: &Store,
    user_ids: &[String],
) -> Result<HashMap<String, Unread>, StoreError> {
    let mut out: HashMap<String, Unread> = user_ids
        .iter()
        .map(|id| (id.clone(), Unread::default()))
        .collect();
    let channels = "SELECT m.userid, CAST(sum(m.mentioncount) AS bigint) AS mentions, \
         CAST(sum(coalesce(m.mentioncountroot, 0)) AS bigint) AS roots \
         FROM channelmembers m JOIN channels c ON c.id = m.channelid \
         WHERE m.userid = ANY($1) AND m.mentioncount > 0 AND c.deleteat = 0 GROUP BY m.userid";
    for row in store.db().all(channels, args![user_ids]).await? {
        if let Some(unread) = out.get_mut(&row.get::<String>("userid")?) {
            unread.mentions = row.get("mentions")?;
            unread.root_mentions = row.get("roots")?;
        }
    }
    let threads = "SELECT userid, CAST(sum(unreadmentions) AS bigint) AS mentions FROM threadmemberships \
         WHERE userid = ANY($1) AND following = $2 AND unreadmentions > 0 GROUP BY userid";
    for row in store.db().all(threads, args![user_ids, true]).await? {
        if let Some(unread) = out.get_mut(&row.get::<String>("userid")?) {
            unread.thread_mentions = row.get("mentions")?;
        }
    }
    Ok(out)
}
