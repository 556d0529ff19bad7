//! Decoding and encoding under limits.

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Rgb, RgbImage};

use super::probe::{orientation, probe};
use super::{Limits, PictureError};

/// Bytes of memory a pixel may take while a picture is decoded.
const BYTES_PER_PIXEL: u64 = 8;

/// The picture upright, its first frame if it is animated.
pub(super) fn decode(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(DynamicImage, ImageFormat), PictureError> {
    probe(bytes)
        .ok_or(PictureError::Unreadable)?
        .within(limits.max_pixels)?;
    let unreadable = |_error| PictureError::Unreadable;
    let format = image::guess_format(bytes).map_err(unreadable)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(allocation(limits));
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    if decoder.total_bytes() > limits.max_pixels.saturating_mul(BYTES_PER_PIXEL) {
        let (width, height) = decoder.dimensions();
        return Err(PictureError::TooLarge { width, height });
    }
    let orientation = orientation(&mut decoder, format);
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    image.apply_orientation(orientation);
    Ok((image, format))
}

pub(super) fn allocation(limits: &Limits) -> image::Limits {
    let mut allocation = image::Limits::default();
    allocation.max_alloc = Some(limits.max_pixels.saturating_mul(BYTES_PER_PIXEL));
    allocation
}

pub(super) fn png(image: &DynamicImage) -> Result<Bytes, PictureError> {
    // PNG knows no floating point samples, which TIFF may bring
    let image = match image {
        DynamicImage::ImageRgb32F(_) => &DynamicImage::ImageRgb8(image.to_rgb8()),
        DynamicImage::ImageRgba32F(_) => &DynamicImage::ImageRgba8(image.to_rgba8()),
        image => image,
    };
    let mut out = Cursor::new(Vec::new());
    image
        .write_to(&mut out, ImageFormat::Png)
        .map_err(|_error| PictureError::Encoding)?;
    Ok(out.into_inner().into())
}

/// JPEG, with white where the picture is transparent.
pub(super) fn jpeg(image: &DynamicImage, quality: u8) -> Result<Bytes, PictureError> {
    let opaque = if image.color().has_alpha() {
        on_white(image)
    } else {
        image.to_rgb8()
    };
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality)
        .encode_image(&opaque)
        .map_err(|_error| PictureError::Encoding)?;
    Ok(out.into())
}

fn on_white(image: &DynamicImage) -> RgbImage {
    let image = image.to_rgba8();
    let mut out = RgbImage::new(image.width(), image.height());
    for (target, source) in out.pixels_mut().zip(image.pixels()) {
        let alpha = u16::from(source[3]);
        let blend = |sample: u8| ((u16::from(sample) * alpha + 255 * (255 - alpha)) / 255) as u8;
        *target = Rgb([blend(source[0]), blend(source[1]), blend(source[2])]);
    }
    out
}
