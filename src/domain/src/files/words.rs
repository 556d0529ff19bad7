//! The words a file is found by: those of its name and, for text, of its beginning. Other formats are not opened.

use crate::App;
use futures_util::StreamExt;
use rustchat_core::search::Document;
use rustchat_core::text;
use store::files::StoredFile;

/// How much of a text is searchable.
const BEGINNING: u64 = 64 << 10;
const MAX_WORDS: usize = 32_000;

/// Sets the words of a file whose bytes are stored. A file that cannot be read is found by its name.
pub(crate) async fn index(app: &App, file: &mut StoredFile) {
    let mut all = file.info.name.clone();
    if app.config.get().file.extract_content && is_text(&file.info.mime_type) {
        all.push(' ');
        all.push_str(&beginning(app, &file.path).await);
    }
    let words = Document::of(&all, "").words.join(" ");
    file.words = text::truncated(&words, MAX_WORDS).to_owned();
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type == "application/json"
}

async fn beginning(app: &App, path: &str) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut blob) = app.blobs.get(path, Some(0..BEGINNING)).await {
        while let Some(Ok(part)) = blob.stream.next().await {
            bytes.extend_from_slice(&part);
        }
    }
    // PostgreSQL keeps no zero characters
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}
