//! Uploads nobody goes on with: they and their bytes go after a while.

use super::receive::Turn;
use crate::App;
use rustchat_core::clock;
use rustchat_core::error::Result;

/// How long an upload may take.
const LONGEST: i64 = 7 * clock::DAY;
/// Bytes without an upload: never those of one that has not been removed.
const LONGEST_WITHOUT: i64 = LONGEST + clock::DAY;
const AT_ONCE: i64 = 500;

/// Removes abandoned uploads. One that cannot be removed is tried again the next time.
pub(crate) async fn sweep(app: &App) -> Result<()> {
    let now = clock::now_ms();
    let abandoned = store::uploads::older(&app.store, now - LONGEST, AT_ONCE).await?;
    for upload in &abandoned {
        let id = &upload.session.id;
        // a part is arriving after all
        let Ok(_turn) = Turn::take(id) else { continue };
        if let Err(error) = app.blobs.discard(&upload.path).await {
            tracing::warn!(%error, "the bytes of an abandoned upload stay behind");
            continue;
        }
        store::uploads::finish(&app.store, id, None).await?;
    }
    if !abandoned.is_empty() {
        tracing::info!(uploads = abandoned.len(), "abandoned uploads were removed");
    }
    match app.blobs.sweep(now - LONGEST_WITHOUT).await {
        Ok(0) => {}
        Ok(files) => tracing::info!(files, "what unfinished writes left was removed"),
        Err(error) => tracing::warn!(%error, "what unfinished writes left could not be removed"),
    }
    Ok(())
}
