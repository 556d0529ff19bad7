//! Emoji: small pictures stay as they are, larger ones become 128 pixels at most, animations frame by frame.

use std::io::Cursor;
use std::time::Instant;

use bytes::Bytes;
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::imageops::FilterType;
use image::{AnimationDecoder, DynamicImage, Frame, ImageDecoder};

use super::attachment::scale;
use super::decode::{allocation, decode, png};
use super::probe::{gif_frames, probe};
use super::{Limits, PictureError};

pub(super) const MAX_SIDE: u32 = 1028;
const SIDE: u32 = 128;
/// The trade between size and time when colours of a frame are chosen; 10 is the encoder's advice.
const GIF_SPEED: i32 = 10;

pub(super) fn shrink(bytes: &Bytes, is_gif: bool, limits: &Limits) -> Result<Bytes, PictureError> {
    let probe = probe(bytes).ok_or(PictureError::Unreadable)?;
    let (width, height) = (probe.width, probe.height);
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(PictureError::TooLarge { width, height });
    }
    let animated = probe.animated && is_gif;
    if animated && gif_frames(bytes, limits.max_frames + 1) > limits.max_frames {
        return Err(PictureError::TooManyFrames);
    }
    if width <= SIDE && height <= SIDE {
        decode(bytes, limits)?; // nothing is kept that cannot be shown
        return Ok(bytes.clone());
    }
    let size = fit(width, height);
    if is_gif && probe.format == super::Format::Gif {
        return shrink_gif(bytes, size, limits);
    }
    let (image, _format) = decode(bytes, limits)?;
    png(&image.resize_exact(size.0, size.1, FilterType::Lanczos3))
}

fn fit(width: u32, height: u32) -> (u32, u32) {
    if width >= height {
        (SIDE, scale(height, SIDE, width))
    } else {
        (scale(width, SIDE, height), SIDE)
    }
}

fn shrink_gif(
    bytes: &[u8],
    (width, height): (u32, u32),
    limits: &Limits,
) -> Result<Bytes, PictureError> {
    let deadline = Instant::now() + limits.patience;
    let mut decoder =
        GifDecoder::new(Cursor::new(bytes)).map_err(|_error| PictureError::Unreadable)?;
    decoder
        .set_limits(allocation(limits))
        .map_err(|_error| PictureError::Unreadable)?;
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut out, GIF_SPEED);
    encoder
        .set_repeat(Repeat::Infinite)
        .map_err(|_error| PictureError::Encoding)?;
    for frame in decoder.into_frames() {
        let frame = frame.map_err(|_error| PictureError::Unreadable)?;
        if Instant::now() > deadline {
            return Err(PictureError::TooManyFrames);
        }
        let delay = frame.delay();
        let smaller = DynamicImage::from(frame.into_buffer()).resize_exact(
            width,
            height,
            FilterType::Triangle,
        );
        let frame = Frame::from_parts(smaller.into_rgba8(), 0, 0, delay);
        encoder
            .encode_frame(frame)
            .map_err(|_error| PictureError::Encoding)?;
    }
    drop(encoder);
    Ok(out.into())
}
