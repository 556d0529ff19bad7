//! Rows of `uploadsessions`: files that arrive in parts, and how far they are.

use model::{UploadSession, UploadType};

use crate::db::{Arg, Row};
use crate::files::{self, StoredFile};
use crate::{Store, StoreError, args};

/// An upload that is under way: what clients see, and where the bytes go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredUpload {
    pub session: UploadSession,
    pub path: String,
}

/// Sessions of one user that are listed.
const MOST: i64 = 1_000;

const SELECT: &str = "SELECT id, type, createat, userid, channelid, filename, path, filesize, fileoffset, remoteid, reqfileid \
    FROM uploadsessions";

fn from_row(row: &Row) -> Result<StoredUpload, StoreError> {
    let kind: String = row.get("type")?;
    let session = UploadSession {
        id: row.get("id")?,
        type_: UploadType::from(kind.as_str()),
        create_at: row.get("createat")?,
        user_id: row.get("userid")?,
        channel_id: row.get("channelid")?,
        filename: row.get("filename")?,
        file_size: row.get("filesize")?,
        file_offset: row.get("fileoffset")?,
        remote_id: row.get("remoteid")?,
        req_file_id: row.get("reqfileid")?,
    };
    Ok(StoredUpload {
        session,
        path: row.get("path")?,
    })
}

pub async fn insert(store: &Store, upload: &StoredUpload) -> Result<(), StoreError> {
    let session = &upload.session;
    let sql = "INSERT INTO uploadsessions (id, type, createat, userid, channelid, filename, path, filesize, fileoffset, remoteid, \
        reqfileid) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let db = store.db();
    db.exec(
        sql,
        args![
            &session.id,
            Arg::Word(Some(session.type_.as_str().to_owned())), // an enum on PostgreSQL
            session.create_at,
            &session.user_id,
            &session.channel_id,
            &session.filename,
            &upload.path,
            session.file_size,
            session.file_offset,
            &session.remote_id,
            &session.req_file_id
        ],
    )
    .await?;
    Ok(())
}

pub async fn get(store: &Store, id: &str) -> Result<Option<StoredUpload>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1");
    let row = store.db().maybe(&sql, args![id]).await?;
    row.as_ref().map(from_row).transpose()
}

pub async fn of_user(store: &Store, user_id: &str) -> Result<Vec<UploadSession>, StoreError> {
    let sql = format!("{SELECT} WHERE userid = $1 ORDER BY createat, id LIMIT {MOST}");
    let rows = store.db().all(&sql, args![user_id]).await?;
    rows.iter().map(|row| Ok(from_row(row)?.session)).collect()
}

/// What a person has begun to upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    pub count: i64,
    /// Announced, whether they have come or not.
    pub bytes: i64,
}

pub async fn unfinished(store: &Store, user_id: &str) -> Result<Unfinished, StoreError> {
    let sql = "SELECT COUNT(*) AS count, CAST(COALESCE(SUM(filesize), 0) AS BIGINT) AS bytes FROM uploadsessions WHERE userid = $1";
    let row = store.db().one(sql, args![user_id]).await?;
    Ok(Unfinished {
        count: row.get("count")?,
        bytes: row.get("bytes")?,
    })
}

/// The oldest uploads begun before a time.
pub async fn older(store: &Store, before: i64, most: i64) -> Result<Vec<StoredUpload>, StoreError> {
    let sql = format!("{SELECT} WHERE createat < $1 ORDER BY createat LIMIT $2");
    let rows = store.db().all(&sql, args![before, most]).await?;
    rows.iter().map(from_row).collect()
}

pub async fn set_offset(store: &Store, id: &str, offset: i64) -> Result<(), StoreError> {
    let sql = "UPDATE uploadsessions SET fileoffset = $2 WHERE id = $1";
    store.db().exec(sql, args![id, offset]).await?;
    Ok(())
}

/// Ends the upload; the file it became, if it became one, is there in the same moment.
pub async fn finish(store: &Store, id: &str, file: Option<&StoredFile>) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    if let Some(file) = file {
        files::insert_in(&mut tx, file).await?;
    }
    tx.exec("DELETE FROM uploadsessions WHERE id = $1", args![id])
        .await?;
    tx.commit().await
}
