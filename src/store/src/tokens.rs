//! Rows of `useraccesstokens`: secrets that sign a program in as a user, without a password and without an end.

use crate::cache::Kind;
use crate::db::{Row, dialect};
use crate::error::StoreError;
use crate::{Store, args};
use model::UserAccessToken;

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
    let sql = format!(
        "{SELECT} JOIN users u ON u.id = t.userid WHERE t.id LIKE $1 ESCAPE '\\' \
         OR t.userid LIKE $1 ESCAPE '\\' OR u.username LIKE $1 ESCAPE '\\' ORDER BY t.id LIMIT $2"
    );
    let pattern = format!("{}%", dialect::like_escape(term));
    let rows = store.db().all(&sql, args![pattern, limit]).await?;
    rows.iter().map(read).collect()
}

/// Removes a token with the sessions it made.
pub async fn delete(store: &Store, token: &UserAccessToken) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    tx.exec("DELETE FROM sessions WHERE token = $1", args![&token.token])
        .await?;
    tx.exec(
        "DELETE FROM useraccesstokens WHERE id = $1",
        args![&token.id],
    )
    .await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::Session, &token.token);
    Ok(())
}

/// Lets a token work, or not; when not, the sessions it made end.
pub async fn set_active(
    store: &Store,
    token: &UserAccessToken,
    active: bool,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    if !active {
        tx.exec("DELETE FROM sessions WHERE token = $1", args![&token.token])
            .await?;
    }
    let sql = "UPDATE useraccesstokens SET isactive = $2 WHERE id = $1";
    tx.exec(sql, args![&token.id, active]).await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::Session, &token.token);
    Ok(())
}
