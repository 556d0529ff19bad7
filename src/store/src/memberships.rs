//! Who is where, with which roles, as the permission checks and the audiences of events ask for it: whole sets, cached.
//! The rows with their counters and settings are `team_members`' and `channel_members`' matter.

use crate::cache::{Members, Memberships, Place};
use crate::db::Row;
use crate::error::StoreError;
use crate::{Store, args};
use std::collections::HashMap;
use std::sync::Arc;

/// The team memberships of a user: role names by team id.
pub async fn teams_of(store: &Store, user_id: &str) -> Result<Memberships, StoreError> {
    let sql = "SELECT teamid AS id, roles, schemeguest, schemeuser, schemeadmin FROM teammembers \
        WHERE userid = $1 AND deleteat = 0";
    let cache = &store.cache().teams_of_user;
    let load = || async { read(&store.db().all(sql, args![user_id]).await?, "team").map(Some) };
    Ok(cache.get(user_id, load).await?.unwrap_or_default())
}

/// The channel memberships of a user: role names by channel id.
pub async fn channels_of(store: &Store, user_id: &str) -> Result<Memberships, StoreError> {
    let sql = "SELECT channelid AS id, roles, schemeguest, schemeuser, schemeadmin FROM channelmembers \
        WHERE userid = $1";
    let cache = &store.cache().channels_of_user;
    let load = || async { read(&store.db().all(sql, args![user_id]).await?, "channel").map(Some) };
    Ok(cache.get(user_id, load).await?.unwrap_or_default())
}

/// The users in a channel.
pub async fn of_channel(store: &Store, channel_id: &str) -> Result<Members, StoreError> {
    let sql = "SELECT userid FROM channelmembers WHERE channelid = $1";
    let load = || async { ids(&store.db().all(sql, args![channel_id]).await?).map(Some) };
    let members = store.cache().channel_members.get(channel_id, load).await?;
    Ok(members.unwrap_or_default())
}

/// The users in a team.
pub async fn of_team(store: &Store, team_id: &str) -> Result<Members, StoreError> {
    let sql = "SELECT userid FROM teammembers WHERE teamid = $1 AND deleteat = 0";
    let load = || async { ids(&store.db().all(sql, args![team_id]).await?).map(Some) };
    let members = store.cache().team_members.get(team_id, load).await?;
    Ok(members.unwrap_or_default())
}

/// Where a channel belongs; archived ones included.
pub async fn place_of(store: &Store, channel_id: &str) -> Result<Option<Arc<Place>>, StoreError> {
    let sql = "SELECT teamid, type FROM channels WHERE id = $1";
    let load = || async {
        let Some(row) = store.db().maybe(sql, args![channel_id]).await? else {
            return Ok(None);
        };
        let kind = model::ChannelType::from(row.get::<String>("type")?.as_str());
        Ok(Some(Arc::new(Place {
            channel_id: channel_id.to_owned(),
            team_id: row.get("teamid")?,
            kind,
        })))
    };
    store.cache().places.get(channel_id, load).await
}

/// The channel of a post, deleted ones included.
pub async fn channel_of_post(store: &Store, post_id: &str) -> Result<Option<String>, StoreError> {
    let row = store
        .db()
        .maybe("SELECT channelid FROM posts WHERE id = $1", args![post_id])
        .await?;
    row.map(|row| row.get("channelid")).transpose()
}

/// Everyone who holds the system administrator's role and is not deactivated.
pub async fn system_admins(store: &Store) -> Result<Members, StoreError> {
    let sql = "SELECT id AS userid FROM users WHERE roles LIKE '%system_admin%' AND deleteat = 0";
    let load = || async { ids(&store.db().all(sql, args![]).await?).map(Some) };
    let admins = store.cache().admins.get("system_admin", load).await?;
    Ok(admins.unwrap_or_default())
}

fn ids(rows: &[Row]) -> Result<Members, StoreError> {
    let ids: Result<_, _> = rows.iter().map(|row| row.get::<String>("userid")).collect();
    Ok(Arc::new(ids?))
}

fn read(rows: &[Row], scope: &str) -> Result<Memberships, StoreError> {
    let mut out = HashMap::with_capacity(rows.len());
    for row in rows {
        let mut roles: Vec<String> = row
            .get::<String>("roles")?
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        for (column, role) in [
            ("schemeguest", "guest"),
            ("schemeuser", "user"),
            ("schemeadmin", "admin"),
        ] {
            if row.get::<bool>(column)? {
                roles.push(format!("{scope}_{role}"));
            }
        }
        out.insert(row.get("id")?, roles.join(" "));
    }
    Ok(Arc::new(out))
}
