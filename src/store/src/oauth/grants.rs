//! Rows of `oauthauthdata`, codes that were given to applications once, and of `oauthaccessdata`, the tokens that came of them.
//! A token is the token of a session as well; both are written together.

use crate::cache::Kind;
use crate::db::{Row, Tx};
use crate::error::StoreError;
use crate::{Store, args, sessions};
use model::{AccessData, AuthData, Session};

fn read_code(row: &Row) -> Result<AuthData, StoreError> {
    let text =
        |name: &str| Ok::<_, StoreError>(row.get::<Option<String>>(name)?.unwrap_or_default());
    Ok(AuthData {
        client_id: row.get("clientid")?,
        user_id: row.get("userid")?,
        code: row.get("code")?,
        expires_in: row.get("expiresin")?,
        create_at: row.get("createat")?,
        redirect_uri: row.get("redirecturi")?,
        state: text("state")?,
        scope: text("scope")?,
        code_challenge: text("codechallenge")?,
        code_challenge_method: text("codechallengemethod")?,
        resource: text("resource")?,
    })
}

const GRANT: &str = "d.clientid, d.userid, d.token, d.refreshtoken, d.redirecturi, d.expiresat, d.scope, d.audience";

fn read_grant(row: &Row) -> Result<AccessData, StoreError> {
    let text =
        |name: &str| Ok::<_, StoreError>(row.get::<Option<String>>(name)?.unwrap_or_default());
    Ok(AccessData {
        client_id: row.get("clientid")?,
        user_id: row.get("userid")?,
        token: row.get("token")?,
        refresh_token: text("refreshtoken")?,
        redirect_uri: text("redirecturi")?,
        expires_at: row.get("expiresat")?,
        scope: text("scope")?,
        audience: text("audience")?,
    })
}

pub async fn insert_code(store: &Store, code: &AuthData) -> Result<(), StoreError> {
    let sql = "INSERT INTO oauthauthdata (clientid, userid, code, expiresin, createat, redirecturi, state, scope, \
        codechallenge, codechallengemethod, resource) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = args![
        &code.client_id,
        &code.user_id,
        &code.code,
        code.expires_in,
        code.create_at,
        &code.redirect_uri,
        &code.state,
        &code.scope,
        &code.code_challenge,
        &code.code_challenge_method,
        &code.resource
    ];
    store.db().exec(sql, values).await?;
    Ok(())
}

pub async fn code(store: &Store, code: &str) -> Result<Option<AuthData>, StoreError> {
    let sql = "SELECT clientid, userid, code, expiresin, createat, redirecturi, state, scope, codechallenge, \
        codechallengemethod, resource FROM oauthauthdata WHERE code = $1";
    let row = store.db().maybe(sql, args![code]).await?;
    row.as_ref().map(read_code).transpose()
}

/// Removes codes that were made before this.
pub async fn delete_codes_before(store: &Store, time: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM oauthauthdata WHERE createat < $1";
    store.db().exec(sql, args![time]).await
}

/// A session for an application, and what it was granted with it.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub session: Session,
    pub grant: AccessData,
}

/// Uses a code up, and gives the application what it already has from this person while that lives, else something fresh.
/// None if the code was used before: of several who come with it, one gets something. Without a code it is granted anyway.
pub async fn grant(
    store: &Store,
    code: Option<&str>,
    fresh: &Fresh,
) -> Result<Option<AccessData>, StoreError> {
    let mut tx = store.db().begin().await?;
    if let Some(code) = code
        && tx
            .exec("DELETE FROM oauthauthdata WHERE code = $1", args![code])
            .await?
            == 0
    {
        return Ok(None);
    }
    let wanted = &fresh.grant;
    let sql = format!(
        "SELECT {GRANT} FROM oauthaccessdata d JOIN sessions s ON s.token = d.token \
         WHERE d.clientid = $1 AND d.userid = $2 AND d.expiresat > $3 AND s.expiresat > $3"
    );
    let values = args![&wanted.client_id, &wanted.user_id, fresh.session.create_at];
    let row = tx.maybe(&sql, values).await?;
    if let Some(row) = row {
        let held = read_grant(&row)?;
        tx.commit().await?;
        return Ok(Some(held));
    }
    let sql = "DELETE FROM oauthaccessdata WHERE clientid = $1 AND userid = $2";
    tx.exec(sql, args![&wanted.client_id, &wanted.user_id])
        .await?;
    insert_in(&mut tx, fresh).await?;
    tx.commit().await?;
    Ok(Some(wanted.clone()))
}

