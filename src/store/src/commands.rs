//! Rows of `commands`: the slash commands of teams. And of `commandwebhooks`: the addresses their programs may answer at for
//! a while.

use crate::db::Row;
use crate::error::StoreError;
use crate::integrations::{Filter, Table};
use crate::{Store, args};
use model::Command;

const TABLE: Table<Command> = Table {
    name: "commands",
    columns: "id, token, createat, updateat, deleteat, creatorid, teamid, trigger, method, username, iconurl, autocomplete, \
        autocompletedesc, autocompletehint, displayname, description, url, pluginid",
    owner: "creatorid",
    read,
};

fn read(row: &Row) -> Result<Command, StoreError> {
    Ok(Command {
        id: row.get("id")?,
        token: row.get("token")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        creator_id: row.get("creatorid")?,
        team_id: row.get("teamid")?,
        trigger: row.get("trigger")?,
        method: row.get("method")?,
        username: row.get("username")?,
        icon_url: row.get("iconurl")?,
        auto_complete: row.get("autocomplete")?,
        auto_complete_desc: row.get("autocompletedesc")?,
        auto_complete_hint: row.get("autocompletehint")?,
        display_name: row.get("displayname")?,
        description: row.get("description")?,
        url: row.get("url")?,
        plugin_id: row.get::<Option<String>>("pluginid")?.unwrap_or_default(),
        ..Command::default()
    })
}

pub async fn insert(store: &Store, command: &Command) -> Result<(), StoreError> {
    let sql = "INSERT INTO commands (id, token, createat, updateat, deleteat, creatorid, teamid, trigger, method, username, \
        iconurl, autocomplete, autocompletedesc, autocompletehint, displayname, description, url, pluginid) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    let values = args![
        &command.id,
        &command.token,
        command.create_at,
        command.update_at,
        command.delete_at,
        &command.creator_id,
        &command.team_id,
        &command.trigger,
        &command.method,
        &command.username,
        &command.icon_url,
        command.auto_complete,
        &command.auto_complete_desc,
        &command.auto_complete_hint,
        &command.display_name,
        &command.description,
        &command.url,
        &command.plugin_id
    ];
    store.db().exec(sql, values).await?;
    Ok(())
}

/// Writes what may change. False if it was deleted meanwhile.
pub async fn update(store: &Store, command: &Command) -> Result<bool, StoreError> {
    let sql = "UPDATE commands SET token = $2, updateat = $3, teamid = $4, trigger = $5, method = $6, username = $7, iconurl = $8, \
        autocomplete = $9, autocompletedesc = $10, autocompletehint = $11, displayname = $12, description = $13, url = $14 \
        WHERE id = $1 AND deleteat = 0";
    let values = args![
        &command.id,
        &command.token,
        command.update_at,
        &command.team_id,
        &command.trigger,
        &command.method,
        &command.username,
        &command.icon_url,
        command.auto_complete,
        &command.auto_complete_desc,
        &command.auto_complete_hint,
        &command.display_name,
        &command.description,
        &command.url
    ];
    Ok(store.db().exec(sql, values).await? > 0)
}

pub async fn get(store: &Store, id: &str) -> Result<Option<Command>, StoreError> {
    TABLE.get(store, id).await
}

pub async fn list(store: &Store, filter: &Filter<'_>) -> Result<Vec<Command>, StoreError> {
    TABLE.list(store, filter).await
}

/// The command of a team that is given by this word, in small letters; the oldest, should there be several.
pub async fn by_trigger(
    store: &Store,
    team_id: &str,
    trigger: &str,
) -> Result<Option<Command>, StoreError> {
    let sql = format!(
        "SELECT {} FROM commands WHERE teamid = $1 AND trigger = $2 AND deleteat = 0 ORDER BY createat LIMIT 1",
        TABLE.columns
    );
    let row = store.db().maybe(&sql, args![team_id, trigger]).await?;
    row.as_ref().map(read).transpose()
}

pub async fn delete(store: &Store, id: &str, now: i64) -> Result<bool, StoreError> {
    TABLE.delete(store, id, now).await
}

/// Where a program may answer a command that was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answering {
    pub id: String,
    pub create_at: i64,
    pub command_id: String,
    pub user_id: String,
    pub channel_id: String,
    pub root_id: String,
}

/// Adds a place to answer at, and removes those from before the given time.
pub async fn insert_answering(
    store: &Store,
    answering: &Answering,
    oldest: i64,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    let sql = "DELETE FROM commandwebhooks WHERE createat < $1";
    tx.exec(sql, args![oldest]).await?;
    let sql = "INSERT INTO commandwebhooks (id, createat, commandid, userid, channelid, rootid, usecount) \
        VALUES ($1, $2, $3, $4, $5, $6, 0)";
    let values = args![
        &answering.id,
        answering.create_at,
        &answering.command_id,
        &answering.user_id,
        &answering.channel_id,
        &answering.root_id
    ];
    tx.exec(sql, values).await?;
    tx.commit().await
}

/// One that is not older than this.
pub async fn answering(
    store: &Store,
    id: &str,
    oldest: i64,
) -> Result<Option<Answering>, StoreError> {
    let sql = "SELECT id, createat, commandid, userid, channelid, rootid FROM commandwebhooks WHERE id = $1 AND createat >= $2";
    let row = store.db().maybe(sql, args![id, oldest]).await?;
    row.map(|row| {
        Ok(Answering {
            id: row.get("id")?,
            create_at: row.get("createat")?,
            command_id: row.get("commandid")?,
            user_id: row.get("userid")?,
            channel_id: row.get("channelid")?,
            root_id: row.get("rootid")?,
        })
    })
    .transpose()
}

/// Counts a use. False when it has been used as often as this already.
pub async fn use_answering(store: &Store, id: &str, most: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE commandwebhooks SET usecount = usecount + 1 WHERE id = $1 AND usecount < $2";
    Ok(store.db().exec(sql, args![id, most]).await? > 0)
}
