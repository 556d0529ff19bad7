//! Joining and leaving channels, roles and notification settings. History is kept in step.

use std::collections::{BTreeMap, BTreeSet};

use crate::cache::Kind;
use crate::db::{Arg, Tx, again};
use crate::options::Engine;
use crate::{Store, StoreError, args, roles_of};

/// What a new member is told of, until changed.
const DEFAULT_PROPS: &str = r#"{"channel_auto_follow_threads":"off","desktop":"default","email":"default","ignore_channel_mentions":"default","mark_unread":"all","push":"default"}"#;

/// Puts every one of `users` into every one of `channels`; who is in already stays as is. Answers who is new, by channel.
pub(crate) async fn insert_in(
    tx: &mut Tx,
    channels: &[String],
    users: &[String],
    guests: &[String],
    admins: &[String],
    now: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    if channels.is_empty() || users.is_empty() {
        return Ok(Vec::new());
    }
    tx.exec(
        "INSERT INTO channelmemberhistory (channelid, userid, jointime) SELECT c.id, u.id, $3 FROM channels c, users u \
         WHERE c.id = ANY($1) AND u.id = ANY($2) \
         AND NOT EXISTS (SELECT 1 FROM channelmembers m WHERE m.channelid = c.id AND m.userid = u.id) \
         ON CONFLICT (channelid, userid, jointime) DO NOTHING",
        args![channels, users, now],
    )
    .await?;
    let rows = tx
        .all(
            "INSERT INTO channelmembers (channelid, userid, roles, lastviewedat, msgcount, mentioncount, notifyprops, lastupdateat, \
             schemeuser, schemeadmin, schemeguest, mentioncountroot, msgcountroot, urgentmentioncount) \
             SELECT c.id, u.id, '', 0, 0, 0, $3, $4, NOT (u.id = ANY($5)), u.id = ANY($6), u.id = ANY($5), 0, 0, 0 \
             FROM channels c, users u WHERE c.id = ANY($1) AND u.id = ANY($2) \
             ON CONFLICT (channelid, userid) DO NOTHING RETURNING channelid, userid",
            args![channels, users, Arg::json_text(DEFAULT_PROPS), now, guests, admins],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("channelid")?, row.get("userid")?)))
        .collect()
}

/// Puts people into a channel and answers who was not in it before.
pub async fn add(
    store: &Store,
    channel_id: &str,
    users: &[String],
    guests: &[String],
    now: i64,
) -> Result<BTreeSet<String>, StoreError> {
    let ids = [channel_id.to_owned()];
    let new = again(|| async {
        let mut tx = store.db().begin().await?;
        let new = insert_in(&mut tx, &ids, users, guests, &[], now).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(new)
    })
    .await?;
    forget(store, &ids, users);
    Ok(new.into_iter().map(|(_, user)| user).collect())
}

pub(crate) async fn delete_in(
    tx: &mut Tx,
    channel_id: &str,
    users: &[String],
    now: i64,
) -> Result<u64, StoreError> {
    if users.is_empty() {
        return Ok(0);
    }
    let gone = tx
        .exec(
            "DELETE FROM channelmembers WHERE channelid = $1 AND userid = ANY($2)",
            args![channel_id, users],
        )
        .await?;
    tx.exec(
        "UPDATE channelmemberhistory SET leavetime = $3 WHERE channelid = $1 AND userid = ANY($2) AND leavetime IS NULL",
        args![channel_id, users, now],
    )
    .await?;
    tx.exec(
        "DELETE FROM sidebarchannels WHERE channelid = $1 AND userid = ANY($2)",
        args![channel_id, users],
    )
    .await?;
    tx.exec(
        "DELETE FROM threadmemberships WHERE userid = ANY($2) AND postid IN (SELECT postid FROM threads WHERE channelid = $1)",
        args![channel_id, users],
    )
    .await?;
    crate::drafts::of_leavers_in(tx, users, &[channel_id.to_owned()]).await?;
    Ok(gone)
}

