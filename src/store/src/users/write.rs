//! Changes of accounts. Each function owns its transaction.

use model::{Bot, Preference, User};
use serde_json::json;

use crate::args;
use crate::db::{Arg, Db, Tx};
use crate::error::StoreError;
use crate::preferences;

/// Stores a new account with its first preferences, and its bot row if it is one.
/// `Conflict` on `users_username_key` or `users_email_key` tells what was taken.
pub async fn insert(
    db: &Db,
    user: &User,
    first: &[Preference],
    bot: Option<&Bot>,
) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    insert_in(&mut tx, user).await?;
    if let Some(bot) = bot {
        crate::bots::insert_in(&mut tx, bot).await?;
    }
    for preference in first {
        preferences::save_in(&mut tx, preference).await?;
    }
    tx.commit().await
}

async fn insert_in(tx: &mut Tx, user: &User) -> Result<(), StoreError> {
    let sql = "INSERT INTO users (id, createat, updateat, deleteat, username, password, authdata, authservice, email, \
        emailverified, nickname, firstname, lastname, position, roles, allowmarketing, props, notifyprops, \
        lastpasswordupdate, lastpictureupdate, failedattempts, locale, timezone, mfaactive, mfasecret, remoteid, \
        lastlogin, mfausedtimestamps) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)";
    let auth_data = user.auth_data.as_deref().filter(|data| !data.is_empty());
    tx.exec(
        sql,
        args![
            &user.id,
            user.create_at,
            user.update_at,
            user.delete_at,
            &user.username,
            &user.password,
            auth_data,
            &user.auth_service,
            &user.email,
            user.email_verified,
            &user.nickname,
            &user.first_name,
            &user.last_name,
            &user.position,
            &user.roles,
            user.allow_marketing,
            Arg::json(json!(user.props)),
            Arg::json(json!(user.notify_props)),
            user.last_password_update,
            user.last_picture_update,
            user.failed_attempts,
            &user.locale,
            timezone(user),
            user.mfa_active,
            &user.mfa_secret,
            &user.remote_id,
            user.last_login,
            Arg::json(json!(user.mfa_used_timestamps)),
        ],
    )
    .await?;
    Ok(())
}

fn timezone(user: &User) -> Arg {
    match &user.timezone {
        Some(zone) => Arg::json(json!(zone)),
        None => Arg::json_null(),
    }
}

/// Writes what a profile change may alter; passwords, roles, sign-in and pictures have functions of their own.
pub async fn update_profile(db: &Db, user: &User) -> Result<(), StoreError> {
    let sql = "UPDATE users SET updateat = $2, username = $3, email = $4, emailverified = $5, nickname = $6, \
        firstname = $7, lastname = $8, position = $9, allowmarketing = $10, props = $11, notifyprops = $12, \
        locale = $13, timezone = $14, lastpictureupdate = $15, remoteid = $16 WHERE id = $1";
    let rows = db
        .exec(
            sql,
            args![
                &user.id,
                user.update_at,
                &user.username,
                &user.email,
                user.email_verified,
                &user.nickname,
                &user.first_name,
                &user.last_name,
                &user.position,
                user.allow_marketing,
                Arg::json(json!(user.props)),
                Arg::json(json!(user.notify_props)),
                &user.locale,
                timezone(user),
                user.last_picture_update,
                &user.remote_id,
            ],
        )
        .await?;
    found(rows)
}

fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

async fn set(db: &Db, sql: &str, args: Vec<Arg>) -> Result<(), StoreError> {
    found(db.exec(sql, args).await?)
}

/// Activates (0) or deactivates an account; its bot row follows.
pub async fn set_delete_at(db: &Db, id: &str, delete_at: i64, now: i64) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    let rows = tx
        .exec(
            "UPDATE users SET deleteat = $2, updateat = $3 WHERE id = $1",
            args![id, delete_at, now],
        )
        .await?;
    tx.exec(
        "UPDATE bots SET deleteat = $2, updateat = $3 WHERE userid = $1",
        args![id, delete_at, now],
    )
    .await?;
    tx.commit().await?;
    found(rows)
}

/// Changes system roles, of the account and of its live sessions at once.
pub async fn set_roles(db: &Db, id: &str, roles: &str, now: i64) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    let rows = tx
        .exec(
            "UPDATE users SET roles = $2, updateat = $3 WHERE id = $1",
            args![id, roles, now],
        )
        .await?;
    tx.exec(
        "UPDATE sessions SET roles = $2 WHERE userid = $1",
        args![id, roles],
    )
    .await?;
    tx.commit().await?;
    found(rows)
}

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

/// Counts a failed sign-in and says how many there were with it.
pub async fn add_failed_attempt(db: &Db, id: &str) -> Result<(), StoreError> {
    set(
        db,
        "UPDATE users SET failedattempts = coalesce(failedattempts, 0) + 1 WHERE id = $1",
        args![id],
    )
    .await
}

pub async fn set_email_verified(
    db: &Db,
    id: &str,
    email: &str,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE users SET emailverified = $4, email = $2, updateat = $3 WHERE id = $1";
    set(db, sql, args![id, email, now, true]).await
}

pub async fn set_picture(db: &Db, id: &str, picture_at: i64, now: i64) -> Result<(), StoreError> {
    set(
        db,
        "UPDATE users SET lastpictureupdate = $2, updateat = $3 WHERE id = $1",
        args![id, picture_at, now],
    )
    .await
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

/// Remembers the time steps whose codes were used, so that none works twice.
pub async fn set_mfa_used(db: &Db, id: &str, used: &[String]) -> Result<(), StoreError> {
    set(
        db,
        "UPDATE users SET mfausedtimestamps = $2 WHERE id = $1",
        args![id, Arg::json(json!(used))],
    )
    .await
}
