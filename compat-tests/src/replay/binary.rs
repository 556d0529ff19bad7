//! Describes a body that is no JSON and no text: its media type, and size in pixels or bytes.

use serde_json::{Value, json};

/// What is compared of binary bodies.
pub fn describe(data: &[u8], content_type: &str) -> Value {
    let mut out = json!({"binary": content_type.split(';').next().unwrap_or_default()});
    if data.starts_with(b"\x89PNG\r\n\x1a\n") {
        if let (Some(w), Some(h)) = (be32(data, 16), be32(data, 20)) {
            out["image"] = format!("png {w}x{h}").into();
        }
    } else if data.starts_with(b"GIF") {
        if let (Some(w), Some(h)) = (le16(data, 6), le16(data, 8)) {
            out["image"] = format!("gif {w}x{h}").into();
        }
    } else if data.starts_with(b"\xff\xd8") {
        if let Some((w, h)) = jpeg_size(data) {
            out["image"] = format!("jpeg {w}x{h}").into();
        }
    } else {
        out["bytes"] = data.len().into();
    }
    out
}

fn jpeg_size(data: &[u8]) -> Option<(u16, u16)> {
    let mut i = 2;
    while i + 9 < data.len() {
        if data[i] == 0xFF && (0xC0..=0xC3).contains(&data[i + 1]) {
            return Some((be16(data, i + 7)?, be16(data, i + 5)?));
        }
        i += 2 + usize::from(be16(data, i + 2)?);
    }
    None
}

fn be16(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn le16(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn be32(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?))
}