async fn insert_in(tx: &mut Tx, fresh: &Fresh) -> Result<(), StoreError> {
    sessions::insert_in(tx, &fresh.session).await?;
    let grant = &fresh.grant;
    let sql = "INSERT INTO oauthaccessdata (token, refreshtoken, redirecturi, clientid, userid, expiresat, scope, audience) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = args![
        &grant.token,
        &grant.refresh_token,
        &grant.redirect_uri,
        &grant.client_id,
        &grant.user_id,
        grant.expires_at,
        &grant.scope,
        &grant.audience
    ];
    tx.exec(sql, values).await?;
    Ok(())
}

pub async fn by_refresh_token(
    store: &Store,
    token: &str,
) -> Result<Option<AccessData>, StoreError> {
    let sql = format!("SELECT {GRANT} FROM oauthaccessdata d WHERE d.refreshtoken = $1");
    let row = store.db().maybe(&sql, args![token]).await?;
    row.as_ref().map(read_grant).transpose()
}

/// Puts something fresh in the place of a grant; false if its refresh token was used before. The session of the old token ends.
pub async fn refresh(store: &Store, old: &AccessData, fresh: &Fresh) -> Result<bool, StoreError> {
    let mut tx = store.db().begin().await?;
    let sql = "DELETE FROM oauthaccessdata WHERE token = $1 AND refreshtoken = $2";
    if tx.exec(sql, args![&old.token, &old.refresh_token]).await? == 0 {
        return Ok(false);
    }
    tx.exec("DELETE FROM sessions WHERE token = $1", args![&old.token])
        .await?;
    insert_in(&mut tx, fresh).await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::Session, &old.token);
    Ok(true)
}

/// Takes back what a person allowed an application; the ids of the sessions that ended with it.
pub async fn revoke(
    store: &Store,
    client_id: &str,
    user_id: &str,
) -> Result<Vec<String>, StoreError> {
    let mut tx = store.db().begin().await?;
    let sql = "SELECT d.token, s.id FROM oauthaccessdata d LEFT JOIN sessions s ON s.token = d.token \
        WHERE d.clientid = $1 AND d.userid = $2";
    let rows = tx.all(sql, args![client_id, user_id]).await?;
    let mut ended = Vec::new();
    let mut tokens: Vec<String> = Vec::new();
    for row in &rows {
        tokens.push(row.get("token")?);
        ended.extend(row.get::<Option<String>>("id")?);
    }
    tx.exec("DELETE FROM sessions WHERE token = ANY($1)", args![&tokens])
        .await?;
    for table in ["oauthaccessdata", "oauthauthdata"] {
        let sql = format!("DELETE FROM {table} WHERE clientid = $1 AND userid = $2");
        tx.exec(&sql, args![client_id, user_id]).await?;
    }
    tx.commit().await?;
    for token in &tokens {
        store.cache().invalidate(Kind::Session, token);
    }
    Ok(ended)
}

/// Takes back what came with this token: nothing can be refreshed with it any more.
pub async fn delete_by_token(store: &Store, token: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM oauthaccessdata WHERE token = $1";
    store.db().exec(sql, args![token]).await?;
    Ok(())
}

/// Takes back all that a person allowed.
pub async fn delete_of_user(store: &Store, user_id: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM oauthaccessdata WHERE userid = $1";
    store.db().exec(sql, args![user_id]).await?;
    Ok(())
}

/// Takes back all that anybody allowed.
pub async fn delete_all(store: &Store) -> Result<(), StoreError> {
    store
        .db()
        .exec("DELETE FROM oauthaccessdata", args![])
        .await?;
    Ok(())
}
