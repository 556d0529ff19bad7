//! Rows of `tokens`: secrets that links in mails carry, each good for one purpose, once and for a while. What is in their
//! `extra` is the domain's matter. Not the tokens programs sign in with (`tokens`).

use crate::db::{Row, Tx, dialect};
use crate::error::StoreError;
use crate::{Store, args};

/// What a secret is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    VerifyEmail,
    PasswordRecovery,
    TeamInvitation,
    GuestInvitation,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::PasswordRecovery => "password_recovery",
            Self::TeamInvitation => "team_invitation",
            Self::GuestInvitation => "guest_invitation",
        }
    }
}

/// A secret as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneTimeToken {
    pub token: String,
    pub create_at: i64,
    /// JSON text.
    pub extra: String,
}

fn read(row: &Row) -> Result<OneTimeToken, StoreError> {
    Ok(OneTimeToken {
        token: row.get("token")?,
        create_at: row.get("createat")?,
        extra: row.get("extra")?,
    })
}

const INSERT: &str = "INSERT INTO tokens (token, createat, type, extra) VALUES ($1, $2, $3, $4)";

pub async fn insert(
    store: &Store,
    purpose: Purpose,
    tokens: &[OneTimeToken],
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    for token in tokens {
        let values = args![
            &token.token,
            token.create_at,
            purpose.as_str(),
            &token.extra
        ];
        tx.exec(INSERT, values).await?;
    }
    tx.commit().await
}

/// Puts a user's new secret in the place of all older ones of this purpose.
pub async fn replace(
    store: &Store,
    purpose: Purpose,
    user_id: &str,
    token: &OneTimeToken,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    let sql = "DELETE FROM tokens WHERE type = $1 AND extra LIKE $2 ESCAPE '\\'";
    let of_user = format!("%{}%", dialect::like_escape(&format!("\"{user_id}\"")));
    tx.exec(sql, args![purpose.as_str(), of_user]).await?;
    let values = args![
        &token.token,
        token.create_at,
        purpose.as_str(),
        &token.extra
    ];
    tx.exec(INSERT, values).await?;
    tx.commit().await
}

pub async fn get(
    store: &Store,
    purpose: Purpose,
    token: &str,
) -> Result<Option<OneTimeToken>, StoreError> {
    let sql = "SELECT token, createat, extra FROM tokens WHERE token = $1 AND type = $2";
    let row = store
        .db()
        .maybe(sql, args![token, purpose.as_str()])
        .await?;
    row.as_ref().map(read).transpose()
}

/// Uses a secret up: of several callers at once only one gets true.
pub async fn take(store: &Store, purpose: Purpose, token: &str) -> Result<bool, StoreError> {
    let mut tx = store.db().begin().await?;
    let taken = take_in(&mut tx, purpose, token).await?;
    tx.commit().await?;
    Ok(taken)
}

pub(crate) async fn take_in(
    tx: &mut Tx,
    purpose: Purpose,
    token: &str,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM tokens WHERE token = $1 AND type = $2";
    Ok(tx.exec(sql, args![token, purpose.as_str()]).await? > 0)
}

/// Makes all secrets of these purposes worthless.
pub async fn delete_all(store: &Store, purposes: &[Purpose]) -> Result<(), StoreError> {
    let words: Vec<String> = purposes.iter().map(|p| p.as_str().to_owned()).collect();
    let sql = "DELETE FROM tokens WHERE type = ANY($1)";
    store.db().exec(sql, args![&words]).await.map(|_| ())
}

/// Removes what was made before a moment.
pub async fn delete_older(store: &Store, before: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM tokens WHERE createat < $1";
    store.db().exec(sql, args![before]).await.map(|_| ())
}
