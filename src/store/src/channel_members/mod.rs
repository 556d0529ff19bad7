//! Rows of `channelmembers` and their history: who is in a channel, as what, and what that person has read there.
//! Reading here; changes are in `write`, what is unread in `unread`.

mod unread;
mod write;

use std::collections::{BTreeMap, HashMap};

use model::{ChannelMember, ChannelMemberWithTeamData};

use crate::db::Row;
use crate::{Store, StoreError, args, roles_of};

pub use unread::{Unread, channel_unread, mark_viewed, team_unreads, thread_unreads, unread_of};
pub use write::{add, outside_groups, remove, set_muted, set_notify_props, set_roles};
pub(crate) use write::{delete_in, forget, insert_in};

macro_rules! columns {
    () => {
        "m.channelid, m.userid, m.roles, m.lastviewedat, m.msgcount, m.mentioncount, m.notifyprops, m.lastupdateat, m.schemeuser, \
         m.schemeadmin, m.schemeguest, m.mentioncountroot, m.msgcountroot, m.urgentmentioncount, m.autotranslationdisabled"
    };
}
macro_rules! select {
    ($($rest:expr),+) => { concat!("SELECT ", columns!(), " FROM channelmembers m ", $($rest),+) };
}

pub(crate) fn from_row(row: &Row) -> Result<ChannelMember, StoreError> {
    let explicit: String = row.get("roles")?;
    let flags = roles_of::Flags {
        guest: row.get("schemeguest")?,
        user: row.get("schemeuser")?,
        admin: row.get("schemeadmin")?,
    };
    let flags = flags.or_named_in(&explicit, &roles_of::CHANNEL);
    let explicit_roles = roles_of::without_scheme_roles(&explicit, &roles_of::CHANNEL);
    let props: serde_json::Value = row.get("notifyprops")?;
    Ok(ChannelMember {
        channel_id: row.get("channelid")?,
        user_id: row.get("userid")?,
        roles: roles_of::compose(flags, &explicit_roles, &roles_of::CHANNEL),
        last_viewed_at: row.get("lastviewedat")?,
        msg_count: row.get("msgcount")?,
        mention_count: row.get("mentioncount")?,
        mention_count_root: row.get("mentioncountroot")?,
        urgent_mention_count: row.get("urgentmentioncount")?,
        msg_count_root: row.get("msgcountroot")?,
        notify_props: Some(texts(props)),
        last_update_at: row.get("lastupdateat")?,
        scheme_guest: flags.guest,
        scheme_user: flags.user,
        scheme_admin: flags.admin,
        explicit_roles,
        autotranslation_disabled: row.get("autotranslationdisabled")?,
    })
}

fn texts(value: serde_json::Value) -> BTreeMap<String, String> {
    let serde_json::Value::Object(map) = value else {
        return BTreeMap::new();
    };
    map.into_iter()
        .filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())))
        .collect()
}

fn all(rows: &[Row]) -> Result<Vec<ChannelMember>, StoreError> {
    rows.iter().map(from_row).collect()
}

pub async fn get(
    store: &Store,
    channel_id: &str,
    user_id: &str,
) -> Result<Option<ChannelMember>, StoreError> {
    let sql = select!("WHERE m.channelid = $1 AND m.userid = $2");
    store
        .db()
        .maybe(sql, args![channel_id, user_id])
        .await?
        .as_ref()
        .map(from_row)
        .transpose()
}

pub async fn list(
    store: &Store,
    channel_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<ChannelMember>, StoreError> {
    let sql = select!("WHERE m.channelid = $1 ORDER BY m.userid LIMIT $2 OFFSET $3");
    all(&store
        .db()
        .all(sql, args![channel_id, limit, offset])
        .await?)
}

pub async fn by_ids(
    store: &Store,
    channel_id: &str,
    user_ids: &[String],
) -> Result<Vec<ChannelMember>, StoreError> {
    let sql = select!("WHERE m.channelid = $1 AND m.userid = ANY($2) ORDER BY m.userid");
    all(&store.db().all(sql, args![channel_id, user_ids]).await?)
}

/// A person's memberships in these channels.
pub async fn in_channels(
    store: &Store,
    user_id: &str,
    channel_ids: &[String],
) -> Result<Vec<ChannelMember>, StoreError> {
    let sql = select!("WHERE m.userid = $1 AND m.channelid = ANY($2)");
    all(&store.db().all(sql, args![user_id, channel_ids]).await?)
}

/// A person's memberships in a team's channels, archived ones left out, with those of direct and group channels.
pub async fn for_user_in_team(
    store: &Store,
    user_id: &str,
    team_id: &str,
) -> Result<Vec<ChannelMember>, StoreError> {
    let sql = select!(
        "JOIN channels c ON c.id = m.channelid WHERE m.userid = $1 AND c.teamid IN ($2, '') AND c.deleteat = 0"
    );
    all(&store.db().all(sql, args![user_id, team_id]).await?)
}

/// A person's memberships with their teams, after the one in channel `after`; those of archived channels too.
pub async fn for_user(
    store: &Store,
    user_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<ChannelMemberWithTeamData>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", coalesce(t.displayname, '') AS teamdisplayname, coalesce(t.name, '') AS teamname, coalesce(t.updateat, 0) AS teamupdateat \
         FROM channelmembers m JOIN channels c ON c.id = m.channelid LEFT JOIN teams t ON t.id = c.teamid \
         WHERE m.userid = $1 ORDER BY m.channelid LIMIT $2 OFFSET $3"
    );
    let rows = store.db().all(sql, args![user_id, limit, offset]).await?;
    rows.iter()
        .map(|row| {
            Ok(ChannelMemberWithTeamData {
                channel_member: from_row(row)?,
                team_display_name: row.get("teamdisplayname")?,
                team_name: row.get("teamname")?,
                team_update_at: row.get("teamupdateat")?,
            })
        })
        .collect()
}

/// Members of a channel who are not deactivated, and the guests among them.
pub async fn counts(store: &Store, channel_id: &str) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT COUNT(*) AS members, COUNT(CASE WHEN m.schemeguest THEN 1 END) AS guests \
               FROM channelmembers m JOIN users u ON u.id = m.userid WHERE m.channelid = $1 AND u.deleteat = 0";
    let row = store.db().one(sql, args![channel_id]).await?;
    Ok((row.get("members")?, row.get("guests")?))
}

/// Members who are not deactivated, by channel.
pub async fn counts_of(
    store: &Store,
    channel_ids: &[String],
) -> Result<HashMap<String, i64>, StoreError> {
    let sql = "SELECT m.channelid, COUNT(*) AS n FROM channelmembers m JOIN users u ON u.id = m.userid \
               WHERE m.channelid = ANY($1) AND u.deleteat = 0 GROUP BY m.channelid";
    let rows = store.db().all(sql, args![channel_ids]).await?;
    rows.iter()
        .map(|row| Ok((row.get("channelid")?, row.get("n")?)))
        .collect()
}

/// The time zones of a channel's members, as they keep them.
pub async fn timezones(
    store: &Store,
    channel_id: &str,
) -> Result<Vec<BTreeMap<String, String>>, StoreError> {
    let sql = "SELECT DISTINCT CAST(u.timezone AS text) AS zone FROM channelmembers m JOIN users u ON u.id = m.userid \
               WHERE m.channelid = $1 AND u.deleteat = 0";
    let rows = store.db().all(sql, args![channel_id]).await?;
    rows.iter()
        .map(|row| {
            let text: String = row.get("zone")?;
            Ok(texts(serde_json::from_str(&text).unwrap_or_default()))
        })
        .collect()
}
