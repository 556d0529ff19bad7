//! What is made of a file that is a picture: its size, thumbnail, preview and tiny preview.

use crate::App;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blob::picture::PictureError;
use blob::{media, paths};
use model::FileInfo;
use rustchat_core::error::Result;
use store::files::StoredFile;
use tokio::sync::Semaphore;

/// Pictures held in memory at the same time, whole; the studio works on fewer.
static IN_MEMORY: Semaphore = Semaphore::const_new(4);
/// The heaviest picture that is looked into; above it is a plain file.
const HEAVIEST: u64 = 64 << 20;

/// How the look into a file ended.
pub(crate) enum Drawn {
    /// Also when it is no picture, or a broken one.
    Done,
    TooManyPixels {
        width: u32,
        height: u32,
    },
}

/// Looks into the stored bytes of what its name says is a picture, fills in what the row tells of it, and stores what is
/// made of it. A picture that cannot be read stays a plain file.
pub(crate) async fn draw(app: &App, file: &mut StoredFile) -> Result<Drawn> {
    let size = u64::try_from(file.info.size).unwrap_or_default();
    if !file.info.mime_type.starts_with("image/") || size > HEAVIEST {
        return Ok(Drawn::Done);
    }
    let Ok(_turn) = IN_MEMORY.acquire().await else {
        return Ok(Drawn::Done);
    };
    let bytes = app
        .blobs
        .read(&file.path, HEAVIEST)
        .await
        .map_err(super::unreadable)?;
    let facts = match app.studio.facts(&file.info.mime_type, &bytes) {
        Ok(Some(facts)) => facts,
        Err(PictureError::TooLarge { width, height }) => {
            return Ok(Drawn::TooManyPixels { width, height });
        }
        Ok(None) | Err(_) => return Ok(Drawn::Done),
    };
    file.info.width = i64::from(facts.width);
    file.info.height = i64::from(facts.height);
    if media::media_type(&file.info.name) == "image/svg+xml" {
        return Ok(Drawn::Done);
    }
    file.info.has_preview_image = facts.has_preview_image;
    let is_png = app
        .studio
        .probe(&bytes)
        .is_ok_and(|probe| probe.format == blob::picture::Format::Png);
    file.thumbnail_path = paths::thumbnail(&file.path, is_png);
    file.preview_path = paths::preview(&file.path, is_png);
    match app.studio.attachment(bytes).await {
        Ok(made) => store(app, file, made).await,
        Err(error) => tracing::info!(file = %file.info.id, %error, "no preview of a picture"),
    }
    Ok(Drawn::Done)
}

/// The file counts even if its small pictures cannot be stored; they are then not found.
async fn store(app: &App, file: &mut StoredFile, made: blob::picture::Attachment) {
    file.info.mini_preview = Some(STANDARD.encode(&made.mini_preview));
    for (path, derived) in [
        (&file.thumbnail_path, made.thumbnail),
        (&file.preview_path, made.preview),
    ] {
        if let Err(error) = app.blobs.put_bytes(path, derived.bytes).await {
            tracing::warn!(file = %file.info.id, %error, "a small picture could not be stored");
        }
    }
}

/// Removes the bytes of a file that did not come to be.
pub(crate) async fn discard(app: &App, file: &StoredFile) {
    for path in [&file.path, &file.thumbnail_path, &file.preview_path] {
        if !path.is_empty()
            && let Err(error) = app.blobs.delete(path).await
        {
            tracing::warn!(%error, "the bytes of a refused file stay behind");
        }
    }
}

/// A row for bytes that lie at `path`; `draw` fills in the rest.
pub(crate) fn row(info: FileInfo, path: String) -> StoredFile {
    StoredFile {
        info,
        path,
        ..StoredFile::default()
    }
}
