//! Receiving a file: the bytes go to storage as they come, then the row is written. Whoever is told of a file can read it.

use super::picture::{self, Drawn, draw};
use crate::posts::rows;
use crate::{App, Caller, access, channels};
use blob::{BlobError, media, paths};
use bytes::Bytes;
use futures_util::Stream;
use model::FileInfo;
use rustchat_core::error::{AppError, ErrorDef, Result};
use rustchat_core::{clock, ids, permissions};

const DISABLED: ErrorDef = ErrorDef::new(
    "api.file.attachments.disabled.app_error",
    403,
    "Files are turned off on this server.",
);
const TOO_LARGE: ErrorDef = ErrorDef::new(
    "api.file.upload_file.too_large_detailed.app_error",
    413,
    "The file {Filename} is larger than the {Limit} bytes allowed.",
);
/// What cannot be read as an upload, an empty body among it.
pub const READ_REQUEST: ErrorDef = ErrorDef::new(
    "api.file.upload_file.read_request.app_error",
    400,
    "The upload could not be read.",
);
const WRITE: ErrorDef = ErrorDef::new(
    "api.file.write_file.app_error",
    500,
    "The file could not be stored.",
);
const LARGE_IMAGE: ErrorDef = ErrorDef::new(
    "api.file.upload_file.large_image_detailed.app_error",
    400,
    "The picture {Filename} has {Width} x {Height} pixels, which is too many.",
);
const RESTRICTED: ErrorDef = ErrorDef::new(
    "api.file.upload_file.restricted_dm.error",
    400,
    "The people of this conversation share no team any more.",
);
const SAVE: ErrorDef = ErrorDef::new(
    "app.file_info.save.app_error",
    500,
    "The file could not be recorded.",
);

/// Whom a file belongs to that was sent for a channel's bookmark.
const BOOKMARK_OWNER: &str = "bookmark";

/// What is told of a file before its bytes.
#[derive(Clone, Debug)]
pub struct Part {
    /// Already without any folder.
    pub name: String,
    pub bookmark: bool,
}

/// Bytes in storage that no row names yet.
#[derive(Clone, Debug)]
pub struct Received {
    file_id: String,
    path: String,
    size: u64,
    received_at: i64,
}

impl Received {
    /// Nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Removes the bytes; the upload was refused after all.
    pub async fn discard(self, app: &App) {
        if let Err(error) = app.blobs.delete(&self.path).await {
            tracing::warn!(%error, "the bytes of a refused upload stay behind");
        }
    }
}

/// Refuses when the server takes no files.
pub fn require_enabled(app: &App) -> Result<()> {
    if app.config.get().file.enable_file_attachments {
        Ok(())
    } else {
        Err(DISABLED.err())
    }
}

/// The error for a file above the limit.
pub fn too_large(app: &App, name: &str) -> AppError {
    TOO_LARGE
        .with("Filename", name)
        .with("Limit", app.config.get().file.max_file_size)
}

/// Whether the caller may send files to the channel; one that does not exist is refused the same way.
pub async fn may_upload(app: &App, caller: &Caller, channel_id: &str) -> Result<()> {
    access::require_channel(app, caller, channel_id, permissions::UPLOAD_FILE).await?;
    match rows::channel(app, channel_id).await? {
        Some(channel) => channels::require_shared_team(app, &channel, &RESTRICTED).await,
        None => Ok(()),
    }
}

/// Where the bytes of a file lie in the end.
pub fn path_for(caller: &Caller, channel_id: &str, part: &Part, file_id: &str, now: i64) -> String {
    let day = paths::day(now);
    if part.bookmark {
        paths::bookmark(&day, channel_id, file_id, &part.name)
    } else {
        paths::attachment(&day, channel_id, caller.user_id(), file_id, &part.name)
    }
}

/// Stores the bytes. Without a channel they wait in a place of their own until `keep` knows it.
pub async fn receive<E>(
    app: &App,
    caller: &Caller,
    channel_id: Option<&str>,
    part: &Part,
    body: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Received>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (file_id, now) = (ids::new_id(), clock::now_ms());
    let path = match channel_id {
        Some(channel_id) => path_for(caller, channel_id, part, &file_id, now),
        None => paths::waiting(&file_id),
    };
    let max = u64::try_from(app.config.get().file.max_file_size).unwrap_or_default();
    let size = app
        .blobs
        .put(&path, body, max)
        .await
        .map_err(|error| match error {
            BlobError::TooLarge => too_large(app, &part.name),
            BlobError::Source(cause) => READ_REQUEST.caused_by(cause),
            other => WRITE.caused_by(other),
        })?;
    Ok(Received {
        file_id,
        path,
        size,
        received_at: now,
    })
}

/// Makes received bytes a file of the channel. Nothing stays behind when it is refused.
pub async fn keep(
    app: &App,
    caller: &Caller,
    channel_id: &str,
    part: &Part,
    received: Received,
) -> Result<FileInfo> {
    let path = path_for(
        caller,
        channel_id,
        part,
        &received.file_id,
        received.received_at,
    );
    if path != received.path
        && let Err(error) = app.blobs.rename(&received.path, &path).await
    {
        received.discard(app).await;
        return Err(WRITE.caused_by(error));
    }
    let owner = if part.bookmark {
        BOOKMARK_OWNER
    } else {
        caller.user_id()
    };
    let info = describe(&received, owner, channel_id, &part.name);
    let mut file = picture::row(info, path);
    match finish(app, &mut file).await {
        Ok(()) => Ok(file.info),
        Err(error) => {
            picture::discard(app, &file).await;
            Err(error)
        }
    }
}

async fn finish(app: &App, file: &mut store::files::StoredFile) -> Result<()> {
    if let Drawn::TooManyPixels { width, height } = draw(app, file).await? {
        return Err(LARGE_IMAGE
            .with("Filename", &file.info.name)
            .with("Width", width)
            .with("Height", height));
    }
    super::index(app, file).await;
    store::files::insert(&app.store, file)
        .await
        .map_err(|error| SAVE.caused_by(error))?;
    super::read_later(app, file);
    Ok(())
}

fn describe(received: &Received, owner: &str, channel_id: &str, name: &str) -> FileInfo {
    FileInfo {
        id: received.file_id.clone(),
        user_id: owner.to_owned(),
        channel_id: channel_id.to_owned(),
        create_at: received.received_at,
        update_at: received.received_at,
        name: name.to_owned(),
        extension: media::extension(name),
        size: i64::try_from(received.size).unwrap_or(i64::MAX),
        mime_type: media::media_type(name),
        remote_id: Some(String::new()),
        ..FileInfo::default()
    }
}
