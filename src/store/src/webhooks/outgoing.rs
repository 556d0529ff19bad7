//! Rows of `outgoingwebhooks`.

use std::sync::Arc;

use crate::cache::Kind;
use crate::db::Row;
use crate::error::StoreError;
use crate::integrations::{Filter, Table};
use crate::{Store, args};
use model::OutgoingWebhook;
use serde_json::{Value, json};

const TABLE: Table<OutgoingWebhook> = Table {
    name: "outgoingwebhooks",
    columns: "id, token, createat, updateat, deleteat, creatorid, channelid, teamid, triggerwords, triggerwhen, callbackurls, \
        displayname, description, contenttype, username, iconurl",
    owner: "creatorid",
    read,
};

/// The newest of a team that are looked at for a message.
const MOST_OF_TEAM: i64 = 5_000;

fn read(row: &Row) -> Result<OutgoingWebhook, StoreError> {
    Ok(OutgoingWebhook {
        id: row.get("id")?,
        token: row.get("token")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        creator_id: row.get("creatorid")?,
        channel_id: row.get("channelid")?,
        team_id: row.get("teamid")?,
        trigger_words: words(&row.get::<String>("triggerwords")?),
        trigger_when: row.get("triggerwhen")?,
        callback_urls: words(&row.get::<String>("callbackurls")?),
        display_name: row.get("displayname")?,
        description: row.get("description")?,
        content_type: row.get("contenttype")?,
        username: row.get::<Option<String>>("username")?.unwrap_or_default(),
        icon_url: row.get::<Option<String>>("iconurl")?.unwrap_or_default(),
    })
}

/// A list of texts as its column keeps it: JSON, `null` for no list.
pub(crate) fn list_text(list: Option<&Vec<String>>) -> String {
    list.map_or(Value::Null, |list| json!(list)).to_string()
}

/// The list in a column; what cannot be read is none.
pub(crate) fn words(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).unwrap_or_default()
}

pub async fn insert(store: &Store, hook: &OutgoingWebhook) -> Result<(), StoreError> {
    let sql = "INSERT INTO outgoingwebhooks (id, token, createat, updateat, deleteat, creatorid, channelid, teamid, \
        triggerwords, triggerwhen, callbackurls, displayname, description, contenttype, username, iconurl) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let values = args![
        &hook.id,
        &hook.token,
        hook.create_at,
        hook.update_at,
        hook.delete_at,
        &hook.creator_id,
        &hook.channel_id,
        &hook.team_id,
        list_text(hook.trigger_words.as_ref()),
        hook.trigger_when,
        list_text(hook.callback_urls.as_ref()),
        &hook.display_name,
        &hook.description,
        &hook.content_type,
        &hook.username,
        &hook.icon_url
    ];
    store.db().exec(sql, values).await?;
    forget(store, &hook.team_id);
    Ok(())
}

/// Writes what may change. False if it was deleted meanwhile.
pub async fn update(store: &Store, hook: &OutgoingWebhook) -> Result<bool, StoreError> {
    let sql = "UPDATE outgoingwebhooks SET token = $2, updateat = $3, channelid = $4, triggerwords = $5, triggerwhen = $6, \
        callbackurls = $7, displayname = $8, description = $9, contenttype = $10, username = $11, iconurl = $12 \
        WHERE id = $1 AND deleteat = 0";
    let values = args![
        &hook.id,
        &hook.token,
        hook.update_at,
        &hook.channel_id,
        list_text(hook.trigger_words.as_ref()),
        hook.trigger_when,
        list_text(hook.callback_urls.as_ref()),
        &hook.display_name,
        &hook.description,
        &hook.content_type,
        &hook.username,
        &hook.icon_url
    ];
    let changed = store.db().exec(sql, values).await?;
    forget(store, &hook.team_id);
    Ok(changed > 0)
}

pub async fn get(store: &Store, id: &str) -> Result<Option<OutgoingWebhook>, StoreError> {
    TABLE.get(store, id).await
}

pub async fn list(store: &Store, filter: &Filter<'_>) -> Result<Vec<OutgoingWebhook>, StoreError> {
    TABLE.list(store, filter).await
}

/// All of a team, from the cache: every message asks for them.
pub async fn of_team(
    store: &Store,
    team_id: &str,
) -> Result<Arc<Vec<OutgoingWebhook>>, StoreError> {
    let load = || async {
        let filter = Filter {
            team_id,
            limit: MOST_OF_TEAM,
            ..Filter::default()
        };
        Ok(Some(Arc::new(TABLE.list(store, &filter).await?)))
    };
    let found = store.cache().outgoing_webhooks.get(team_id, load).await?;
    Ok(found.unwrap_or_default())
}

/// Marks it as deleted at its `delete_at`.
pub async fn delete(store: &Store, hook: &OutgoingWebhook) -> Result<bool, StoreError> {
    let deleted = TABLE.delete(store, &hook.id, hook.delete_at).await?;
    forget(store, &hook.team_id);
    Ok(deleted)
}

/// Call after the commit that changed those of a team; of any team, if the id is empty.
pub(crate) fn forget(store: &Store, team_id: &str) {
    store.cache().invalidate(Kind::OutgoingWebhooks, team_id);
}
