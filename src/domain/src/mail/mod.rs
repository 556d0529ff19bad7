//! Mail: a bounded queue in front of the configured SMTP server. Handing a mail over never waits for the network, and what the
//! network does never reaches whoever asked. What the letters say is in `letters`, how they look in `letter`.

mod letter;
pub mod letters;
mod message;
mod transport;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use config::{Config, ConfigHandle};
use model::User;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

pub use letter::{Letter, Paragraph, Site};
pub use transport::{Connection, Failure};

/// Mails that wait or are on their way; more are dropped.
const CAPACITY: usize = 2_000;
/// Mails on their way at once.
const AT_ONCE: usize = 4;
/// Pauses before the second and third attempt at what may be better later.
const PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];
/// Mails anybody can have sent to one address within a while.
const MOST_ASKED: usize = 5;
const ASKED_FOR: Duration = Duration::from_secs(10 * 60);
/// People one user can invite within an hour.
const MOST_INVITED: usize = 20;
const INVITED_FOR: Duration = Duration::from_secs(60 * 60);
/// How long a server that ends waits for its last mails.
const LAST_MAILS: Duration = Duration::from_secs(5);

/// A mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub letter: Letter,
}

/// Takes mails and sends them. There is one for a server.
pub struct Mailer {
    config: ConfigHandle,
    queue: Mutex<Option<mpsc::Sender<Mail>>>,
    work: Mutex<Option<JoinHandle<()>>>,
    ending: watch::Sender<bool>,
    /// How often mails were asked for without signing in, by address.
    asked: moka::sync::Cache<String, Arc<AtomicUsize>>,
    /// How many people somebody invited lately, by user.
    invited: moka::sync::Cache<String, Arc<AtomicUsize>>,
}

impl Mailer {
    pub fn start(config: ConfigHandle) -> Self {
        let (queue, mails) = mpsc::channel(CAPACITY);
        let (ending, ends) = watch::channel(false);
        let work = tokio::spawn(work(config.clone(), mails, ends));
        Self {
            config,
            queue: Mutex::new(Some(queue)),
            work: Mutex::new(Some(work)),
            ending,
            asked: counters(ASKED_FOR),
            invited: counters(INVITED_FOR),
        }
    }

    /// Whether somebody without a session may have another mail sent to this address, so that nobody's mailbox is flooded.
    pub fn may_ask(&self, address: &str) -> bool {
        let count = self.asked.get_with_by_ref(address, Arc::default);
        count.fetch_add(1, Ordering::Relaxed) < MOST_ASKED
    }

    /// Whether somebody may invite so many people now.
    pub fn may_invite(&self, user_id: &str, people: usize) -> bool {
        let count = self.invited.get_with_by_ref(user_id, Arc::default);
        let room = |before: usize| {
            let after = before.saturating_add(people);
            (after <= MOST_INVITED).then_some(after)
        };
        count
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, room)
            .is_ok()
    }

    /// Queues a mail. Without a mail server, and when too many wait, it is dropped.
    pub fn send(&self, mail: Mail) {
        if self.config.get().email.smtp_server.is_empty() || mail.to.is_empty() {
            return;
        }
        let kind = mail.letter.kind;
        let queue = self.queue.lock();
        let Some(queue) = queue.as_ref() else { return };
        if queue.try_send(mail).is_err() {
            tracing::warn!(
                kind,
                "a mail was dropped: too many wait for the mail server"
            );
        }
    }

    /// Queues a mail to somebody's own address; bots get none.
    pub fn send_to(&self, user: &User, letter: Letter) {
        if !user.is_bot {
            let to = user.email.clone();
            self.send(Mail { to, letter });
        }
    }

    /// Sends a mail now and waits for the mail server, as long as the settings allow.
    pub async fn deliver(&self, mail: &Mail) -> Result<(), Failure> {
        let connection = Connection::of(&self.config.get());
        self.deliver_with(&connection, mail).await
    }

    /// As `deliver`, with another mail server than the configured one.
    pub async fn deliver_with(&self, connection: &Connection, mail: &Mail) -> Result<(), Failure> {
        transport::deliver(connection, &self.config.get(), mail).await
    }

    /// Takes no more mails and gives those that wait a last chance.
    pub async fn close(&self) {
        self.queue.lock().take();
        self.ending.send_replace(true);
        let work = self.work.lock().take();
        if let Some(mut work) = work
            && tokio::time::timeout(LAST_MAILS, &mut work).await.is_err()
        {
            work.abort();
            tracing::warn!("some mails were not sent before the server ended");
        }
    }
}

fn counters(lifetime: Duration) -> moka::sync::Cache<String, Arc<AtomicUsize>> {
    moka::sync::Cache::builder()
        .max_capacity(10_000)
        .time_to_live(lifetime)
        .build()
}

async fn work(
    config: ConfigHandle,
    mut mails: mpsc::Receiver<Mail>,
    ending: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let waiting = Arc::new(Semaphore::new(CAPACITY));
    let mut under_way = JoinSet::new();
    while let Some(mail) = mails.recv().await {
        while under_way.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let (config, places) = (config.clone(), Arc::clone(&places));
        let (waiting, ending) = (Arc::clone(&waiting), ending.clone());
        under_way.spawn(async move {
            let first = attempt(&config.get(), &mail).await;
            drop(place);
            if first.is_err_and(|failure| failure.may_pass)
                && let Ok(_waits) = waiting.try_acquire()
            {
                again(&config, &mail, &places, ending).await;
            }
        });
    }
    while under_way.join_next().await.is_some() {}
}

/// Further attempts after pauses, during which other mails have the place.
async fn again(
    config: &ConfigHandle,
    mail: &Mail,
    places: &Semaphore,
    mut ending: watch::Receiver<bool>,
) {
    for pause in PAUSES {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = ending.wait_for(|ends| *ends) => return,
        }
        let Ok(_place) = places.acquire().await else {
            return;
        };
        match attempt(&config.get(), mail).await {
            Err(failure) if failure.may_pass => {}
            _ => return,
        }
    }
}

async fn attempt(config: &Config, mail: &Mail) -> Result<(), Failure> {
    let sent = transport::deliver(&Connection::of(config), config, mail).await;
    match &sent {
        Ok(()) => tracing::debug!(
            kind = mail.letter.kind,
            "a mail was handed to the mail server"
        ),
        Err(failure) => {
            tracing::warn!(kind = mail.letter.kind, reason = %failure, "a mail could not be sent");
        }
    }
    sent
}
