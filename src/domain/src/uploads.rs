//! Uploads in parts: a session says what is coming, the bytes follow in one or more requests, and the last of them makes
//! the file. What a file then is stands in `files`.

use crate::files::{self, Drawn};
use crate::{App, Caller, access};
use blob::{BlobError, media, paths};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use model::{FileInfo, UploadSession, UploadType};
use parking_lot::Mutex;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, ids, permissions};
use std::collections::HashSet;
use store::files::StoredFile;
use store::uploads::StoredUpload;

/// What the first part has at least, unless it is the whole file.
const FIRST_PART: i64 = 5 << 20;
const MAX_NAME: usize = 255;

const DISABLED: ErrorDef = ErrorDef::new(
    "api.file.attachments.disabled.app_error",
    501,
    "Files are turned off on this server.",
);
const TOO_LARGE: ErrorDef = ErrorDef::new(
    "api.upload.create.upload_too_large.app_error",
    413,
    "The file is larger than the server allows.",
);
const INVALID_TYPE: ErrorDef = ErrorDef::new(
    "model.upload_session.is_valid.type.app_error",
    400,
    "There is no such kind of upload.",
);
const INVALID_NAME: ErrorDef = ErrorDef::new(
    "model.upload_session.is_valid.filename.app_error",
    400,
    "The file name is too long.",
);
const INVALID_SIZE: ErrorDef = ErrorDef::new(
    "model.upload_session.is_valid.file_size.app_error",
    400,
    "The size of the file has to be given.",
);
const NO_CHANNEL: ErrorDef = ErrorDef::new(
    "app.upload.create.incorrect_channel_id.app_error",
    400,
    "There is no such channel.",
);
const ARCHIVED: ErrorDef = ErrorDef::new(
    "app.upload.create.cannot_upload_to_deleted_channel.app_error",
    400,
    "An archived channel takes no files.",
);
const NOT_FOUND: ErrorDef =
    ErrorDef::new("app.upload.get.app_error", 404, "There is no such upload.");
const NOT_YOURS: ErrorDef = ErrorDef::new(
    "api.upload.get_upload.forbidden.app_error",
    403,
    "This is another user's upload.",
);
const NOT_YOUR_LIST: ErrorDef = ErrorDef::new(
    "api.user.get_uploads_for_user.forbidden.app_error",
    403,
    "These are another user's uploads.",
);
const CONCURRENT: ErrorDef = ErrorDef::new(
    "app.upload.upload_data.concurrent.app_error",
    400,
    "Another part of this upload is arriving.",
);
const TOO_SMALL: ErrorDef = ErrorDef::new(
    "app.upload.upload_data.first_part_too_small.app_error",
    400,
    "The first part has to have {Size} bytes at least.",
);
const READ: ErrorDef = ErrorDef::new(
    "app.upload.upload_data.read_file.app_error",
    500,
    "The upload could not be stored.",
);
const LARGE_IMAGE: ErrorDef = ErrorDef::new(
    "app.upload.upload_data.large_image.app_error",
    400,
    "The picture {Filename} has {Width} x {Height} pixels, which is too many.",
);
const SAVE: ErrorDef = ErrorDef::new(
    "app.upload.upload_data.save.app_error",
    500,
    "The file could not be recorded.",
);

/// Uploads a part of which is arriving at this node.
static ARRIVING: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// One part at a time; given back when dropped.
struct Turn(String);

