//! Rows of `preferences`: small named values of a user, grouped in categories.

use model::Preference;

use crate::args;
use crate::db::{Db, Row, Tx, again};
use crate::error::StoreError;

fn read(row: &Row) -> Result<Preference, StoreError> {
    Ok(Preference {
        user_id: row.get("userid")?,
        category: row.get("category")?,
        name: row.get("name")?,
        value: row.get("value")?,
    })
}

const SELECT: &str = "SELECT userid, category, name, value FROM preferences";

pub async fn of_user(db: &Db, user_id: &str) -> Result<Vec<Preference>, StoreError> {
    let sql = format!("{SELECT} WHERE userid = $1 ORDER BY category, name");
    db.all(&sql, args![user_id])
        .await?
        .iter()
        .map(read)
        .collect()
}

pub async fn of_category(
    db: &Db,
    user_id: &str,
    category: &str,
) -> Result<Vec<Preference>, StoreError> {
    let sql = format!("{SELECT} WHERE userid = $1 AND category = $2 ORDER BY name");
    db.all(&sql, args![user_id, category])
        .await?
        .iter()
        .map(read)
        .collect()
}

pub async fn get(
    db: &Db,
    user_id: &str,
    category: &str,
    name: &str,
) -> Result<Option<Preference>, StoreError> {
    let sql = format!("{SELECT} WHERE userid = $1 AND category = $2 AND name = $3");
    db.maybe(&sql, args![user_id, category, name])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The same preference of several users; for deciding about all receivers of a message at once.
pub async fn of_users(
    db: &Db,
    user_ids: &[String],
    category: &str,
    name: &str,
) -> Result<Vec<Preference>, StoreError> {
    let sql = format!("{SELECT} WHERE userid = ANY($1) AND category = $2 AND name = $3");
    db.all(&sql, args![user_ids, category, name])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Saves all or none.
pub async fn save(db: &Db, preferences: &[Preference]) -> Result<(), StoreError> {
    again(|| async {
        let mut tx = db.begin().await?;
        for preference in preferences {
            save_in(&mut tx, preference).await?;
        }
        tx.commit().await
    })
    .await
}

pub(crate) async fn save_in(tx: &mut Tx, preference: &Preference) -> Result<(), StoreError> {
    let sql = "INSERT INTO preferences (userid, category, name, value) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (userid, category, name) DO UPDATE SET value = excluded.value";
    let Preference {
        user_id,
        category,
        name,
        value,
    } = preference;
    tx.exec(sql, args![user_id, category, name, value]).await?;
    Ok(())
}

pub async fn delete(db: &Db, preferences: &[Preference]) -> Result<(), StoreError> {
    again(|| async {
        let mut tx = db.begin().await?;
        for preference in preferences {
            let sql = "DELETE FROM preferences WHERE userid = $1 AND category = $2 AND name = $3";
            tx.exec(
                sql,
                args![&preference.user_id, &preference.category, &preference.name],
            )
            .await?;
        }
        tx.commit().await
    })
    .await
}

/// Takes a preference from everybody who has it (a deleted post is no longer anybody's flagged one).
pub async fn delete_everywhere(db: &Db, category: &str, name: &str) -> Result<(), StoreError> {
    db.exec(
        "DELETE FROM preferences WHERE category = $1 AND name = $2",
        args![category, name],
    )
    .await?;
    Ok(())
}
