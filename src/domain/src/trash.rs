//! Deleting the bytes of files whose rows are gone for good. What cannot be deleted now is tried again later.

use blob::BlobError;
use rustchat_core::error::Result;

use crate::App;

/// Paths that are read, and forgotten, at a time.
const BATCH: i64 = 200;

/// Deletes everything that waits for it. A failure is no concern of whoever removed the rows: they are gone.
pub(crate) async fn empty(app: &App) {
    if let Err(error) = try_empty(app).await {
        tracing::warn!(cause = ?error.cause(), "deleted files could not be looked up");
    }
}

async fn try_empty(app: &App) -> Result<()> {
    let mut after = String::new();
    loop {
        let paths = store::trash::next(&app.store, &after, BATCH).await?;
        let Some(last) = paths.last() else {
            return Ok(());
        };
        after.clone_from(last);
        let mut gone = Vec::with_capacity(paths.len());
        for path in paths {
            match app.blobs.delete(&path).await {
                // Nothing can lie at a path that is none.
                Ok(()) | Err(BlobError::BadPath) => gone.push(path),
                Err(error) => tracing::warn!(%error, "a deleted file's bytes are still there"),
            }
        }
        store::trash::forget(&app.store, &gone).await?;
    }
}
