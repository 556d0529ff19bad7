//! PDF: the text that the pages show, in the order in which they show it. Pictures of text have none, forms and annotations
//! are not read.

use std::cell::Cell;
use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Document, Encoding, LoadOptions, Object, ObjectId};

use super::Found;

/// What a page, a font's table or a bundle of objects may be inflated to.
const LARGEST_PART: usize = 2 << 20;
/// Things (numbers, names, lists) that a document's own bytes may hold: each takes some hundred bytes of memory.
const MOST_THINGS: usize = 2_000_000;
/// The same for a page, and for all bundles of objects together.
const MOST_THINGS_OF_PART: usize = 500_000;
const MOST_FONTS: usize = 64;
const MOST_PAGES: usize = 2_000;
/// A step back by this many thousandths of the type size is a blank.
const BLANK: f32 = -200.0;

thread_local! {
    /// What bundles of objects may still hold in the document this thread is loading: the library's hook takes no state.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

pub(super) fn read(found: &mut Found, bytes: &[u8]) {
    if things(bytes) > MOST_THINGS {
        return;
    }
    LEFT.set(MOST_THINGS_OF_PART);
    let options = LoadOptions {
        filter: Some(bounded),
        max_decompressed_size: Some(LARGEST_PART),
        ..LoadOptions::default()
    };
    let Ok(document) = Document::load_mem_with_options(bytes, options) else {
        return;
    };
    for page in document.page_iter().take(MOST_PAGES) {
        if found.is_done() {
            return;
        }
        // a page that is broken does not take the others with it
        let _broken = show(found, &document, page);
        found.gap();
    }
}

/// How many things bytes may be read as: what stands behind a blank or a bracket, and brackets themselves.
fn things(bytes: &[u8]) -> usize {
    let mut between = true;
    let mut count = 0;
    for byte in bytes {
        let opens = matches!(byte, b'(' | b'<' | b'[' | b'/');
        let parts = opens || matches!(byte, b')' | b'>' | b']' | b'{' | b'}' | b'%');
        let now_between = parts || byte.is_ascii_whitespace() || *byte == 0;
        if opens || (between && !now_between) {
            count += 1;
        }
        between = now_between;
    }
    count
}

/// Called for each object before anything is made of it: bundles of objects are taken while they are not too much together,
/// and pictures are let go.
fn bounded(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object {
        if stream.dict.has_type(b"ObjStm") {
            let inflated = stream.get_plain_content_with_limit(LARGEST_PART).ok()?;
            let left = LEFT.get().checked_sub(things(&inflated))?;
            LEFT.set(left);
        } else if matches!(stream.dict.get(b"Subtype"), Ok(Object::Name(name)) if name == b"Image")
        {
            stream.content = Vec::new();
        }
    }
    // the library keeps what stands in the file, and what is returned for what stood in a bundle, where there are no streams
    let kept = match object {
        Object::Stream(_) => Object::Null,
        other => other.clone(),
    };
    Some((id, kept))
}

fn show(found: &mut Found, document: &Document, page: ObjectId) -> lopdf::Result<()> {
    let fonts = document.get_page_fonts(page)?;
    let encodings: BTreeMap<Vec<u8>, Encoding<'_>> = fonts
        .into_iter()
        .take(MOST_FONTS)
        .filter_map(|(name, font)| {
            let encoding = font.get_font_encoding_with_limit(document, LARGEST_PART);
            Some((name, encoding.ok()?))
        })
        .collect();
    let content = document.get_page_content_with_limit(page, LARGEST_PART)?;
    found.left = found.left.saturating_sub(content.len() as u64);
    if things(&content) > MOST_THINGS_OF_PART {
        return Ok(());
    }
    let mut font = None;
    for step in &Content::decode(&content)?.operations {
        if found.is_done() {
            break;
        }
        match step.operator.as_str() {
            "Tf" => {
                let name = step.operands.first().and_then(|name| name.as_name().ok());
                font = name.and_then(|name| encodings.get(name));
            }
            "Tj" => say(found, font, &step.operands),
            "TJ" => step
                .operands
                .iter()
                .filter_map(|parts| parts.as_array().ok())
                .for_each(|parts| say(found, font, parts)),
            "'" | "\"" => {
                found.gap();
                say(found, font, &step.operands);
            }
            "Td" | "TD" | "T*" | "Tm" | "ET" => found.gap(),
            _ => {}
        }
    }
    Ok(())
}

/// Texts, and the steps between them.
fn say(found: &mut Found, font: Option<&Encoding<'_>>, parts: &[Object]) {
    for part in parts {
        match part {
            Object::String(bytes, _) => {
                if let Some(text) = font.and_then(|font| Document::decode_text(font, bytes).ok()) {
                    found.push(&text);
                }
            }
            // the operands of `"` are numbers as well, and positive ones mean nothing
            Object::Integer(_) | Object::Real(_)
                if part.as_float().is_ok_and(|step| step < BLANK) =>
            {
                found.gap();
            }
            _ => {}
        }
    }
}
