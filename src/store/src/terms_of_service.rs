//! Rows of `termsofservice` and `usertermsofservice`: what people have to accept, and who did.

use crate::error::StoreError;
use crate::{Store, args};
use model::{TermsOfService, UserTermsOfService};

async fn maybe(
    store: &Store,
    tail: &str,
    key: Option<&str>,
) -> Result<Option<TermsOfService>, StoreError> {
    let sql = format!("SELECT id, createat, userid, text FROM termsofservice {tail}");
    let values = key.map_or_else(Vec::new, |key| args![key]);
    let Some(row) = store.db().maybe(&sql, values).await? else {
        return Ok(None);
    };
    Ok(Some(TermsOfService {
        id: row.get("id")?,
        create_at: row.get("createat")?,
        user_id: row.get("userid")?,
        text: row.get("text")?,
    }))
}

/// The terms in force.
pub async fn latest(store: &Store) -> Result<Option<TermsOfService>, StoreError> {
    maybe(store, "ORDER BY createat DESC LIMIT 1", None).await
}

pub async fn by_id(store: &Store, id: &str) -> Result<Option<TermsOfService>, StoreError> {
    maybe(store, "WHERE id = $1", Some(id)).await
}

/// What a user accepted last.
pub async fn accepted_by(
    store: &Store,
    user_id: &str,
) -> Result<Option<UserTermsOfService>, StoreError> {
    let sql = "SELECT userid, termsofserviceid, createat FROM usertermsofservice WHERE userid = $1";
    let Some(row) = store.db().maybe(sql, args![user_id]).await? else {
        return Ok(None);
    };
    Ok(Some(UserTermsOfService {
        user_id: row.get("userid")?,
        terms_of_service_id: row.get("termsofserviceid")?,
        create_at: row.get("createat")?,
    }))
}

pub async fn accept(store: &Store, accepted: &UserTermsOfService) -> Result<(), StoreError> {
    let sql = "INSERT INTO usertermsofservice (userid, termsofserviceid, createat) VALUES ($1, $2, $3) \
        ON CONFLICT (userid) DO UPDATE SET termsofserviceid = excluded.termsofserviceid, createat = excluded.createat";
    let UserTermsOfService {
        user_id,
        terms_of_service_id,
        create_at,
    } = accepted;
    let values = args![user_id, terms_of_service_id, *create_at];
    store.db().exec(sql, values).await?;
    Ok(())
}

/// Takes an acceptance back.
pub async fn decline(store: &Store, user_id: &str, terms_id: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM usertermsofservice WHERE userid = $1 AND termsofserviceid = $2";
    store.db().exec(sql, args![user_id, terms_id]).await?;
    Ok(())
}
