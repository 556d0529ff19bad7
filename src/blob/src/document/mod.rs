//! The text in documents, for searching: formats are told by a file's name, and what cannot be read has no text. Everything is
//! bounded, for a document may be made to harm: bytes read, bytes inflated, text kept, and time.
//! Which words of a text count, and where they are kept, is not decided here.

mod archive;
mod markup;
mod office;
mod pdf;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Semaphore;

pub use markup::{is_html, is_text, without_tags};

use crate::media;

/// The heaviest document that is opened.
pub const HEAVIEST: u64 = 16 << 20;
/// How much text of one is kept.
const MOST_TEXT: usize = 256 << 10;
/// What the compressed parts of one may come to.
const MOST_INFLATED: u64 = 64 << 20;
/// Looked at between parts of a document: pages, entries, elements.
const PATIENCE: Duration = Duration::from_secs(10);
/// Archives within archives.
const DEEPEST: usize = 3;

/// Documents read at the same time. One that is given up keeps its place until it really ends.
static READING: Semaphore = Semaphore::const_new(2);

/// Formats that are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    /// DOCX.
    Letter,
    /// PPTX.
    Slides,
    /// XLSX.
    Sheets,
    /// ODT, ODS, ODP.
    Open,
    Archive,
}

/// Whether a file of this name is a document that can be opened. Plain text is none.
pub fn kind(name: &str) -> Option<Kind> {
    Some(match media::extension(name).as_str() {
        "pdf" => Kind::Pdf,
        "docx" | "docm" | "dotx" => Kind::Letter,
        "pptx" | "pptm" | "ppsx" => Kind::Slides,
        "xlsx" | "xlsm" | "xltx" => Kind::Sheets,
        "odt" | "ods" | "odp" | "ott" => Kind::Open,
        "zip" => Kind::Archive,
        _ => return None,
    })
}

/// The text of a document, empty when it cannot be read. `archives`: documents within archives are opened as well; without it,
/// an archive's text are the names of what is in it.
/// The bytes are asked for when it is the document's turn, so that those that wait are not in memory.
pub async fn text(
    kind: Kind,
    archives: bool,
    bytes: impl Future<Output = Option<Bytes>>,
) -> String {
    let Ok(turn) = READING.acquire().await else {
        return String::new();
    };
    let Some(bytes) = bytes.await else {
        return String::new();
    };
    let reading = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let mut found = Found::new(archives);
        found.read(kind, bytes, 0);
        found.text
    });
    // a little more than the reader gives itself: it ends by itself where it can
    match tokio::time::timeout(PATIENCE * 2, reading).await {
        Ok(Ok(text)) => text,
        Ok(Err(_panic)) => {
            tracing::warn!(?kind, "a document broke its reader");
            String::new()
        }
        Err(_) => {
            tracing::warn!(?kind, "a document takes too long to read");
            String::new()
        }
    }
}

/// What has been found, and what may still be spent.
struct Found {
    text: String,
    /// Bytes that may still be inflated.
    left: u64,
    until: Instant,
    archives: bool,
}

impl Found {
    fn new(archives: bool) -> Self {
        Self {
            text: String::new(),
            left: MOST_INFLATED,
            until: Instant::now() + PATIENCE,
            archives,
        }
    }

    fn read(&mut self, kind: Kind, bytes: Bytes, depth: usize) {
        match kind {
            Kind::Pdf => pdf::read(self, &bytes),
            Kind::Letter => office::read(self, bytes, &office::LETTER),
            Kind::Slides => office::read(self, bytes, &office::SLIDES),
            Kind::Sheets => office::read(self, bytes, &office::SHEETS),
            Kind::Open => office::read(self, bytes, &office::OPEN),
            Kind::Archive => archive::read(self, bytes, depth),
        }
    }

    /// Nothing more is wanted, or there is no time for it.
    fn is_done(&self) -> bool {
        self.text.len() >= MOST_TEXT || self.left == 0 || Instant::now() > self.until
    }

    fn push(&mut self, text: &str) {
        let room = MOST_TEXT.saturating_sub(self.text.len());
        let mut end = room.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // PostgreSQL keeps no zero characters
        self.text
            .extend(text[..end].chars().map(|c| if c == '\0' { ' ' } else { c }));
    }

    /// What follows is not of the same word.
    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }
}
