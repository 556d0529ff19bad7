//! What happens to posts without anybody asking: reminders that are due, and words of older posts made searchable.
//! Every node may do it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use rustchat_core::clock;
use rustchat_core::error::Result;
use store::search::Backlog;

use super::send_due_reminders;
use crate::app::App;

const REMINDERS_EVERY: Duration = Duration::from_secs(30);
/// Small enough that writers hardly wait for a batch, with a pause in which they go first.
const BATCH: i64 = 200;
const PAUSE: Duration = Duration::from_millis(20);
const BATCHES_PER_REPORT: u64 = 250;

/// Starts the tasks; they end with the server.
pub fn start(app: &Arc<App>) {
    tokio::spawn(remind(Arc::downgrade(app)));
    tokio::spawn(add_words(Arc::downgrade(app)));
}

async fn remind(app: Weak<App>) {
    loop {
        tokio::time::sleep(REMINDERS_EVERY).await;
        let Some(app) = app.upgrade() else { return };
        if let Err(error) = send_due_reminders(&app, clock::now_ms() / clock::SECOND).await {
            tracing::warn!(cause = ?error.cause(), "reminders could not be sent");
        }
    }
}

async fn add_words(app: Weak<App>) {
    let mut batches = 0u64;
    loop {
        tokio::time::sleep(PAUSE).await;
        let Some(app) = app.upgrade() else { return };
        match next_batch(&app).await {
            Ok(Backlog::Nothing) if batches == 0 => return,
            Ok(Backlog::Nothing) => {
                tracing::info!("all older messages are searchable");
                return;
            }
            Ok(Backlog::Before(moment)) => {
                if batches.is_multiple_of(BATCHES_PER_REPORT) {
                    tracing::info!(
                        older_than = moment,
                        "older messages are being made searchable"
                    );
                }
                batches += 1;
            }
            Err(error) => {
                tracing::warn!(cause = ?error.cause(), "older messages are not searchable yet");
                tokio::time::sleep(REMINDERS_EVERY).await;
            }
        }
    }
}

async fn next_batch(app: &App) -> Result<Backlog> {
    Ok(store::search::add_batch(&app.store, BATCH).await?)
}
