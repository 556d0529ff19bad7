//! Format and size of a picture from the head of its file, without decoding it.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};

use super::PictureError;

/// Frames that are counted.
const MAX_FRAMES: u32 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
    Gif,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    pub format: Format,
    /// As seen upright.
    pub width: u32,
    pub height: u32,
    /// A GIF of several frames.
    pub animated: bool,
}

impl Probe {
    pub(super) fn within(self, max_pixels: u64) -> Result<Self, PictureError> {
        if u64::from(self.width) * u64::from(self.height) > max_pixels {
            return Err(PictureError::TooLarge {
                width: self.width,
                height: self.height,
            });
        }
        Ok(self)
    }
}

/// None for what is no picture of a known format.
pub fn probe(bytes: &[u8]) -> Option<Probe> {
    let format = image::guess_format(bytes).ok()?;
    let (width, height) = match format {
        ImageFormat::Png => png_size(bytes)?,
        _ => upright_size(bytes, format)?,
    };
    if width == 0 || height == 0 {
        return None;
    }
    let animated = format == ImageFormat::Gif && gif_frames(bytes, 2) > 1;
    let format = match format {
        ImageFormat::Png => Format::Png,
        ImageFormat::Jpeg => Format::Jpeg,
        ImageFormat::Gif => Format::Gif,
        _ => Format::Other,
    };
    Some(Probe {
        format,
        width,
        height,
        animated,
    })
}

/// What is told of a picture on another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// The format's usual word: `png`, `jpeg`, `gif`…
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    /// Of a GIF; 0 of others.
    pub frames: u32,
}

/// Format, size and frames from the beginning of a picture's bytes.
pub fn remote(bytes: &[u8]) -> Option<Remote> {
    let probe = probe(bytes)?;
    let format = image::guess_format(bytes).ok()?;
    Some(Remote {
        format: match format {
            ImageFormat::Jpeg => "jpeg",
            other => other.extensions_str().first().copied().unwrap_or_default(),
        },
        width: probe.width,
        height: probe.height,
        frames: match probe.format {
            Format::Gif => gif_frames(bytes, MAX_FRAMES),
            _ => 0,
        },
    })
}

/// Only JPEG files are turned by their orientation.
pub(super) fn orientation(decoder: &mut impl ImageDecoder, format: ImageFormat) -> Orientation {
    match format {
        ImageFormat::Jpeg => decoder.orientation().unwrap_or(Orientation::NoTransforms),
        _ => Orientation::NoTransforms,
    }
}

fn upright_size(bytes: &[u8], format: ImageFormat) -> Option<(u32, u32)> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format)
        .into_decoder()
        .ok()?;
    let (width, height) = decoder.dimensions();
    Some(match orientation(&mut decoder, format) {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    })
}

/// From the first chunk alone: a file cut off behind it still has a size.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    (bytes.get(12..16)? == b"IHDR").then_some((side(16)?, side(20)?))
}

/// Counts the frames of a GIF by walking its blocks, up to `enough`.
pub(super) fn gif_frames(bytes: &[u8], enough: u32) -> u32 {
    let mut frames = 0;
    let _ended_early = walk_gif(bytes, &mut frames, enough);
    frames
}

fn walk_gif(bytes: &[u8], frames: &mut u32, enough: u32) -> Option<()> {
    let table = |flags: u8| {
        if flags & 0x80 == 0 {
            0
        } else {
            3usize << ((flags & 7) + 1)
        }
    };
    let mut at = 13 + table(*bytes.get(10)?);
    loop {
        match bytes.get(at)? {
            0x21 => at = skip_blocks(bytes, at + 2)?,
            0x2c => {
                *frames += 1;
                if *frames >= enough {
                    return Some(());
                }
                at = skip_blocks(bytes, at + 11 + table(*bytes.get(at + 9)?))?;
            }
            _ => return Some(()),
        }
    }
}

fn skip_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// The size an SVG says it has: `width` and `height`, or its `viewBox`. None if it says nothing usable.
pub fn svg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(64 * 1024)]).into_owned();
    let tag = &head[head.find("<svg")?..];
    let tag = &tag[..tag.find('>')?];
    let length = |text: &str| {
        let number = text.trim().trim_end_matches("px");
        number
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite() && *n >= 1.0 && *n < 1e6)
            .map(|n| n as u32)
    };
    let stated = attribute(tag, "width")
        .and_then(length)
        .zip(attribute(tag, "height").and_then(length));
    stated.or_else(|| {
        let mut parts = attribute(tag, "viewBox")?
            .split([' ', ','])
            .filter(|part| !part.is_empty())
            .skip(2);
        Some((length(parts.next()?)?, length(parts.next()?)?))
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let starts_word = rest[..at].ends_with(|c: char| c.is_ascii_whitespace());
        let after = rest[at + name.len()..].trim_start();
        rest = &rest[at + name.len()..];
        if let Some(value) = after.strip_prefix('=').filter(|_| starts_word) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return value[1..].split_once(quote).map(|(value, _)| value);
        }
    }
}
