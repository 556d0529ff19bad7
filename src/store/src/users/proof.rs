//! Changes of what proves who somebody is: passwords, providers, second factors, and how often it failed.

use serde_json::json;

use super::list_of_texts;
use super::write::set;
use crate::args;
use crate::db::{Arg, Db};
use crate::error::StoreError;

/// A new password; the account is its own again if a provider signed it in, and failed attempts are forgotten.
pub async fn set_password(db: &Db, id: &str, hash: &str, now: i64) -> Result<(), StoreError> {
    let sql = "UPDATE users SET password = $2, lastpasswordupdate = $3, updateat = $3, authdata = NULL, \
        authservice = '', failedattempts = 0 WHERE id = $1";
    set(db, sql, args![id, hash, now]).await
}

/// The same password in a stronger form; nothing else about the account changes.
pub async fn set_password_form(db: &Db, id: &str, old: &str, hash: &str) -> Result<(), StoreError> {
    db.exec(
        "UPDATE users SET password = $3 WHERE id = $1 AND password = $2",
        args![id, old, hash],
    )
    .await?;
    Ok(())
}

/// Hands sign-in over to a provider.
pub async fn set_auth(
    db: &Db,
    id: &str,
    service: &str,
    data: &str,
    now: i64,
) -> Result<bool, StoreError> {
    let sql = "UPDATE users SET password = '', lastpasswordupdate = $4, updateat = $4, failedattempts = 0, \
        authservice = $2, authdata = $3 WHERE id = $1";
    Ok(db.exec(sql, args![id, service, data, now]).await? > 0)
}

pub async fn set_failed_attempts(db: &Db, id: &str, attempts: i64) -> Result<(), StoreError> {
    set(
        db,
        "UPDATE users SET failedattempts = $2 WHERE id = $1",
        args![id, attempts],
    )
    .await
}

/// Counts a sign-in as failed before it is tried; false, and not counted, if there were `most` failed ones already.
/// However many are tried at once, no more than these get their try.
pub async fn reserve_attempt(db: &Db, id: &str, most: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE users SET failedattempts = coalesce(failedattempts, 0) + 1 \
        WHERE id = $1 AND coalesce(failedattempts, 0) < $2";
    Ok(db.exec(sql, args![id, most]).await? > 0)
}

/// Takes a reservation back: what was tried did not fail.
pub async fn return_attempt(db: &Db, id: &str) -> Result<(), StoreError> {
    let sql =
        "UPDATE users SET failedattempts = failedattempts - 1 WHERE id = $1 AND failedattempts > 0";
    db.exec(sql, args![id]).await.map(|_| ())
}

pub async fn set_mfa(
    db: &Db,
    id: &str,
    active: bool,
    secret: &str,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE users SET mfaactive = $2, mfasecret = $3, mfausedtimestamps = $5, updateat = $4 WHERE id = $1";
    set(
        db,
        sql,
        args![id, active, secret, now, Arg::json(json!([]))],
    )
    .await
}

/// Remembers the time step whose code is being used, with those from `oldest` on; false if it was used before.
pub async fn use_mfa_step(db: &Db, id: &str, step: i64, oldest: i64) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    let sql = "SELECT mfausedtimestamps FROM users WHERE id = $1 FOR UPDATE";
    let row = tx.one(sql, args![id]).await?;
    let mut used = list_of_texts(row.get("mfausedtimestamps")?);
    let step = step.to_string();
    if used.contains(&step) {
        return Ok(false);
    }
    used.retain(|known| known.parse::<i64>().is_ok_and(|known| known >= oldest));
    used.push(step);
    let sql = "UPDATE users SET mfausedtimestamps = $2 WHERE id = $1";
    tx.exec(sql, args![id, Arg::json(json!(used))]).await?;
    tx.commit().await?;
    Ok(true)
}