/// Ends a membership; false when there is none.
pub async fn remove(
    store: &Store,
    channel_id: &str,
    user_id: &str,
    now: i64,
) -> Result<bool, StoreError> {
    let users = [user_id.to_owned()];
    let gone = again(|| async {
        let mut tx = store.db().begin().await?;
        let gone = delete_in(&mut tx, channel_id, &users, now).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(gone)
    })
    .await?;
    forget(store, &[channel_id.to_owned()], &users);
    Ok(gone > 0)
}

pub async fn set_roles(
    store: &Store,
    channel_id: &str,
    user_id: &str,
    flags: roles_of::Flags,
    explicit: &str,
    now: i64,
) -> Result<(), StoreError> {
    store
        .db()
        .exec(
            "UPDATE channelmembers SET roles = $3, schemeguest = $4, schemeuser = $5, schemeadmin = $6, lastupdateat = $7 \
             WHERE channelid = $1 AND userid = $2",
            args![channel_id, user_id, explicit, flags.guest, flags.user, flags.admin, now],
        )
        .await?;
    forget(store, &[channel_id.to_owned()], &[user_id.to_owned()]);
    Ok(())
}

pub async fn set_notify_props(
    store: &Store,
    channel_id: &str,
    user_id: &str,
    props: &BTreeMap<String, String>,
    now: i64,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(props).map_err(StoreError::other)?;
    store
        .db()
        .exec(
            "UPDATE channelmembers SET notifyprops = $3, lastupdateat = $4 WHERE channelid = $1 AND userid = $2",
            args![channel_id, user_id, Arg::json_text(text), now],
        )
        .await?;
    forget(store, &[channel_id.to_owned()], &[user_id.to_owned()]);
    Ok(())
}

/// Mutes or unmutes channels for a person; answers those that were otherwise before.
pub async fn set_muted(
    store: &Store,
    user_id: &str,
    channel_ids: &[String],
    muted: bool,
    now: i64,
) -> Result<Vec<String>, StoreError> {
    if channel_ids.is_empty() {
        return Ok(Vec::new());
    }
    let set = match store.db().engine() {
        Engine::Postgres => "jsonb_set(notifyprops, '{mark_unread}', to_jsonb($3))",
        Engine::Sqlite => "json_set(notifyprops, '$.mark_unread', $3)",
    };
    let sql = format!(
        "UPDATE channelmembers SET notifyprops = {set}, lastupdateat = $4 WHERE userid = $1 AND channelid = ANY($2) \
         AND coalesce(notifyprops ->> 'mark_unread', '') <> $3 RETURNING channelid"
    );
    let mut tx = store.db().begin().await?;
    let rows = tx
        .all(
            &sql,
            args![
                user_id,
                channel_ids,
                if muted { "mention" } else { "all" },
                now
            ],
        )
        .await?;
    tx.commit().await?;
    forget(store, channel_ids, &[user_id.to_owned()]);
    rows.iter().map(|row| row.get("channelid")).collect()
}

/// Members of a group-constrained channel whom none of its groups names; bots stay.
pub async fn outside_groups(store: &Store, channel_id: &str) -> Result<Vec<String>, StoreError> {
    let rows = store
        .db()
        .all(
            "SELECT m.userid FROM channelmembers m WHERE m.channelid = $1 \
             AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = m.userid) \
             AND NOT EXISTS (SELECT 1 FROM groupchannels gc JOIN groupmembers gm ON gm.groupid = gc.groupid \
             WHERE gc.channelid = m.channelid AND gc.deleteat = 0 AND gm.userid = m.userid AND gm.deleteat = 0)",
            args![channel_id],
        )
        .await?;
    rows.iter().map(|row| row.get("userid")).collect()
}

/// Forgets what is cached of these people's memberships and these channels' members.
pub(crate) fn forget(store: &Store, channel_ids: &[String], user_ids: &[String]) {
    for id in channel_ids {
        store.cache().invalidate(Kind::ChannelMembers, id);
    }
    for id in user_ids {
        store.cache().invalidate(Kind::ChannelsOfUser, id);
    }
}
