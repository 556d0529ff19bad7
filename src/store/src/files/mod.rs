//! Rows of `fileinfo`: what is known of an uploaded file and where its bytes lie. The bytes themselves are in `blob`;
//! which post a file belongs to is written with the post (`posts`).

mod search;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::FileInfo;

use crate::db::{Row, Tx};
use crate::{Store, StoreError, args};

pub use search::search;

/// A file's row: what clients see, and the paths they do not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredFile {
    pub info: FileInfo,
    pub path: String,
    /// Empty without a thumbnail.
    pub thumbnail_path: String,
    /// Empty without a preview.
    pub preview_path: String,
    /// What a search finds the file by, blanks between; written, never read back.
    pub words: String,
}

/// What clients see of a file `f`, for `info_from_row`.
macro_rules! info_columns {
    () => {
        "f.id, f.creatorid, f.postid, f.channelid, f.createat, f.updateat, f.deleteat, f.name, f.extension, f.size, \
         f.mimetype, f.width, f.height, f.haspreviewimage, f.minipreview, f.remoteid, f.archived"
    };
}

pub(crate) use info_columns;

pub(crate) fn info_from_row(row: &Row) -> Result<FileInfo, StoreError> {
    let preview: Option<Vec<u8>> = row.get("minipreview")?;
    Ok(FileInfo {
        id: row.get("id")?,
        user_id: row.get("creatorid")?,
        post_id: row.get("postid")?,
        channel_id: row.get("channelid")?,
        create_at: row.get("createat")?,
        update_at: row.get("updateat")?,
        delete_at: row.get("deleteat")?,
        name: row.get("name")?,
        extension: row.get("extension")?,
        size: row.get("size")?,
        mime_type: row.get("mimetype")?,
        width: row.get("width")?,
        height: row.get("height")?,
        has_preview_image: row.get("haspreviewimage")?,
        mini_preview: preview
            .filter(|bytes| !bytes.is_empty())
            .map(|bytes| STANDARD.encode(bytes)),
        remote_id: Some(row.get("remoteid")?),
        archived: row.get("archived")?,
    })
}

fn from_row(row: &Row) -> Result<StoredFile, StoreError> {
    Ok(StoredFile {
        info: info_from_row(row)?,
        path: row.get("path")?,
        thumbnail_path: row.get("thumbnailpath")?,
        preview_path: row.get("previewpath")?,
        words: String::new(),
    })
}

pub async fn insert(store: &Store, file: &StoredFile) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    insert_in(&mut tx, file).await?;
    tx.commit().await
}

pub(crate) async fn insert_in(tx: &mut Tx, file: &StoredFile) -> Result<(), StoreError> {
    let info = &file.info;
    let preview = info
        .mini_preview
        .as_deref()
        .and_then(|text| STANDARD.decode(text).ok());
    tx.exec(
        "INSERT INTO fileinfo (id, creatorid, postid, channelid, createat, updateat, deleteat, name, extension, size, mimetype, \
         width, height, haspreviewimage, minipreview, remoteid, archived, path, thumbnailpath, previewpath, content) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        args![
            &info.id,
            &info.user_id,
            &info.post_id,
            &info.channel_id,
            info.create_at,
            info.update_at,
            info.delete_at,
            &info.name,
            &info.extension,
            info.size,
            &info.mime_type,
            info.width,
            info.height,
            info.has_preview_image,
            preview,
            info.remote_id.as_deref().unwrap_or_default(),
            info.archived,
            &file.path,
            &file.thumbnail_path,
            &file.preview_path,
            &file.words
        ],
    )
    .await?;
    Ok(())
}

/// Sets what a search finds a file by.
pub async fn set_words(store: &Store, id: &str, words: &str) -> Result<(), StoreError> {
    let sql = "UPDATE fileinfo SET content = $2 WHERE id = $1";
    store.db().exec(sql, args![id, words]).await?;
    Ok(())
}

/// A file, deleted or not.
pub async fn get(store: &Store, id: &str) -> Result<Option<StoredFile>, StoreError> {
    let sql = concat!(
        "SELECT ",
        info_columns!(),
        ", f.path, f.thumbnailpath, f.previewpath FROM fileinfo f WHERE f.id = $1"
    );
    let row = store.db().maybe(sql, args![id]).await?;
    row.as_ref().map(from_row).transpose()
}

/// The files of a post in the order they were uploaded.
pub async fn of_post(
    store: &Store,
    post_id: &str,
    with_deleted: bool,
) -> Result<Vec<FileInfo>, StoreError> {
    let sql = concat!(
        "SELECT ",
        info_columns!(),
        " FROM fileinfo f WHERE f.postid = $1 AND (f.deleteat = 0 OR $2) ORDER BY f.createat, f.id"
    );
    let rows = store.db().all(sql, args![post_id, with_deleted]).await?;
    rows.iter().map(info_from_row).collect()
}
