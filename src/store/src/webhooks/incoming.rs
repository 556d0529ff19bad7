//! Rows of `incomingwebhooks`.

use crate::db::Row;
use crate::error::StoreError;
use crate::integrations::{Filter, Table};
use crate::{Store, args};
use model::IncomingWebhook;

const TABLE: Table<IncomingWebhook> = Table {
    name: "incomingwebhooks",
    columns: "id, createat, updateat, deleteat, userid, channelid, teamid, displayname, description, username, iconurl, \
        channellocked",
    owner: "userid",
    read,
};

fn read(row: &Row) -> Result<IncomingWebhook, StoreError> {
    Ok(IncomingWebhook {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        user_id: row.get("userid")?,
        channel_id: row.get("channelid")?,
        team_id: row.get("teamid")?,
        display_name: row.get("displayname")?,
        description: row.get("description")?,
        username: row.get("username")?,
        icon_url: row.get("iconurl")?,
        channel_locked: row.get("channellocked")?,
    })
}

pub async fn insert(store: &Store, hook: &IncomingWebhook) -> Result<(), StoreError> {
    let sql = "INSERT INTO incomingwebhooks (id, createat, updateat, deleteat, userid, channelid, teamid, displayname, \
        description, username, iconurl, channellocked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = args![
        &hook.id,
        hook.create_at,
        hook.update_at,
        hook.delete_at,
        &hook.user_id,
        &hook.channel_id,
        &hook.team_id,
        &hook.display_name,
        &hook.description,
        &hook.username,
        &hook.icon_url,
        hook.channel_locked
    ];
    store.db().exec(sql, values).await?;
    Ok(())
}

/// Writes what may change. False if it was deleted meanwhile.
pub async fn update(store: &Store, hook: &IncomingWebhook) -> Result<bool, StoreError> {
    let sql = "UPDATE incomingwebhooks SET updateat = $2, channelid = $3, displayname = $4, description = $5, username = $6, \
        iconurl = $7, channellocked = $8 WHERE id = $1 AND deleteat = 0";
    let values = args![
        &hook.id,
        hook.update_at,
        &hook.channel_id,
        &hook.display_name,
        &hook.description,
        &hook.username,
        &hook.icon_url,
        hook.channel_locked
    ];
    Ok(store.db().exec(sql, values).await? > 0)
}

pub async fn get(store: &Store, id: &str) -> Result<Option<IncomingWebhook>, StoreError> {
    TABLE.get(store, id).await
}

pub async fn list(store: &Store, filter: &Filter<'_>) -> Result<Vec<IncomingWebhook>, StoreError> {
    TABLE.list(store, filter).await
}

pub async fn count(store: &Store, filter: &Filter<'_>) -> Result<i64, StoreError> {
    TABLE.count(store, filter).await
}

pub async fn delete(store: &Store, id: &str, now: i64) -> Result<bool, StoreError> {
    TABLE.delete(store, id, now).await
}
