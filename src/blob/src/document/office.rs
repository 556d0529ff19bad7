//! Office documents: zip archives of XML. Which entries and which elements hold text differs, the rest is the same.

use std::io::{BufReader, Read};

use bytes::Bytes;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::Found;
use super::archive::{self, Archive};

/// Where the text of a format is.
pub(super) struct Format {
    /// Whether an entry of this name has text.
    entry: fn(&str) -> bool,
    /// Elements whose characters are text; empty: all of them.
    text: &'static [&'static [u8]],
    /// Elements that end a word.
    breaks: &'static [&'static [u8]],
}

pub(super) const LETTER: Format = Format {
    entry: |name| {
        let part = name.strip_prefix("word/").unwrap_or_default();
        [
            "document",
            "header",
            "footer",
            "footnotes",
            "endnotes",
            "comments",
        ]
        .iter()
        .any(|kind| part.starts_with(kind))
            && part.ends_with(".xml")
            && !part.contains('/')
    },
    text: &[b"t"],
    breaks: &[b"p", b"tab", b"br", b"cr", b"tc"],
};

pub(super) const SLIDES: Format = Format {
    entry: |name| {
        (name.starts_with("ppt/slides/slide") || name.starts_with("ppt/notesSlides/notesSlide"))
            && name.ends_with(".xml")
    },
    text: &[b"t"],
    breaks: &[b"p", b"br", b"tc"],
};

pub(super) const SHEETS: Format = Format {
    entry: |name| {
        name == "xl/sharedStrings.xml"
            || (name.starts_with("xl/worksheets/sheet") && name.ends_with(".xml"))
    },
    text: &[b"t", b"v"],
    breaks: &[b"si", b"c", b"row"],
};

pub(super) const OPEN: Format = Format {
    entry: |name| name == "content.xml",
    text: &[],
    breaks: &[
        b"p",
        b"h",
        b"s",
        b"tab",
        b"line-break",
        b"table-cell",
        b"span-break",
    ],
};

/// Reads the entries that have text, in the order of the archive.
pub(super) fn read(found: &mut Found, bytes: Bytes, format: &Format) {
    let Some(mut archive) = archive::open(bytes) else {
        return;
    };
    let wanted: Vec<usize> = (0..archive.len())
        .filter(|at| archive::name_of(&archive, *at).is_some_and(|name| (format.entry)(&name)))
        .collect();
    for at in wanted {
        if found.is_done() {
            return;
        }
        // a part that is broken does not take the others with it
        let _broken = part(found, &mut archive, at, format);
        found.gap();
    }
}

fn part(found: &mut Found, archive: &mut Archive, at: usize, format: &Format) -> Option<()> {
    let entry = archive.by_index(at).ok()?;
    let mut limited = entry.take(found.left);
    let mut reader = Reader::from_reader(BufReader::new(&mut limited));
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut buffer = Vec::new();
    let mut inside = Inside::default();
    let outcome = loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => inside.begins(format, &element),
            Ok(Event::End(element)) => {
                let name = element.local_name();
                inside.ends(format, name.as_ref());
                if format.breaks.contains(&name.as_ref()) {
                    found.gap();
                }
            }
            Ok(Event::Empty(element)) if format.breaks.contains(&element.local_name().as_ref()) => {
                found.gap();
            }
            Ok(Event::Text(text)) if inside.is_text(format) => {
                found.push(&text.decode().unwrap_or_default());
            }
            Ok(Event::CData(text)) if inside.is_text(format) => {
                found.push(&text.decode().unwrap_or_default());
            }
            Ok(Event::GeneralRef(name)) if inside.is_text(format) => reference(found, &name),
            Ok(Event::Eof) => break Some(()),
            Ok(_) => {}
            Err(_) => break None,
        }
        if found.is_done() {
            break Some(());
        }
    };
    drop(reader);
    found.left = limited.limit();
    outcome
}

/// Where in the document the reader is.
#[derive(Default)]
struct Inside {
    /// Elements with text that are open.
    open: usize,
    /// A cell whose value is the number of a shared text.
    is_number_of_text: bool,
}

impl Inside {
    fn begins(&mut self, format: &Format, element: &BytesStart<'_>) {
        let name = element.local_name();
        if name.as_ref() == b"c" {
            self.is_number_of_text = element
                .attributes()
                .flatten()
                .any(|one| one.key.as_ref() == b"t" && one.value.as_ref() == b"s");
        }
        if format.text.contains(&name.as_ref()) {
            self.open += 1;
        }
    }

    fn ends(&mut self, format: &Format, name: &[u8]) {
        if format.text.contains(&name) {
            self.open = self.open.saturating_sub(1);
        }
        if name == b"c" {
            self.is_number_of_text = false;
        }
    }

    fn is_text(&self, format: &Format) -> bool {
        format.text.is_empty() || (self.open > 0 && !self.is_number_of_text)
    }
}

/// Characters written by name or number. Entities of a document's own are not followed.
fn reference(found: &mut Found, name: &BytesRef<'_>) {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        found.push(character.encode_utf8(&mut [0; 4]));
    } else if let Some(text) = name
        .decode()
        .ok()
        .and_then(|name| resolve_predefined_entity(&name))
    {
        found.push(text);
    }
}
