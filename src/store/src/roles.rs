//! Rows of `roles`: which permissions a role name stands for.

use crate::cache::Kind;
use crate::db::Row;
use crate::error::StoreError;
use crate::{Store, args};
use model::Role;
use std::sync::Arc;

const SELECT: &str = "SELECT id, name, displayname, description, createat, updateat, deleteat, permissions, \
    schememanaged, builtin, schemeid FROM roles";

fn read(row: &Row) -> Result<Role, StoreError> {
    let permissions: String = row.get("permissions")?;
    Ok(Role {
        id: row.get("id")?,
        name: row.get("name")?,
        display_name: row.get("displayname")?,
        description: row.get("description")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        permissions: Some(permissions.split_whitespace().map(str::to_owned).collect()),
        scheme_managed: row.get("schememanaged")?,
        built_in: row.get("builtin")?,
        scheme_id: row.get("schemeid")?,
    })
}

/// The role of this name, from the cache where it is there.
pub async fn cached(store: &Store, name: &str) -> Result<Option<Arc<Role>>, StoreError> {
    let load = || async { Ok(by_name(store, name).await?.map(Arc::new)) };
    store.cache().roles.get(name, load).await
}

async fn maybe(store: &Store, condition: &str, key: &str) -> Result<Option<Role>, StoreError> {
    let row = store
        .db()
        .maybe(&format!("{SELECT} {condition}"), args![key])
        .await?;
    row.as_ref().map(read).transpose()
}

pub async fn by_name(store: &Store, name: &str) -> Result<Option<Role>, StoreError> {
    maybe(store, "WHERE name = $1", name).await
}

pub async fn by_id(store: &Store, id: &str) -> Result<Option<Role>, StoreError> {
    maybe(store, "WHERE id = $1", id).await
}

/// The roles of these names that exist, in the order of their names.
pub async fn by_names(store: &Store, names: &[String]) -> Result<Vec<Role>, StoreError> {
    let sql = format!("{SELECT} WHERE name = ANY($1) ORDER BY name");
    let rows = store.db().all(&sql, args![names.to_vec()]).await?;
    rows.iter().map(read).collect()
}

/// All roles; there are a few dozen.
pub async fn all(store: &Store) -> Result<Vec<Role>, StoreError> {
    let rows = store
        .db()
        .all(&format!("{SELECT} ORDER BY name"), args![])
        .await?;
    rows.iter().map(read).collect()
}

/// Replaces the permissions of a role.
pub async fn set_permissions(store: &Store, role: &Role, now: i64) -> Result<(), StoreError> {
    let list = role
        .permissions
        .iter()
        .flatten()
        .fold(String::new(), |mut list, id| {
            list.push(' ');
            list.push_str(id);
            list
        });
    let sql = "UPDATE roles SET permissions = $2, updateat = $3 WHERE id = $1";
    store.db().exec(sql, args![&role.id, list, now]).await?;
    store.cache().invalidate(Kind::Role, &role.name);
    Ok(())
}
