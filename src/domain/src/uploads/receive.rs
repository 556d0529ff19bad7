//! The bytes of an upload as they come, and the file that the last of them makes.

use super::load;
use crate::App;
use crate::files::{self, Drawn};
use blob::{BlobError, media};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use model::{FileInfo, UploadType};
use parking_lot::Mutex;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, ids};
use std::collections::HashSet;
use store::files::StoredFile;
use store::uploads::StoredUpload;

/// What the first part has at least, unless it is the whole file.
const FIRST_PART: i64 = 5 << 20;

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
pub(super) struct Turn(String);

impl Turn {
    pub(super) fn take(id: &str) -> Result<Self> {
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
    let there = app.blobs.unfinished(&upload.path).await;
    let mut there = i64::try_from(there.unwrap_or_default()).unwrap_or_default();
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
    if let Err(error) = app.blobs.discard(path).await {
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
    if session.type_ == UploadType::Attachment {
        files::read_later(app, &file);
    }
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
