//! Changes of accounts: new ones, profiles, roles. Each function owns its transaction. What proves who somebody is, is in `proof`.

use model::{Bot, Preference, User};
use rustchat_core::roles;
use serde_json::json;

use super::{ANYBODY, COLUMNS, FROM, read};
use crate::args;
use crate::change::{Changed, Unchanged};
use crate::db::{Arg, Db, Queue, Tx};
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

/// How somebody new came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newcomer {
    /// Nobody was here before.
    First,
    Later,
    /// Not at all: the account was for the first person only, and somebody was quicker.
    TooLate,
}

/// Stores the account of a person with its first preferences. Whoever is first gets `roles_of_first`; of several who come at
/// once only one is.
pub async fn insert_person(
    db: &Db,
    user: &User,
    roles_of_first: &str,
    only_first: bool,
    first_preferences: &[Preference],
) -> Result<Newcomer, StoreError> {
    let mut tx = db.begin().await?;
    let mut first = tx.maybe(ANYBODY, args![]).await?.is_none();
    if first {
        tx.queue(Queue::FirstPerson).await?;
        first = tx.maybe(ANYBODY, args![]).await?.is_none();
    }
    if only_first && !first {
        return Ok(Newcomer::TooLate);
    }
    if first {
        let roles = roles_of_first.to_owned();
        let user = User {
            roles,
            ..user.clone()
        };
        insert_in(&mut tx, &user).await?;
    } else {
        insert_in(&mut tx, user).await?;
    }
    for preference in first_preferences {
        preferences::save_in(&mut tx, preference).await?;
    }
    tx.commit().await?;
    Ok(if first {
        Newcomer::First
    } else {
        Newcomer::Later
    })
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

/// Changes a profile as it is at that moment: nobody else changes the row between reading and writing. Passwords, roles,
/// sign-in and pictures have functions of their own.
pub async fn change<E: Send>(
    db: &Db,
    id: &str,
    apply: impl FnOnce(&mut User) -> Result<(), E> + Send,
) -> Result<Changed<User>, Unchanged<E>> {
    let mut tx = db.begin().await?;
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE u.id = $1 FOR UPDATE OF u");
    let before = read(&tx.one(&sql, args![id]).await?)?;
    let mut after = before.clone();
    apply(&mut after).map_err(Unchanged::Refused)?;
    let sql = "UPDATE users SET updateat = $2, username = $3, email = $4, emailverified = $5, nickname = $6, \
        firstname = $7, lastname = $8, position = $9, allowmarketing = $10, props = $11, notifyprops = $12, \
        locale = $13, timezone = $14, lastpictureupdate = $15, remoteid = $16 WHERE id = $1";
    tx.exec(
        sql,
        args![
            id,
            after.update_at,
            &after.username,
            &after.email,
            after.email_verified,
            &after.nickname,
            &after.first_name,
            &after.last_name,
            &after.position,
            after.allow_marketing,
            Arg::json(json!(after.props)),
            Arg::json(json!(after.notify_props)),
            &after.locale,
            timezone(&after),
            after.last_picture_update,
            &after.remote_id,
        ],
    )
    .await?;
    tx.commit().await?;
    Ok(Changed { before, after })
}

fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

pub(super) async fn set(db: &Db, sql: &str, args: Vec<Arg>) -> Result<(), StoreError> {
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

/// Changes system roles, of the account and of its live sessions at once. False, with nothing changed, if that took the role
/// from the last administrator.
pub async fn set_roles(db: &Db, id: &str, names: &str, now: i64) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    let sql = "SELECT roles FROM users WHERE id = $1 FOR UPDATE";
    let before: String = tx.one(sql, args![id]).await?.get("roles")?;
    let admin = |names: &str| roles::contains(names, roles::SYSTEM_ADMIN);
    if admin(&before) && !admin(names) {
        tx.queue(Queue::Administrators).await?;
        if tx.maybe(OTHER_ADMIN, args![id]).await?.is_none() {
            return Ok(false);
        }
    }
    tx.exec(
        "UPDATE users SET roles = $2, updateat = $3 WHERE id = $1",
        args![id, names, now],
    )
    .await?;
    tx.exec(
        "UPDATE sessions SET roles = $2 WHERE userid = $1",
        args![id, names],
    )
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// An active system administrator other than this user.
const OTHER_ADMIN: &str = "SELECT 1 AS one FROM users WHERE ' ' || roles || ' ' LIKE '% system_admin %' AND deleteat = 0 \
    AND id <> $1 LIMIT 1";

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
