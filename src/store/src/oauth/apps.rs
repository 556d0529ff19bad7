//! Rows of `oauthapps`: programs that may ask people for access.

use crate::cache::Kind;
use crate::db::Row;
use crate::error::StoreError;
use crate::webhooks::outgoing::{list_text, words};
use crate::{Store, args};
use model::OAuthApp;

const COLUMNS: &str = "a.id, a.creatorid, a.createat, a.updateat, a.clientsecret, a.name, a.description, a.callbackurls, a.homepage, \
    a.istrusted, a.iconurl, a.mattermostappid, a.isdynamicallyregistered";

fn read(row: &Row) -> Result<OAuthApp, StoreError> {
    Ok(OAuthApp {
        id: row.get("id")?,
        creator_id: row.get("creatorid")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        client_secret: row.get("clientsecret")?,
        name: row.get("name")?,
        description: row.get("description")?,
        callback_urls: words(&row.get::<String>("callbackurls")?),
        homepage: row.get("homepage")?,
        is_trusted: row.get("istrusted")?,
        icon_url: row.get("iconurl")?,
        mattermost_app_id: row.get("mattermostappid")?,
        is_dynamically_registered: row
            .get::<Option<bool>>("isdynamicallyregistered")?
            .unwrap_or_default(),
    })
}

pub async fn insert(store: &Store, app: &OAuthApp) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauthapps (id, creatorid, createat, updateat, clientsecret, name, description, callbackurls, homepage, \
        istrusted, iconurl, mattermostappid, isdynamicallyregistered) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = args![
        &app.id,
        &app.creator_id,
        app.create_at,
        app.update_at,
        &app.client_secret,
        &app.name,
        &app.description,
        list_text(app.callback_urls.as_ref()),
        &app.homepage,
        app.is_trusted,
        &app.icon_url,
        &app.mattermost_app_id,
        app.is_dynamically_registered
    ];
    store.db().exec(sql, values).await?;
    Ok(())
}

/// Writes what may change. False if it was deleted meanwhile.
pub async fn update(store: &Store, app: &OAuthApp) -> Result<bool, StoreError> {
    let sql = "UPDATE oauthapps SET updateat = $2, clientsecret = $3, name = $4, description = $5, callbackurls = $6, \
        homepage = $7, istrusted = $8, iconurl = $9 WHERE id = $1";
    let values = args![
        &app.id,
        app.update_at,
        &app.client_secret,
        &app.name,
        &app.description,
        list_text(app.callback_urls.as_ref()),
        &app.homepage,
        app.is_trusted,
        &app.icon_url
    ];
    Ok(store.db().exec(sql, values).await? > 0)
}

pub async fn get(store: &Store, id: &str) -> Result<Option<OAuthApp>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM oauthapps a WHERE a.id = $1");
    let row = store.db().maybe(&sql, args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// Those somebody registered, or with an empty id all, by id.
pub async fn list(
    store: &Store,
    creator_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<OAuthApp>, StoreError> {
    let mut values = args![limit, offset];
    let mut condition = "";
    if !creator_id.is_empty() {
        condition = "WHERE a.creatorid = $3";
        values.extend(args![creator_id]);
    }
    let sql =
        format!("SELECT {COLUMNS} FROM oauthapps a {condition} ORDER BY a.id LIMIT $1 OFFSET $2");
    let rows = store.db().all(&sql, values).await?;
    rows.iter().map(read).collect()
}

/// Those a person has allowed something: their preferences of this category name them.
pub async fn allowed_by(
    store: &Store,
    user_id: &str,
    category: &str,
    (offset, limit): (i64, i64),
) -> Result<Vec<OAuthApp>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM preferences p JOIN oauthapps a ON a.id = p.name WHERE p.userid = $1 AND p.category = $2 \
         ORDER BY a.id LIMIT $3 OFFSET $4"
    );
    let values = args![user_id, category, limit, offset];
    let rows = store.db().all(&sql, values).await?;
    rows.iter().map(read).collect()
}

/// Removes an application with all it was granted; the ids of the sessions that ended with it.
pub async fn delete(store: &Store, id: &str) -> Result<Vec<String>, StoreError> {
    let mut tx = store.db().begin().await?;
    let sql = "SELECT s.id, s.token FROM oauthaccessdata d JOIN sessions s ON s.token = d.token WHERE d.clientid = $1";
    let rows = tx.all(sql, args![id]).await?;
    let mut ended = Vec::new();
    let mut tokens: Vec<String> = Vec::new();
    for row in &rows {
        ended.push(row.get("id")?);
        tokens.push(row.get("token")?);
    }
    tx.exec("DELETE FROM sessions WHERE token = ANY($1)", args![&tokens])
        .await?;
    for table in ["oauthaccessdata", "oauthauthdata"] {
        let sql = format!("DELETE FROM {table} WHERE clientid = $1");
        tx.exec(&sql, args![id]).await?;
    }
    tx.exec("DELETE FROM oauthapps WHERE id = $1", args![id])
        .await?;
    tx.commit().await?;
    for token in &tokens {
        store.cache().invalidate(Kind::Session, token);
    }
    Ok(ended)
}