impl Turn {
    fn take(id: &str) -> Result<Self> {
        let mut arriving = ARRIVING.lock();
        if arriving.get_or_insert_default().insert(id.to_owned()) {
            Ok(Self(id.to_owned()))
        } else {
            Err(CONCURRENT.err())
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(arriving) = ARRIVING.lock().as_mut() {
            arriving.remove(&self.0);
        }
    }
}

fn require_enabled(app: &App) -> Result<()> {
    if app.config.get().file.enable_file_attachments {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// Announces a file. Only where it goes, its name and its size are taken from what was asked.
pub async fn create(app: &App, caller: &Caller, asked: UploadSession) -> Result<UploadSession> {
    require_enabled(app)?;
    let is_import = asked.type_ == UploadType::Import;
    if is_import {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    } else {
        files::may_upload(app, caller, &asked.channel_id).await?;
        if asked.file_size > app.config.get().file.max_file_size {
            return Err(TOO_LARGE.err());
        }
    }
    if asked.file_size <= 0 {
        return Err(INVALID_SIZE.err());
    }
    if !is_import {
        let channel = store::channels::get(&app.store, &asked.channel_id).await?;
        let channel = channel.ok_or_else(|| NO_CHANNEL.err())?;
        if channel.delete_at > 0 {
            return Err(ARCHIVED.err());
        }
    }
    let upload = prepare(caller, asked, is_import)?;
    store::uploads::insert(&app.store, &upload).await?;
    Ok(upload.session)
}

fn prepare(caller: &Caller, asked: UploadSession, is_import: bool) -> Result<StoredUpload> {
    if let UploadType::Other(word) = &asked.type_
        && !word.is_empty()
    {
        return Err(INVALID_TYPE.err());
    }
    let filename = base_name(&asked.filename).to_owned();
    if filename.len() > MAX_NAME {
        return Err(INVALID_NAME.err());
    }
    let (id, now) = (ids::new_id(), clock::now_ms());
    let path = if is_import {
        format!("import/{id}_{}", filename.replace('/', "_"))
    } else {
        // a name that is no path component of its own is written differently
        let part = match filename.as_str() {
            "." | ".." => "_",
            name => name,
        };
        paths::attachment(
            &paths::day(now),
            &asked.channel_id,
            caller.user_id(),
            &id,
            part,
        )
    };
    let session = UploadSession {
        id,
        type_: if is_import {
            UploadType::Import
        } else {
            UploadType::Attachment
        },
        create_at: now,
        user_id: caller.user_id().to_owned(),
        channel_id: if is_import {
            String::new()
        } else {
            asked.channel_id
        },
        filename,
        file_size: asked.file_size,
        ..UploadSession::default()
    };
    Ok(StoredUpload { session, path })
}

/// The last part of a name that may be a path; `.` without a name, `/` of slashes alone.
pub fn base_name(name: &str) -> &str {
    if name.is_empty() {
        return ".";
    }
    let trimmed = name.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

async fn load(app: &App, id: &str) -> Result<StoredUpload> {
    let found = store::uploads::get(&app.store, id).await?;
    found.ok_or_else(|| NOT_FOUND.err())
}

/// One's own upload; administrators see everybody's.
pub async fn get(app: &App, caller: &Caller, id: &str) -> Result<UploadSession> {
    let upload = load(app, id).await?;
    let own = caller.is_self(&upload.session.user_id);
    if own || access::has_system(app, caller, permissions::MANAGE_SYSTEM).await? {
        Ok(upload.session)
    } else {
        Err(NOT_YOURS.err())
    }
}

pub async fn of_user(app: &App, caller: &Caller, user_id: &str) -> Result<Vec<UploadSession>> {
    if !caller.is_self(user_id) {
        return Err(NOT_YOUR_LIST.err());
    }
    Ok(store::uploads::of_user(&app.store, user_id).await?)
}

/// Asks, before any bytes are taken, whether the caller may send this upload's data.
pub async fn require_writable(app: &App, caller: &Caller, id: &str) -> Result<StoredUpload> {
    require_enabled(app)?;
    let upload = load(app, id).await?;
    let session = &upload.session;
    if session.type_ == UploadType::Import {
        access::require_system(app, caller, permissions::MANAGE_SYSTEM).await?;
    } else {
        if !caller.is_self(&session.user_id) {
            return Err(access::refused(permissions::UPLOAD_FILE));
        }
        files::may_upload(app, caller, &session.channel_id).await?;
    }
    Ok(upload)
}

/// Takes the next part, of `announced` bytes if that is known. The file, when it was the last one.
pub async fn add<E>(
    app: &App,
    upload: StoredUpload,
    announced: Option<u64>,
    body: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Option<FileInfo>>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let _turn = Turn::take(&upload.session.id)?;
    // what another request has stored since
    let mut upload = load(app, &upload.session.id).await?;
    let offset = upload.session.file_offset;
    let size = upload.session.file_size;
    let announced = announced.and_then(|length| i64::try_from(length).ok());
    let too_small = |length: i64| offset == 0 && length < FIRST_PART.min(size);
    if announced.is_some_and(too_small) {
        return Err(TOO_SMALL.with("Size", FIRST_PART));
    }
    let reached = append(app, &upload, body).await;
    let reached = match reached {
        Ok(reached) if too_small(reached) => {
            remove(app, &upload.path).await;
            return Err(TOO_SMALL.with("Size", FIRST_PART));
        }
        Ok(reached) => reached,
        Err(error) => {
            resume_where_it_stopped(app, &upload).await;
            return Err(error);
        }
    };
    if reached < size {
        store::uploads::set_offset(&app.store, &upload.session.id, reached).await?;
        return Ok(None);
    }
    upload.session.file_offset = reached;
    finish(app, upload).await.map(Some)
}

async fn append<E>(
    app: &App,
    upload: &StoredUpload,
    body: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<i64>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let unsigned = |n: i64| u64::try_from(n).unwrap_or_default();
    let offset = unsigned(upload.session.file_offset);
    let size = unsigned(upload.session.file_size);
    // what is beyond the announced size is not looked at
    let mut left = usize::try_from(size.saturating_sub(offset)).unwrap_or(usize::MAX);
    let body = body.map(move |part| {
        part.map(|bytes| {
            let taken = bytes.slice(..bytes.len().min(left));
            left -= taken.len();
            taken
        })
    });
    let appended = app.blobs.append(&upload.path, offset, body, size).await;
    let length = appended.map_err(|error| match error {
        BlobError::Source(cause) => files::READ_REQUEST.caused_by(cause),
        other => READ.caused_by(other),
    })?;
    Ok(i64::try_from(length).unwrap_or(i64::MAX))
}

/// After a broken part: the next one begins where the stored bytes end.
async fn resume_where_it_stopped(app: &App, upload: &StoredUpload) {
    let mut there = match app.blobs.stat(&upload.path).await {
        Ok(stat) => i64::try_from(stat.size).unwrap_or_default(),
        Err(_) => 0,
    };
    if there < FIRST_PART || there >= upload.session.file_size {
        remove(app, &upload.path).await;
        there = 0;
    }
    if there == upload.session.file_offset {
        return;
    }
    if let Err(error) = store::uploads::set_offset(&app.store, &upload.session.id, there).await {
        tracing::warn!(%error, "a broken upload cannot be resumed");
    }
}

async fn remove(app: &App, path: &str) {
    if let Err(error) = app.blobs.delete(path).await {
        tracing::warn!(%error, "the bytes of a broken upload stay behind");
    }
}

/// The file of a complete upload. What is answered lacks the tiny preview, which is there when the file is asked for.
async fn finish(app: &App, upload: StoredUpload) -> Result<FileInfo> {
    let id = upload.session.id.clone();
    let now = clock::now_ms();
    let session = upload.session;
    let info = FileInfo {
        id: ids::new_id(),
        user_id: session.user_id,
        channel_id: session.channel_id,
        create_at: now,
        update_at: now,
        extension: media::extension(&session.filename),
        mime_type: media::media_type(&session.filename),
        name: session.filename,
        size: session.file_size,
        remote_id: Some(String::new()),
        ..FileInfo::default()
    };
    let mut file = files::row(info, upload.path);
    if session.type_ == UploadType::Attachment {
        if let Drawn::TooManyPixels { width, height } = files::draw(app, &mut file).await? {
            return refuse(app, &id, &file, too_many(&file, width, height)).await;
        }
        // as the original: clients show the file itself until they ask again
        file.info.has_preview_image = false;
        files::index(app, &mut file).await;
    }
    store::uploads::finish(&app.store, &id, Some(&file))
        .await
        .map_err(|error| SAVE.caused_by(error))?;
    file.info.mini_preview = None;
    Ok(file.info)
}

fn too_many(file: &StoredFile, width: u32, height: u32) -> AppError {
    LARGE_IMAGE
        .with("Filename", &file.info.name)
        .with("Width", width)
        .with("Height", height)
}

/// Ends an upload that makes no file.
async fn refuse(app: &App, id: &str, file: &StoredFile, error: AppError) -> Result<FileInfo> {
    files::discard(app, file).await;
    store::uploads::finish(&app.store, id, None).await?;
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn names_lose_their_folders() {
        for (name, base) in [
            ("", "."),
            ("/", "/"),
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "passwd"),
            ("folder/inner.txt/", "inner.txt"),
            ("back\\slash.txt", "back\\slash.txt"),
            ("..", ".."),
        ] {
            assert_eq!(base_name(name), base, "{name:?}");
        }
    }
}
