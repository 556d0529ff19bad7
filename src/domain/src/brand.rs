//! The picture on the sign-in page. Its text and whether it is shown are settings.

use crate::App;
use blob::picture::PictureError;
use blob::{BlobError, media};
use bytes::Bytes;
use rustchat_core::common;
use rustchat_core::error::{ErrorDef, Result};

const PATH: &str = "brand/image.png";
/// The heaviest picture.
pub const MAX_BYTES: usize = 16 << 20;

pub const TOO_LARGE: ErrorDef = ErrorDef::new(
    "api.admin.upload_brand_image.too_large.app_error",
    413,
    "The picture is too large.",
);
const LIMITS: ErrorDef = ErrorDef::new(
    "brand.save_brand_image.check_image_limits.app_error",
    400,
    "The picture has too many pixels.",
);
const DECODE: ErrorDef = ErrorDef::new(
    "brand.save_brand_image.decode.app_error",
    400,
    "The file is not a picture of a known format.",
);
const SAVE: ErrorDef = ErrorDef::new(
    "brand.save_brand_image.save_image.app_error",
    500,
    "The picture could not be stored.",
);
const NOT_FOUND: ErrorDef = ErrorDef::new(
    "api.admin.delete_brand_image.storage.not_found",
    404,
    "There is no picture.",
);

/// The picture and its media type, if there is one.
pub async fn image(app: &App) -> Result<Option<(&'static str, Bytes)>> {
    match app.blobs.read(PATH, MAX_BYTES as u64).await {
        Ok(bytes) => Ok(media::picture_type(&bytes).map(|kind| (kind, bytes))),
        Err(BlobError::NotFound) => Ok(None),
        Err(error) => Err(common::INTERNAL.caused_by(error)),
    }
}

/// Replaces the picture. Who may is asked before.
pub async fn save(app: &App, picture: Bytes) -> Result<()> {
    // drawn once to see that it can be
    let drawn = app.studio.attachment(picture.clone()).await;
    drawn.map_err(|error| match error {
        PictureError::TooLarge { .. } => LIMITS.err(),
        PictureError::Busy => common::SERVER_BUSY.err(),
        other => DECODE.caused_by(other),
    })?;
    let stored = app.blobs.put_bytes(PATH, picture).await;
    stored.map_err(|error| SAVE.caused_by(error))?;
    Ok(())
}

pub async fn delete(app: &App) -> Result<()> {
    if !app.blobs.exists(PATH).await.unwrap_or(false) {
        return Err(NOT_FOUND.err());
    }
    let deleted = app.blobs.delete(PATH).await;
    deleted.map_err(|error| SAVE.caused_by(error).with_status(500))
}
