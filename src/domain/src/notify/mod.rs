//! Notifying people away from their screens, on phones and by mail: who, of what, and when not. Everything here happens behind
//! bounded queues after the message was stored and told; a slow proxy or mail server delays notifications and nothing else.
//! How a notification gets to a phone is `push`, how a mail gets away is `mail`.

mod batch;
mod mails;
mod posted;
mod reading;
mod rules;
mod sessions;
mod trial;

use std::sync::{Arc, Weak};
use std::time::Duration;

use model::PushNotification;
use parking_lot::Mutex;
use rustchat_core::error::Result;
use store::notifications::Device;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use crate::app::App;
use crate::push;

pub(crate) use posted::{Posted, is_worth_a_look};
pub use trial::send_trial;

/// Happenings that wait to be looked at, and the notifications that wait for the proxy; more are dropped.
const HAPPENINGS: usize = 4_000;
const DELIVERIES: usize = 4_000;
/// Notifications on their way to the proxy at once.
const AT_ONCE: usize = 16;
/// How long a server that ends looks at what happened last.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// Something people may have to be notified of.
pub(crate) enum Happening {
    Posted(Box<Posted>),
    /// Somebody has read a channel, or with a root one of its threads: notifications of it can go.
    Read {
        user_id: String,
        channel_id: String,
        root_id: String,
        /// The device it was read on knows by itself.
        session_id: String,
    },
    /// What is unread for somebody has changed otherwise.
    Counted {
        user_id: String,
    },
}

struct Delivery {
    device: Device,
    notification: PushNotification,
}

/// The queues. There is one for a server.
pub struct Notifier {
    happenings: Mutex<Option<mpsc::Sender<Happening>>>,
    happened: Mutex<Option<mpsc::Receiver<Happening>>>,
    deliveries: mpsc::Sender<Delivery>,
    delivered: Mutex<Option<mpsc::Receiver<Delivery>>>,
    batch: batch::Batch,
    looking: Mutex<Option<JoinHandle<()>>>,
}

impl Default for Notifier {
    fn default() -> Self {
        let (happenings, happened) = mpsc::channel(HAPPENINGS);
        let (deliveries, delivered) = mpsc::channel(DELIVERIES);
        Self {
            happenings: Mutex::new(Some(happenings)),
            happened: Mutex::new(Some(happened)),
            deliveries,
            delivered: Mutex::new(Some(delivered)),
            batch: batch::Batch::default(),
            looking: Mutex::new(None),
        }
    }
}

impl Notifier {
    /// Has somebody look at what happened, later. Never waits.
    pub(crate) fn tell(&self, happening: Happening) {
        let happenings = self.happenings.lock();
        if let Some(happenings) = happenings.as_ref()
            && happenings.try_send(happening).is_err()
        {
            tracing::warn!("notifications were dropped: too many wait");
        }
    }

    fn deliver(&self, device: Device, notification: PushNotification) {
        let delivery = Delivery {
            device,
            notification,
        };
        if self.deliveries.try_send(delivery).is_err() {
            tracing::warn!("a notification was dropped: too many wait for the push proxy");
        }
    }

    /// Looks at what happened so far and takes no more; mails that waited to be sent together are sent.
    pub async fn close(&self, app: &App) {
        self.happenings.lock().take();
        let looking = self.looking.lock().take();
        if let Some(looking) = looking {
            let _late = tokio::time::timeout(LAST_LOOK, looking).await;
        }
        if let Err(error) = mails::send_batches(app, batch::Due::All).await {
            tracing::warn!(cause = ?error.cause(), "notifications by mail could not be sent");
        }
    }
}

/// Starts the tasks behind the queues; they end with the server.
pub fn start(app: &Arc<App>) {
    let notifier = &app.notifier;
    if let Some(happened) = notifier.happened.lock().take() {
        *notifier.looking.lock() = Some(tokio::spawn(look(Arc::downgrade(app), happened)));
    }
    if let Some(delivered) = notifier.delivered.lock().take() {
        tokio::spawn(send(Arc::downgrade(app), delivered));
    }
    tokio::spawn(mails::send_batches_now_and_then(Arc::downgrade(app)));
    tokio::spawn(sessions::tell_of_ends(Arc::downgrade(app)));
}

async fn look(app: Weak<App>, mut happened: mpsc::Receiver<Happening>) {
    while let Some(happening) = happened.recv().await {
        let Some(app) = app.upgrade() else { return };
        // in a task of its own: should one look panic, the next ones are still made
        match tokio::spawn(async move { look_at(&app, happening).await }).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(cause = ?error.cause(), "nobody was notified of something");
            }
            Err(error) => tracing::error!(%error, "looking whom to notify failed"),
        }
    }
}

async fn look_at(app: &App, happening: Happening) -> Result<()> {
    match happening {
        Happening::Posted(posted) => posted::notify(app, &posted).await,
        Happening::Read {
            user_id,
            channel_id,
            root_id,
            session_id,
        } => reading::clear(app, &user_id, &channel_id, &root_id, &session_id).await,
        Happening::Counted { user_id } => reading::count(app, &user_id).await,
    }
}

async fn send(app: Weak<App>, mut delivered: mpsc::Receiver<Delivery>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    while let Some(delivery) = delivered.recv().await {
        while under_way.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Some(app) = app.upgrade() else { return };
        under_way.spawn(async move {
            push::deliver(&app, &delivery.device, delivery.notification).await;
            drop(place);
        });
    }
}
