//! Rows of `bots`: the users that are programs, and who owns them.

use crate::cache::Kind;
use crate::db::{Arg, Row, Tx};
use crate::error::StoreError;
use crate::{Store, args};
use model::{Bot, User};

const SELECT: &str = "SELECT b.userid, u.username, u.firstname, b.description, b.ownerid, b.createat, b.updateat, \
    b.deleteat, b.lasticonupdate FROM bots b JOIN users u ON u.id = b.userid";

fn read(row: &Row) -> Result<Bot, StoreError> {
    Ok(Bot {
        user_id: row.get("userid")?,
        username: row.get("username")?,
        display_name: row.get("firstname")?,
        description: row.get("description")?,
        owner_id: row.get("ownerid")?,
        last_icon_update: row.get("lasticonupdate")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
    })
}

/// Which bots a list is of.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this owner, if not empty.
    pub owner_id: String,
    pub include_deleted: bool,
    /// Only those whose owner was deactivated.
    pub only_orphaned: bool,
    pub offset: i64,
    pub limit: i64,
}

pub async fn by_id(store: &Store, user_id: &str) -> Result<Option<Bot>, StoreError> {
    let sql = format!("{SELECT} WHERE b.userid = $1");
    let row = store.db().maybe(&sql, args![user_id]).await?;
    row.as_ref().map(read).transpose()
}

pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<Bot>, StoreError> {
    let mut sql = String::from(SELECT);
    let mut conditions = Vec::new();
    let mut values: Vec<Arg> = args![filter.limit, filter.offset];
    if filter.only_orphaned {
        sql.push_str(" JOIN users o ON o.id = b.ownerid");
        conditions.push("o.deleteat <> 0");
    }
    if !filter.include_deleted {
        conditions.push("b.deleteat = 0");
    }
    if !filter.owner_id.is_empty() {
        conditions.push("b.ownerid = $3");
        values.push((&filter.owner_id).into());
    }
    if !conditions.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&conditions.join(" AND "));
    }
    sql.push_str(" ORDER BY b.createat, u.username LIMIT $1 OFFSET $2");
    store
        .db()
        .all(&sql, values)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Adds the bot of a user that is inserted in the same transaction.
pub(crate) async fn insert_in(tx: &mut Tx, bot: &Bot) -> Result<(), StoreError> {
    let sql = "INSERT INTO bots (userid, description, ownerid, createat, updateat, deleteat, lasticonupdate) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.exec(
        sql,
        args![
            &bot.user_id,
            &bot.description,
            &bot.owner_id,
            bot.create_at,
            bot.update_at,
            bot.delete_at,
            bot.last_icon_update
        ],
    )
    .await?;
    Ok(())
}

/// Writes what a patch changes: names on the user, the rest on the bot.
pub async fn update(store: &Store, user: &User, bot: &Bot) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    let sql =
        "UPDATE users SET username = $2, email = $3, firstname = $4, updateat = $5 WHERE id = $1";
    let names = args![
        &user.id,
        &user.username,
        &user.email,
        &user.first_name,
        user.update_at
    ];
    tx.exec(sql, names).await?;
    let sql = "UPDATE bots SET description = $2, updateat = $3 WHERE userid = $1";
    tx.exec(sql, args![&bot.user_id, &bot.description, bot.update_at])
        .await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::User, &user.id);
    Ok(())
}

/// Hands a bot over.
pub async fn set_owner(
    store: &Store,
    user_id: &str,
    owner_id: &str,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE bots SET ownerid = $2, updateat = $3 WHERE userid = $1";
    store.db().exec(sql, args![user_id, owner_id, now]).await?;
    Ok(())
}

/// Makes a user a bot: it can no longer sign in with a password or through a provider.
pub async fn from_user(store: &Store, bot: &Bot) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    insert_in(&mut tx, bot).await?;
    let sql = "UPDATE users SET password = '', authdata = NULL, authservice = '', updateat = $2 WHERE id = $1";
    tx.exec(sql, args![&bot.user_id, bot.update_at]).await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::User, &bot.user_id);
    Ok(())
}

/// Makes a bot a user again, with a password and these roles.
pub async fn into_user(
    store: &Store,
    user_id: &str,
    hash: &str,
    roles: &str,
    now: i64,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    tx.exec("DELETE FROM bots WHERE userid = $1", args![user_id])
        .await?;
    let sql = "UPDATE users SET password = $2, lastpasswordupdate = $3, updateat = $3, roles = $4 WHERE id = $1";
    tx.exec(sql, args![user_id, hash, now, roles]).await?;
    tx.commit().await?;
    store.cache().invalidate(Kind::User, user_id);
    Ok(())
}
