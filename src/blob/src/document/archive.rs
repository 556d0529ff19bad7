//! Zip archives, which office documents are as well: entries are inflated within what a document may come to.

use std::io::{Cursor, Read};

use bytes::Bytes;
use zip::ZipArchive;

use super::{DEEPEST, Found, HEAVIEST, kind, markup};
use crate::media;

/// Entries of an archive that are looked at.
const MOST_ENTRIES: usize = 5_000;
/// What begins the description of an entry.
const ENTRY: [u8; 4] = *b"PK\x01\x02";

pub(super) type Archive = ZipArchive<Cursor<Bytes>>;

/// Opens an archive, unless its list of entries alone is too much.
pub(super) fn open(bytes: Bytes) -> Option<Archive> {
    let entries = bytes.windows(ENTRY.len()).filter(|at| *at == ENTRY);
    if entries.take(MOST_ENTRIES + 1).count() > MOST_ENTRIES {
        return None;
    }
    ZipArchive::new(Cursor::new(bytes)).ok()
}

pub(super) fn name_of(archive: &Archive, at: usize) -> Option<String> {
    let name = archive.name_for_index(at)?.ok()?;
    Some(name.into_owned())
}

/// One entry's bytes, up to `most`; none if it is encrypted, broken, or too much to inflate.
pub(super) fn inflate(
    found: &mut Found,
    archive: &mut Archive,
    at: usize,
    most: u64,
) -> Option<Bytes> {
    let entry = archive.by_index(at).ok()?;
    let most = most.min(found.left);
    let mut bytes = Vec::new();
    let outcome = entry.take(most).read_to_end(&mut bytes);
    found.left = found.left.saturating_sub(bytes.len() as u64);
    outcome.ok()?;
    Some(bytes.into())
}

/// The names of what is in an archive and, where that is wanted, the text of it.
pub(super) fn read(found: &mut Found, bytes: Bytes, depth: usize) {
    let Some(mut archive) = open(bytes) else {
        return;
    };
    for at in 0..archive.len() {
        if found.is_done() {
            return;
        }
        let Some(name) = name_of(&archive, at) else {
            continue;
        };
        found.gap();
        found.push(&name);
        found.gap();
        if found.archives && depth < DEEPEST && !name.ends_with('/') {
            within(found, &mut archive, at, &name, depth);
        }
    }
}

/// The text of one file in an archive.
fn within(found: &mut Found, archive: &mut Archive, at: usize, name: &str, depth: usize) {
    let media_type = media::media_type(name);
    let document = kind(name);
    if document.is_none() && !markup::is_text(&media_type) {
        return;
    }
    let Some(bytes) = inflate(found, archive, at, HEAVIEST) else {
        return;
    };
    match document {
        Some(kind) => found.read(kind, bytes, depth + 1),
        None => {
            let text = String::from_utf8_lossy(&bytes);
            if markup::is_html(&media_type) {
                found.push(&markup::without_tags(&text));
            } else {
                found.push(&text);
            }
        }
    }
}
