//! Files attached to posts and channels: who may read which, their thumbnails and links. Receiving them is in `receive`,
//! uploads in parts in `uploads`; which post has which file is the business of `posts`.

mod link;
mod picture;
mod receive;
mod search;
mod words;

use crate::{App, Caller, access};
use blob::{Blob, BlobError, media};
use model::{Channel, FileInfo};
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::permissions;
use std::ops::Range;
pub use store::files::StoredFile;

pub use link::{link, public};
pub(crate) use picture::{Drawn, discard, draw, row};
pub use receive::{
    Part, READ_REQUEST, Received, keep, may_upload, receive, require_enabled, too_large,
};
pub use search::search;
pub(crate) use words::{index, read_later};

const NOT_FOUND: ErrorDef =
    ErrorDef::new("app.file_info.get.app_error", 404, "There is no such file.");
const UNKNOWN: ErrorDef = ErrorDef::new(
    "api.file.get_file_info.app_error",
    404,
    "There is no such file.",
);
const NO_POST: ErrorDef = ErrorDef::new("app.post.get.app_error", 404, "There is no such message.");
const NO_THUMBNAIL: ErrorDef = ErrorDef::new(
    "api.file.get_file_thumbnail.no_thumbnail.app_error",
    400,
    "This file has no thumbnail.",
);
const NO_PREVIEW: ErrorDef = ErrorDef::new(
    "api.file.get_file_preview.no_preview.app_error",
    400,
    "This file has no preview.",
);
const READ: ErrorDef = ErrorDef::new(
    "api.file.file_reader.app_error",
    500,
    "The file could not be read from storage.",
);

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Original,
    Thumbnail,
    Preview,
}

/// As `get`, for the bytes of the file itself.
pub async fn get_original(app: &App, caller: &Caller, id: &str) -> Result<StoredFile> {
    let file = load(app, id, &UNKNOWN).await?;
    require_readable(app, caller, &file.info).await?;
    Ok(file)
}

/// A file that is not deleted. One that never was may be answered otherwise.
async fn load(app: &App, id: &str, unknown: &ErrorDef) -> Result<StoredFile> {
    match store::files::get(&app.store, id).await? {
        Some(file) if file.info.delete_at == 0 => Ok(file),
        Some(_) => Err(NOT_FOUND.err()),
        None => Err(unknown.err()),
    }
}

/// A file the caller may read.
pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<StoredFile> {
    let file = load(app, id, &NOT_FOUND).await?;
    require_readable(app, caller, &file.info).await?;
    Ok(file)
}

/// The file's own channel decides; the uploader of what is on no post yet is one who could write there.
async fn require_readable(app: &App, caller: &Caller, info: &FileInfo) -> Result<()> {
    let channel_id = if info.channel_id.is_empty() && !info.post_id.is_empty() {
        // rows from before files had channels
        store::memberships::channel_of_post(&app.store, &info.post_id)
            .await?
            .unwrap_or_default()
    } else {
        info.channel_id.clone()
    };
    match channel(app, &channel_id).await? {
        Some(channel) if access::can_read_channel(app, caller, &channel).await? => Ok(()),
        _ => Err(access::refused(permissions::READ_CHANNEL_CONTENT)),
    }
}

async fn channel(app: &App, id: &str) -> Result<Option<Channel>> {
    if id.is_empty() {
        return Ok(None);
    }
    Ok(store::channels::get(&app.store, id).await?)
}

/// Where a form of the file lies.
pub fn path_of(file: &StoredFile, form: Form) -> Result<&str> {
    let (path, missing) = match form {
        Form::Original => (&file.path, &READ),
        Form::Thumbnail => (&file.thumbnail_path, &NO_THUMBNAIL),
        Form::Preview => (&file.preview_path, &NO_PREVIEW),
    };
    if path.is_empty() {
        Err(missing.err())
    } else {
        Ok(path)
    }
}

/// The `Content-Type` of a form of the file: none that would run in a reader's browser.
pub fn content_type(file: &StoredFile, form: Form) -> &str {
    match form {
        Form::Original => media::served_type(&file.info.mime_type),
        Form::Thumbnail | Form::Preview => "image/jpeg", // PNG ones as well, as the original says
    }
}

/// Whether browsers may show it in place.
pub fn is_inline(file: &StoredFile, form: Form) -> bool {
    media::is_inline(content_type(file, form))
}

/// How many bytes a form of the file has.
pub async fn size(app: &App, path: &str) -> Result<u64> {
    Ok(app.blobs.stat(path).await.map_err(unreadable)?.size)
}

/// Opens a form of the file, or a range of its bytes, for streaming.
pub async fn open(app: &App, path: &str, range: Option<Range<u64>>) -> Result<Blob> {
    app.blobs.get(path, range).await.map_err(unreadable)
}

fn unreadable(error: BlobError) -> AppError {
    match error {
        BlobError::NotFound => READ.err().with_status(404),
        other => READ.caused_by(other),
    }
}

/// The files of a post in the order of their upload. Deleted ones are for administrators.
pub async fn of_post(
    app: &App,
    caller: &Caller,
    post_id: &str,
    with_deleted: bool,
) -> Result<Vec<FileInfo>> {
    if with_deleted {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    }
    let post = store::posts::get_any(&app.store, post_id).await?;
    let channel_id = post.as_ref().map_or("", |post| post.channel_id.as_str());
    let readable = match channel(app, channel_id).await? {
        Some(channel) => access::can_read_channel(app, caller, &channel).await?,
        None => false,
    };
    if !readable {
        return Err(access::refused(permissions::READ_CHANNEL_CONTENT));
    }
    if !with_deleted && post.is_some_and(|post| post.delete_at > 0) {
        return Err(NO_POST.err());
    }
    Ok(store::files::of_post(&app.store, post_id, with_deleted).await?)
}
