//! The words a file is found by: those of its name and, where the settings want that, of its beginning. Text is read before the
//! file is there; documents, which take their time, afterwards (formats: `blob::document`).

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::App;
use blob::{BlobStore, document};
use futures_util::StreamExt;
use rustchat_core::search::Document;
use rustchat_core::text;
use store::Store;
use store::files::StoredFile;

/// How much of a text is searchable.
const BEGINNING: u64 = 64 << 10;
const MAX_WORDS: usize = 32_000;

/// Documents that wait to be read; beyond these, one is found by its name alone.
const MOST_WAITING: usize = 1_000;
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Sets the words of a file whose bytes are stored. A file that cannot be read is found by its name.
pub(crate) async fn index(app: &App, file: &mut StoredFile) {
    let mut content = String::new();
    if app.config.get().file.extract_content && document::is_text(&file.info.mime_type) {
        content = beginning(app, &file.path).await;
        if document::is_html(&file.info.mime_type) {
            content = document::without_tags(&content);
        }
    }
    file.words = words(&file.info.name, &content);
}

fn words(name: &str, content: &str) -> String {
    let all = format!("{name} {content}");
    let words = Document::of(&all, "").words.join(" ");
    text::truncated(&words, MAX_WORDS).to_owned()
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

/// A place among those who wait; given back when dropped.
struct Waiting;

impl Waiting {
    fn take() -> Option<Self> {
        let waiting = Self;
        let before = WAITING.fetch_add(1, Ordering::Relaxed);
        (before < MOST_WAITING).then_some(waiting)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Has a document read in the background, when its row is there. Nobody waits for it.
pub(crate) fn read_later(app: &App, file: &StoredFile) {
    let config = app.config.get();
    let size = u64::try_from(file.info.size).unwrap_or(u64::MAX);
    let Some(kind) = document::kind(&file.info.name) else {
        return;
    };
    if !config.file.extract_content || size > document::HEAVIEST {
        return;
    }
    let Some(waiting) = Waiting::take() else {
        tracing::warn!(file = %file.info.id, "too many documents wait to be read: this one is found by its name");
        return;
    };
    let (store, blobs, archives) = (
        app.store.clone(),
        app.blobs.clone(),
        config.file.archive_recursion,
    );
    let (id, name, path) = (
        file.info.id.clone(),
        file.info.name.clone(),
        file.path.clone(),
    );
    tokio::spawn(async move {
        let content = document::text(kind, archives, read(blobs, path)).await;
        drop(waiting);
        if !content.trim().is_empty() {
            keep(&store, &id, &words(&name, &content)).await;
        }
    });
}

async fn read(blobs: BlobStore, path: String) -> Option<bytes::Bytes> {
    let read = blobs.read(&path, document::HEAVIEST).await;
    read.inspect_err(|error| tracing::warn!(%error, "a document cannot be read from storage"))
        .ok()
}

async fn keep(store: &Store, id: &str, words: &str) {
    if let Err(error) = store::files::set_words(store, id, words).await {
        tracing::warn!(file = id, %error, "the words of a document could not be kept");
    }
}
