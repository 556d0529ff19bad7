//! Squares of 128 pixels: profile pictures and team icons.

use bytes::Bytes;
use image::imageops::FilterType;

use super::decode::{decode, png};
use super::{Limits, PictureError};

pub(super) const SIDE: u32 = 128;

/// The middle of the picture, as large a square as fits, scaled to 128 pixels.
pub(super) fn crop(bytes: &[u8], limits: &Limits) -> Result<Bytes, PictureError> {
    let (image, _format) = decode(bytes, limits)?;
    let side = image.width().min(image.height());
    let (left, top) = ((image.width() - side) / 2, (image.height() - side) / 2);
    let square =
        image
            .crop_imm(left, top, side, side)
            .resize_exact(SIDE, SIDE, FilterType::Lanczos3);
    png(&square)
}
