//! The little that rules about teams and channels need to know of many people at once. Whole users are `users`' matter.

use crate::db::Row;
use crate::{Store, StoreError, args};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    pub id: String,
    pub username: String,
    pub email: String,
    pub roles: String,
    pub delete_at: i64,
    pub is_bot: bool,
}

impl Person {
    pub fn is_guest(&self) -> bool {
        self.roles
            .split_ascii_whitespace()
            .any(|role| role == "system_guest")
    }
}

/// Those of `ids` who exist, in the order of `ids`.
pub async fn by_ids(store: &Store, ids: &[String]) -> Result<Vec<Person>, StoreError> {
    let sql = "SELECT u.id, u.username, u.email, u.roles, u.deleteat, b.userid AS bot FROM users u \
               LEFT JOIN bots b ON b.userid = u.id WHERE u.id = ANY($1)";
    let rows = store.db().all(sql, args![ids]).await?;
    let mut people = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    people.sort_by_key(|person| ids.iter().position(|id| *id == person.id));
    Ok(people)
}

fn read(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.get("id")?,
        username: row.get("username")?,
        email: row.get("email")?,
        roles: row.get("roles")?,
        delete_at: row.get("deleteat")?,
        is_bot: row.get::<Option<String>>("bot")?.is_some(),
    })
}
