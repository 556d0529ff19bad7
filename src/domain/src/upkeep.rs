//! What has to be done now and then without anybody asking and belongs to no other noun. Every node may do it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::app::App;
use crate::{links, oauth, trash, uploads};

const EVERY: Duration = Duration::from_secs(60 * 60);

/// Starts the task; it ends with the server.
pub fn start(app: &Arc<App>) {
    tokio::spawn(run(Arc::downgrade(app)));
}

async fn run(app: Weak<App>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(app) = app.upgrade() else { return };
        once(&app).await;
    }
}

/// Does everything that is due.
pub async fn once(app: &App) {
    if let Err(error) = links::clean_up(app).await {
        tracing::warn!(cause = ?error.cause(), "old links could not be removed");
    }
    if let Err(error) = oauth::clean_up(app).await {
        tracing::warn!(cause = ?error.cause(), "old codes of applications could not be removed");
    }
    if let Err(error) = uploads::sweep(app).await {
        tracing::warn!(cause = ?error.cause(), "abandoned uploads could not be removed");
    }
    // what a server that stopped, or storage that failed, has left
    trash::empty(app).await;
}
