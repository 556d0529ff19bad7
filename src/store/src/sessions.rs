//! Rows of `sessions`: who is signed in, and since when nothing was heard of them.

use model::Session;
use serde_json::json;

use crate::args;
use crate::db::{Arg, Db, Row, Tx};
use crate::error::StoreError;
use crate::users::texts;

fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.get("id")?,
        token: row.get("token")?,
        create_at: row.get("createat")?,
        expires_at: row.get("expiresat")?,
        last_activity_at: row.get("lastactivityat")?,
        user_id: row.get("userid")?,
        device_id: row.get("deviceid")?,
        roles: row.get("roles")?,
        is_oauth: row.get("isoauth")?,
        expired_notify: row.get("expirednotify")?,
        props: Some(texts(row.get("props")?).unwrap_or_default()),
        ..Session::default()
    })
}

const SELECT: &str = "SELECT id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, \
    expirednotify FROM sessions";

pub async fn insert(db: &Db, session: &Session) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    insert_in(&mut tx, session).await?;
    tx.commit().await
}

pub(crate) async fn insert_in(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    let sql = "INSERT INTO sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, \
        props, expirednotify) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    tx.exec(
        sql,
        args![
            &session.id,
            &session.token,
            session.create_at,
            session.expires_at,
            session.last_activity_at,
            &session.user_id,
            &session.device_id,
            &session.roles,
            session.is_oauth,
            Arg::json(json!(session.props)),
            session.expired_notify,
        ],
    )
    .await?;
    Ok(())
}

/// Stores the session of a sign-in and the time of it on the account, at once.
pub async fn insert_for_login(db: &Db, session: &Session) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    insert_in(&mut tx, session).await?;
    let sql = "UPDATE users SET lastlogin = $2 WHERE id = $1";
    tx.exec(sql, args![&session.user_id, session.create_at])
        .await?;
    tx.commit().await
}

pub async fn by_token(db: &Db, token: &str) -> Result<Option<Session>, StoreError> {
    db.maybe(&format!("{SELECT} WHERE token = $1"), args![token])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

pub async fn by_id(db: &Db, id: &str) -> Result<Option<Session>, StoreError> {
    db.maybe(&format!("{SELECT} WHERE id = $1"), args![id])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// A user's sessions, the last used first.
pub async fn of_user(db: &Db, user_id: &str) -> Result<Vec<Session>, StoreError> {
    let sql = format!("{SELECT} WHERE userid = $1 ORDER BY lastactivityat DESC, createat DESC");
    db.all(&sql, args![user_id])
        .await?
        .iter()
        .map(read)
        .collect()
}

pub async fn delete(db: &Db, id: &str) -> Result<(), StoreError> {
    db.exec("DELETE FROM sessions WHERE id = $1", args![id])
        .await?;
    Ok(())
}

/// A session that was removed: its id for sockets, its token for caches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub id: String,
    pub token: String,
}

/// Which of a user's sessions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which<'a> {
    /// Only those of this device, if it is not empty.
    pub device_id: &'a str,
    /// This one stays.
    pub except: &'a str,
}

/// Removes sessions of a user, also such as nobody knew of.
pub async fn delete_of_user(
    db: &Db,
    user_id: &str,
    which: Which<'_>,
) -> Result<Vec<Ended>, StoreError> {
    let mut tx = db.begin().await?;
    let sql = "DELETE FROM sessions WHERE userid = $1 AND id <> $2 AND ($3 = '' OR deviceid = $3) RETURNING id, token";
    let values = args![user_id, which.except, which.device_id];
    let rows = tx.all(sql, values).await?;
    tx.commit().await?;
    rows.iter().map(ended).collect()
}

pub(crate) fn ended(row: &Row) -> Result<Ended, StoreError> {
    Ok(Ended {
        id: row.get("id")?,
        token: row.get("token")?,
    })
}

/// Changes what a session knows of its device, and how long it lasts.
pub async fn update_device(db: &Db, session: &Session) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET deviceid = $2, expiresat = $3, props = $4, expirednotify = $5 WHERE id = $1";
    let values = args![
        &session.id,
        &session.device_id,
        session.expires_at,
        Arg::json(json!(session.props)),
        false
    ];
    db.exec(sql, values).await.map(|_| ())
}

/// Notes when a session was used, and until when it lasts; never takes it back in time.
pub async fn renew(
    db: &Db,
    id: &str,
    last_activity_at: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET lastactivityat = $2, expiresat = $3, expirednotify = $4 \
        WHERE id = $1 AND lastactivityat <= $2";
    db.exec(sql, args![id, last_activity_at, expires_at, false])
        .await
        .map(|_| ())
}

/// Removes all sessions; their ids.
pub async fn delete_all(db: &Db) -> Result<Vec<String>, StoreError> {
    let mut tx = db.begin().await?;
    let rows = tx.all("SELECT id FROM sessions", args![]).await?;
    tx.exec("DELETE FROM sessions", args![]).await?;
    tx.commit().await?;
    rows.iter().map(|row| row.get("id")).collect()
}
