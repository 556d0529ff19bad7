//! QR codes: a text as a picture that a phone reads.

use bytes::Bytes;
use image::{DynamicImage, GrayImage, Luma};
use qrcodegen::{QrCode, QrCodeEcc};

use super::PictureError;
use super::decode::png;

/// Pixels of a module, and modules of the white frame.
const SCALE: u32 = 5;
const FRAME: i32 = 4;

/// A PNG of the text, black on white.
pub(super) fn draw(text: &str) -> Result<Bytes, PictureError> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).map_err(|_| PictureError::Encoding)?;
    let modules = u32::try_from(code.size() + 2 * FRAME).unwrap_or_default();
    let side = modules * SCALE;
    let module = |pixel: u32| i32::try_from(pixel / SCALE).unwrap_or_default() - FRAME;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        Luma([if code.get_module(module(x), module(y)) {
            0
        } else {
            255
        }])
    });
    png(&DynamicImage::ImageLuma8(picture))
}
