//! Rows of `notifyadmin`: who asked administrators for a feature that takes a licence.

use crate::args;
use crate::db::Db;
use crate::error::StoreError;

/// A person's wish for a feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    pub user_id: String,
    pub plan: String,
    pub feature: String,
    pub trial: bool,
    pub create_at: i64,
}

/// Whether this person asked for this feature already, whatever the plan.
pub async fn exists(db: &Db, user_id: &str, feature: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS one FROM notifyadmin WHERE userid = $1 AND requiredfeature = $2 LIMIT 1";
    Ok(db.maybe(sql, args![user_id, feature]).await?.is_some())
}

pub async fn insert(db: &Db, wish: &Wish) -> Result<(), StoreError> {
    let sql = "INSERT INTO notifyadmin (userid, createat, requiredplan, requiredfeature, trial, sentat) \
        VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (userid, requiredfeature, requiredplan) DO NOTHING";
    let values = args![
        &wish.user_id,
        wish.create_at,
        &wish.plan,
        &wish.feature,
        wish.trial
    ];
    db.exec(sql, values).await.map(|_| ())
}
