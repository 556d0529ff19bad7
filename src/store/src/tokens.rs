//! Rows of `useraccesstokens`: secrets that sign a program in as a user, without a password and without an end.

use crate::cache::Kind;
use crate::db::{Pattern, Row, Tx};
use crate::error::StoreError;
use crate::sessions::{self, Ended};
use crate::{Store, args};
use model::{Session, UserAccessToken};

const SELECT: &str =
    "SELECT t.id, t.token, t.userid, t.description, t.isactive FROM useraccesstokens t";

fn read(row: &Row) -> Result<UserAccessToken, StoreError> {
    Ok(UserAccessToken {
        id: row.get("id")?,
        token: row.get("token")?,
        user_id: row.get("userid")?,
        description: row.get("description")?,
        is_active: row.get("isactive")?,
    })
}

pub async fn insert(store: &Store, token: &UserAccessToken) -> Result<(), StoreError> {
    let sql = "INSERT INTO useraccesstokens (id, token, userid, description, isactive) \
        VALUES ($1, $2, $3, $4, $5)";
    let values = args![
        &token.id,
        &token.token,
        &token.user_id,
        &token.description,
        token.is_active
    ];
    store.db().exec(sql, values).await?;
    Ok(())
}

async fn maybe(
    store: &Store,
    condition: &str,
    key: &str,
) -> Result<Option<UserAccessToken>, StoreError> {
    let sql = format!("{SELECT} WHERE {condition} = $1");
    let row = store.db().maybe(&sql, args![key]).await?;
    row.as_ref().map(read).transpose()
}

pub async fn by_id(store: &Store, id: &str) -> Result<Option<UserAccessToken>, StoreError> {
    maybe(store, "t.id", id).await
}

/// By the secret itself.
pub async fn by_secret(store: &Store, secret: &str) -> Result<Option<UserAccessToken>, StoreError> {
    maybe(store, "t.token", secret).await
}

pub async fn of_user(
    store: &Store,
    user_id: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<UserAccessToken>, StoreError> {
    let sql = format!("{SELECT} WHERE t.userid = $1 ORDER BY t.id LIMIT $2 OFFSET $3");
    let rows = store.db().all(&sql, args![user_id, limit, offset]).await?;
    rows.iter().map(read).collect()
}

pub async fn all(
    store: &Store,
    offset: i64,
    limit: i64,
) -> Result<Vec<UserAccessToken>, StoreError> {
    let sql = format!("{SELECT} ORDER BY t.id LIMIT $1 OFFSET $2");
    let rows = store.db().all(&sql, args![limit, offset]).await?;
    rows.iter().map(read).collect()
}

/// Those whose id, or whose owner's id or name, begins with the term.
pub async fn search(
    store: &Store,
    term: &str,
    limit: i64,
) -> Result<Vec<UserAccessToken>, StoreError> {
    let pattern = Pattern::exact(store.db().engine(), term, true);
    let begins = ["t.id", "t.userid", "u.username"].map(|column| pattern.on(column, "$1"));
    let sql = format!(
        "{SELECT} JOIN users u ON u.id = t.userid WHERE {} ORDER BY t.id LIMIT $2",
        begins.join(" OR ")
    );
    let rows = store.db().all(&sql, args![pattern.arg(), limit]).await?;
    rows.iter().map(read).collect()
}

/// Removes a token with the sessions it made, which are answered.
pub async fn delete(store: &Store, token: &UserAccessToken) -> Result<Vec<Ended>, StoreError> {
    let mut tx = store.db().begin().await?;
    // the token first: a session that is being made of it waits for this row, and is not made then
    let sql = "DELETE FROM useraccesstokens WHERE id = $1";
    tx.exec(sql, args![&token.id]).await?;
    let ended = end_in(&mut tx, token).await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::Session, &token.token);
    Ok(ended)
}

async fn end_in(tx: &mut Tx, token: &UserAccessToken) -> Result<Vec<Ended>, StoreError> {
    let sql = "DELETE FROM sessions WHERE token = $1 RETURNING id, token";
    let rows = tx.all(sql, args![&token.token]).await?;
    rows.iter().map(sessions::ended).collect()
}

/// Lets a token work, or not; when not, the sessions it made end and are answered.
pub async fn set_active(
    store: &Store,
    token: &UserAccessToken,
    active: bool,
) -> Result<Vec<Ended>, StoreError> {
    let mut tx = store.db().begin().await?;
    let sql = "UPDATE useraccesstokens SET isactive = $2 WHERE id = $1";
    tx.exec(sql, args![&token.id, active]).await?;
    let ended = match active {
        true => Vec::new(),
        false => end_in(&mut tx, token).await?,
    };
    tx.commit().await?;
    store.cache().invalidate(Kind::Session, &token.token);
    Ok(ended)
}

/// Stores the session a token stands for; false if the token has been taken back meanwhile.
pub async fn start_session(
    store: &Store,
    token_id: &str,
    session: &Session,
) -> Result<bool, StoreError> {
    let mut tx = store.db().begin().await?;
    let sql = "SELECT id FROM useraccesstokens WHERE id = $1 AND isactive FOR UPDATE";
    if tx.maybe(sql, args![token_id]).await?.is_none() {
        return Ok(false);
    }
    sessions::insert_in(&mut tx, session).await?;
    tx.commit().await?;
    Ok(true)
}
