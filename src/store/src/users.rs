//! Rows of `users`, joined with what makes one a bot. Rows hold secrets: the domain sanitises them.

mod erase;
mod list;
mod proof;
mod search;
mod write;

use std::collections::BTreeMap;

use model::User;
use serde_json::Value;

use crate::args;
use crate::db::{Db, Row};
use crate::error::StoreError;

pub use erase::erase;
pub use list::{Activity, Filter, Sort, count, list};
pub use proof::{
    reserve_attempt, return_attempt, set_auth, set_failed_attempts, set_mfa, set_password,
    set_password_form, use_mfa_step,
};
pub use search::{Names, complete_in_channel, ids_by_name, search};
pub use write::{
    Newcomer, change, insert, insert_person, set_delete_at, set_email_verified, set_picture,
    set_roles,
};

/// Columns of a user with those of a possible bot, and the tables they come from.
const FROM: &str = "users u LEFT JOIN bots b ON b.userid = u.id";
pub(crate) const COLUMNS: &str = "u.id, u.createat, u.updateat, u.deleteat, u.username, u.password, u.authdata, u.authservice, \
    u.email, u.emailverified, u.nickname, u.firstname, u.lastname, u.position, u.roles, u.allowmarketing, u.props, \
    u.notifyprops, u.lastpasswordupdate, u.lastpictureupdate, u.failedattempts, u.locale, u.timezone, u.mfaactive, \
    u.mfasecret, u.remoteid, u.lastlogin, u.mfausedtimestamps, b.userid AS botid, b.description AS botdescription, \
    b.lasticonupdate AS boticon";

pub(crate) fn read(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        username: row.get("username")?,
        password: row.get("password")?,
        auth_data: row.get("authdata")?,
        auth_service: row.get("authservice")?,
        email: row.get("email")?,
        email_verified: row.get("emailverified")?,
        nickname: row.get("nickname")?,
        first_name: row.get("firstname")?,
        last_name: row.get("lastname")?,
        position: row.get("position")?,
        roles: row.get("roles")?,
        allow_marketing: row.get("allowmarketing")?,
        props: texts(row.get("props")?).unwrap_or_default(),
        notify_props: texts(row.get("notifyprops")?).unwrap_or_default(),
        last_password_update: row.get("lastpasswordupdate")?,
        last_picture_update: row.get("lastpictureupdate")?,
        failed_attempts: row.get("failedattempts")?,
        locale: row.get("locale")?,
        timezone: texts(row.get("timezone")?),
        mfa_active: row.get("mfaactive")?,
        mfa_secret: row.get("mfasecret")?,
        remote_id: row.get("remoteid")?,
        last_login: row.get("lastlogin")?,
        mfa_used_timestamps: list_of_texts(row.get("mfausedtimestamps")?),
        is_bot: row.get::<Option<String>>("botid")?.is_some(),
        bot_description: row.get("botdescription")?,
        bot_last_icon_update: row.get("boticon")?,
        ..User::default()
    })
}

/// A JSON object of texts; values of other types are left out, as they were not written by a server.
pub(crate) fn texts(value: Value) -> Option<BTreeMap<String, String>> {
    let Value::Object(map) = value else {
        return None;
    };
    let texts = map.into_iter().filter_map(|(key, value)| match value {
        Value::String(text) => Some((key, text)),
        _ => None,
    });
    Some(texts.collect())
}

fn list_of_texts(value: Value) -> Vec<String> {
    let Value::Array(items) = value else {
        return Vec::new();
    };
    items
        .into_iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

async fn find(db: &Db, condition: &str, value: &str) -> Result<Option<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE {condition}");
    db.maybe(&sql, args![value])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Reads past the cache.
pub async fn by_id(db: &Db, id: &str) -> Result<Option<User>, StoreError> {
    find(db, "u.id = $1", id).await
}

pub async fn by_username(db: &Db, username: &str) -> Result<Option<User>, StoreError> {
    find(db, "u.username = $1", username).await
}

pub async fn by_email(db: &Db, email: &str) -> Result<Option<User>, StoreError> {
    find(db, "u.email = $1", email).await
}

/// Whom a sign-in name means: a username or an address, as far as the configuration takes them.
pub async fn by_login(
    db: &Db,
    login_id: &str,
    username: bool,
    email: bool,
) -> Result<Option<User>, StoreError> {
    let condition = match (username, email) {
        (true, true) => "u.username = $1 OR u.email = $1",
        (true, false) => "u.username = $1",
        (false, true) => "u.email = $1",
        (false, false) => return Ok(None),
    };
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE {condition} LIMIT 2");
    let rows = db.all(&sql, args![login_id]).await?;
    // a name that is somebody else's address belongs to nobody
    match rows.as_slice() {
        [only] => read(only).map(Some),
        _ => Ok(None),
    }
}

/// Those of the ids that exist, by name. `since` leaves out those not changed after it.
pub async fn by_ids(db: &Db, ids: &[String], since: i64) -> Result<Vec<User>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE u.id = ANY($1) AND u.updateat > $2 ORDER BY u.username"
    );
    db.all(&sql, args![ids, since.max(-1)])
        .await?
        .iter()
        .map(read)
        .collect()
}

pub async fn by_usernames(db: &Db, usernames: &[String]) -> Result<Vec<User>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM {FROM} WHERE u.username = ANY($1) ORDER BY u.username");
    db.all(&sql, args![usernames])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Members of each of the channels, by channel and name; for names of group messages.
pub async fn of_channels(
    db: &Db,
    channel_ids: &[String],
) -> Result<Vec<(String, User)>, StoreError> {
    let sql = format!(
        "SELECT cm.channelid, {COLUMNS} FROM channelmembers cm JOIN {FROM_MEMBERS} WHERE cm.channelid = ANY($1) \
         ORDER BY cm.channelid, u.username"
    );
    let rows = db.all(&sql, args![channel_ids]).await?;
    rows.iter()
        .map(|row| Ok((row.get("channelid")?, read(row)?)))
        .collect()
}

const FROM_MEMBERS: &str = "users u ON u.id = cm.userid LEFT JOIN bots b ON b.userid = u.id";

/// Ids of everybody who shares a team or a channel with the user.
pub async fn known_to(db: &Db, user_id: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT DISTINCT other.userid FROM channelmembers own \
        JOIN channelmembers other ON other.channelid = own.channelid \
        WHERE own.userid = $1 AND other.userid <> $1 ORDER BY other.userid";
    db.all(sql, args![user_id])
        .await?
        .iter()
        .map(|row| row.get("userid"))
        .collect()
}

/// Whether any of the accounts is a person's.
pub async fn any(db: &Db) -> Result<bool, StoreError> {
    Ok(db.maybe(ANYBODY, args![]).await?.is_some())
}

const ANYBODY: &str = "SELECT 1 AS one FROM users u WHERE NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = u.id) LIMIT 1";

/// The administrator who was there first.
pub async fn first_admin(db: &Db) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id FROM users WHERE ' ' || roles || ' ' LIKE '% system_admin %' AND deleteat = 0 \
        ORDER BY createat LIMIT 1";
    let row = db.maybe(sql, args![]).await?;
    row.map(|row| row.get("id")).transpose()
}
