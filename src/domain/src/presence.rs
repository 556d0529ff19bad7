//! Hears from the hub that people come and go. What that means for their status is `statuses`' matter.

use crate::{app::App, statuses};
use realtime::StatusSink;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// The hub's sink over the domain. Changes are made in the order in which they were told.
pub struct Presence(tokio::sync::mpsc::UnboundedSender<Change>);

enum Change {
    Online(String),
    Absent(String, &'static str),
}

impl Presence {
    pub fn start(app: Arc<App>) -> Arc<Self> {
        let (changes, told) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(run(Arc::downgrade(&app), told));
        tokio::spawn(watch_the_clock(Arc::downgrade(&app)));
        Arc::new(Self(changes))
    }

    fn tell(&self, change: Change) {
        // nobody listens only when the server ends
        let _ending = self.0.send(change);
    }
}

async fn run(app: Weak<App>, mut told: tokio::sync::mpsc::UnboundedReceiver<Change>) {
    while let Some(change) = told.recv().await {
        let Some(app) = app.upgrade() else { return };
        let done = match change {
            Change::Online(user) => statuses::set_online(&app, &user).await,
            Change::Absent(user, status) => statuses::set_absent(&app, &user, status).await,
        };
        if let Err(error) = done {
            tracing::warn!(cause = ?error.cause(), "a status was not saved");
        }
    }
}

/// Ends quiet times; every node may do it.
async fn watch_the_clock(app: Weak<App>) {
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        let Some(app) = app.upgrade() else { return };
        if let Err(error) = statuses::end_dnd(&app).await {
            tracing::warn!(cause = ?error.cause(), "quiet times could not be ended");
        }
    }
}

impl StatusSink for Presence {
    fn online(&self, user_id: &str) {
        self.tell(Change::Online(user_id.to_owned()));
    }

    fn away(&self, user_id: &str) {
        self.tell(Change::Absent(user_id.to_owned(), statuses::AWAY));
    }

    fn offline(&self, user_id: &str) {
        self.tell(Change::Absent(user_id.to_owned(), statuses::OFFLINE));
    }
}
