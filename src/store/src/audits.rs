//! Rows of `audits`: who did what, as administrators look it up later.

use crate::db::Row;
use crate::error::StoreError;
use crate::{Store, args};
use model::Audit;

const MAX_EXTRA: usize = 1024;

fn read(row: &Row) -> Result<Audit, StoreError> {
    Ok(Audit {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        user_id: row.get("userid")?,
        action: row.get("action")?,
        extra_info: row.get("extrainfo")?,
        ip_address: row.get("ipaddress")?,
        session_id: row.get("sessionid")?,
    })
}

/// Adds what happened, all or none.
pub async fn insert(store: &Store, audits: &[Audit]) -> Result<(), StoreError> {
    let sql = "INSERT INTO audits (id, createat, userid, action, extrainfo, ipaddress, sessionid) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let mut tx = store.db().begin().await?;
    for audit in audits {
        let extra: String = audit.extra_info.chars().take(MAX_EXTRA).collect();
        let values = args![
            &audit.id,
            audit.create_at,
            &audit.user_id,
            &audit.action,
            extra,
            &audit.ip_address,
            &audit.session_id
        ];
        tx.exec(sql, values).await?;
    }
    tx.commit().await
}

/// A page of everybody's, or of one user's, the newest first.
pub async fn list(
    store: &Store,
    user_id: Option<&str>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Audit>, StoreError> {
    let columns =
        "SELECT id, createat, userid, action, extrainfo, ipaddress, sessionid FROM audits";
    let tail = "ORDER BY createat DESC, id LIMIT $1 OFFSET $2";
    let rows = match user_id {
        Some(id) => {
            let sql = format!("{columns} WHERE userid = $3 {tail}");
            store.db().all(&sql, args![limit, offset, id]).await?
        }
        None => {
            let sql = format!("{columns} {tail}");
            store.db().all(&sql, args![limit, offset]).await?
        }
    };
    rows.iter().map(read).collect()
}
