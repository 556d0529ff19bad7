//! What an attached picture gets: a thumbnail, a preview, and a tiny preview that travels with the file's row.

use bytes::Bytes;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};

use super::decode::{decode, jpeg, png};
use super::{Limits, PictureError};

const THUMBNAIL: (u32, u32) = (120, 100);
const PREVIEW_WIDTH: u32 = 1920;
const MINI: u32 = 16;
const QUALITY: u8 = 90;

/// A picture made from another one.
#[derive(Clone, Debug)]
pub struct Derived {
    pub bytes: Bytes,
    pub width: u32,
    pub height: u32,
}

#[derive(Clone, Debug)]
pub struct Attachment {
    /// Upright size of the original.
    pub width: u32,
    pub height: u32,
    /// PNG pictures get PNG derivatives, all others JPEG (see `paths::thumbnail`, `paths::preview`).
    pub is_png: bool,
    pub thumbnail: Derived,
    pub preview: Derived,
    /// 16 x 16 pixels, JPEG.
    pub mini_preview: Bytes,
}

pub(super) fn derive(bytes: &[u8], limits: &Limits) -> Result<Attachment, PictureError> {
    let (image, format) = decode(bytes, limits)?;
    let is_png = format == ImageFormat::Png;
    let (width, height) = (image.width(), image.height());
    // samples of 16 bits and more are not worth their memory in what is only looked at
    let image = if image.color().has_alpha() {
        image.into_rgba8().into()
    } else {
        DynamicImage::from(image.into_rgb8())
    };

    let preview = match fit_width(width, height, PREVIEW_WIDTH) {
        Some((width, height)) => image.resize_exact(width, height, FilterType::Lanczos3),
        None => image,
    };
    // the small ones are made of the preview: the same to the eye, and far cheaper than from a huge original
    let (thumb_width, thumb_height) = thumbnail_size(width, height);
    let thumbnail = preview.resize_exact(thumb_width, thumb_height, FilterType::Lanczos3);
    let mini = thumbnail.resize_exact(MINI, MINI, FilterType::Lanczos3);
    Ok(Attachment {
        width,
        height,
        is_png,
        thumbnail: encode(&thumbnail, is_png)?,
        preview: encode(&preview, is_png)?,
        mini_preview: jpeg(&mini, QUALITY)?,
    })
}

fn encode(image: &DynamicImage, is_png: bool) -> Result<Derived, PictureError> {
    let bytes = if is_png {
        png(image)?
    } else {
        jpeg(image, QUALITY)?
    };
    Ok(Derived {
        bytes,
        width: image.width(),
        height: image.height(),
    })
}

/// The size that fills one side of the thumbnail's box; small pictures are scaled up.
fn thumbnail_size(width: u32, height: u32) -> (u32, u32) {
    let (box_width, box_height) = THUMBNAIL;
    if u64::from(width) * u64::from(box_height) >= u64::from(height) * u64::from(box_width) {
        (box_width, scale(height, box_width, width))
    } else {
        (scale(width, box_height, height), box_height)
    }
}

fn fit_width(width: u32, height: u32, max: u32) -> Option<(u32, u32)> {
    (width > max).then(|| (max, scale(height, max, width)))
}

/// `side * to / from`, rounded, at least 1.
pub(super) fn scale(side: u32, to: u32, from: u32) -> u32 {
    let from = u64::from(from).max(1);
    let scaled = (u64::from(side) * u64::from(to) + from / 2) / from;
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}
