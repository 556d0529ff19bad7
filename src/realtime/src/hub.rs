//! The hub: takes events from the domain, finds out who may hear them and puts them into the queues of connections.
//! It knows no HTTP and no sockets; `Link` is what a socket holds.

mod deliver;
pub(crate) mod sessions;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use tokio::sync::{Notify, broadcast, mpsc};

use crate::bus::{Bus, InProcess, Invalidation, Message};
use crate::connection::{Connection, Limits};
use crate::directory::{Directory, StatusSink};
use crate::event::Event;
use crate::registry::Registry;

/// Times and sizes; the defaults are those of the original.
#[derive(Clone, Debug)]
pub struct Options {
    pub limits: Limits,
    /// How long a connection without a socket is kept for its client to come back.
    pub keep: Duration,
    /// After how much idleness a connected user is away; None for never.
    pub away_after: Option<Duration>,
    /// Connections one user may have; a further one ends the longest unused.
    pub connections_per_user: usize,
    /// Events waiting to be delivered; more than this is an interruption.
    pub events_waiting: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits {
                sent: 128,
                waiting: 256,
            },
            keep: Duration::from_secs(5 * 60),
            away_after: Some(Duration::from_secs(5 * 60)),
            connections_per_user: 64,
            events_waiting: 32 * 1024,
        }
    }
}

/// Numbers for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub connections: usize,
    pub users: usize,
    pub events: u64,
    pub deliveries: u64,
    pub cut: u64,
}

#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    options: Options,
    registry: RwLock<Registry>,
    bus: RwLock<Arc<dyn Bus>>,
    status: RwLock<Option<Arc<dyn StatusSink>>>,
    waiting: mpsc::Sender<Arc<Event>>,
    deliver: Mutex<Option<mpsc::Receiver<Arc<Event>>>>,
    overflowed: AtomicBool,
    /// How many events were queued here, and how many of them are delivered.
    queued: AtomicU64,
    settled: AtomicU64,
    progress: Notify,
    listeners: RwLock<Vec<Listener>>,
    taps: broadcast::Sender<Arc<Event>>,
    events: AtomicU64,
    deliveries: AtomicU64,
    cut: AtomicU64,
}

/// Longer than this nobody waits for events that were published before.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);

type Listener = Box<dyn Fn(&Invalidation) + Send + Sync>;

impl Default for Hub {
    fn default() -> Self {
        Self::new(Options::default())
    }
}

impl Hub {
    /// A hub of a single node. Events wait in it until `start`.
    pub fn new(options: Options) -> Self {
        let (waiting, deliver) = mpsc::channel(options.events_waiting.max(1));
        Self(Arc::new(Inner {
            options,
            registry: RwLock::default(),
            bus: RwLock::new(Arc::new(InProcess)),
            status: RwLock::new(None),
            waiting,
            deliver: Mutex::new(Some(deliver)),
            overflowed: AtomicBool::new(false),
            queued: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            progress: Notify::new(),
            listeners: RwLock::default(),
            taps: broadcast::Sender::new(256),
            events: AtomicU64::new(0),
            deliveries: AtomicU64::new(0),
            cut: AtomicU64::new(0),
        }))
    }

    /// Joins the other nodes.
    pub fn set_bus(&self, bus: Arc<dyn Bus>) {
        *self.0.bus.write() = bus;
    }

    /// Starts delivering, in tasks of the current runtime that end with the last `Hub`. A second call does nothing.
    pub fn start(&self, directory: Arc<dyn Directory>, status: Arc<dyn StatusSink>) {
        let Some(events) = self.0.deliver.lock().take() else {
            return;
        };
        *self.0.status.write() = Some(status);
        tokio::spawn(deliver::run(Arc::downgrade(&self.0), events, directory));
        tokio::spawn(sessions::sweep(Arc::downgrade(&self.0)));
    }

    /// Tells an event to everyone it concerns, on all nodes. Called after the commit; never waits.
    pub fn publish(&self, event: Event) {
        let event = Arc::new(event);
        self.bus().send(Message::Event(event.clone()));
        self.0.events.fetch_add(1, Ordering::Relaxed);
        self.deliver_here(event);
    }

    /// Waits until it is certain who hears what was published here so far. Whoever is about to change who is in a channel or
    /// a team waits for this first, so that everything is heard by those who were there when it was told.
    pub async fn settled(&self) {
        let target = self.0.queued.load(Ordering::Acquire);
        let all = async {
            loop {
                let progress = self.0.progress.notified();
                if self.0.settled.load(Ordering::Acquire) >= target {
                    return;
                }
                progress.await;
            }
        };
        if tokio::time::timeout(SETTLES_WITHIN, all).await.is_err() {
            tracing::warn!(
                "events wait for delivery longer than a change of members waits for them"
            );
        }
    }

    /// Takes in what another node sent.
    pub fn receive(&self, message: Message) {
        match message {
            Message::Event(event) => self.deliver_here(event),
            Message::Invalidate(invalidation) => self.tell_listeners(&invalidation),
            Message::Sessions(change) => self.apply_session_change(&change),
        }
    }

    /// Makes the other nodes drop what they cached of a row; the own caches are dropped by whoever wrote it.
    pub fn invalidate(&self, invalidation: Invalidation) {
        self.bus().send(Message::Invalidate(invalidation));
    }

    /// Calls this for every invalidation that comes from another node.
    pub fn on_invalidate(&self, listener: impl Fn(&Invalidation) + Send + Sync + 'static) {
        self.0.listeners.write().push(Box::new(listener));
    }

    /// Messages of other nodes, or own events, may have been lost: drop caches, and make clients start afresh.
    pub fn interrupted(&self) {
        self.tell_listeners(&Invalidation::All);
        let all = self.0.registry.write().drain();
        tracing::warn!(
            connections = all.len(),
            "events may have been lost: clients have to start afresh"
        );
        let users: std::collections::BTreeSet<String> = all
            .iter()
            .filter(|connection| connection.is_live())
            .map(|connection| connection.user_id().to_owned())
            .collect();
        all.iter().for_each(|connection| connection.end());
        users
            .iter()
            .for_each(|user| self.tell_status(|status| status.offline(user)));
    }

    /// The node stops: all sockets close. Their clients find another node, or this one later, and start afresh.
    pub fn shutdown(&self) {
        let all = self.0.registry.write().drain();
        all.iter().for_each(|connection| connection.end());
    }

    /// A view of all events published here, for tests and tools; a slow one misses some.
    pub fn tap(&self) -> broadcast::Receiver<Arc<Event>> {
        self.0.taps.subscribe()
    }

    pub fn counts(&self) -> Counts {
        let registry = self.0.registry.read();
        Counts {
            connections: registry
                .connections()
                .filter(|connection| connection.is_live())
                .count(),
            users: registry.live_users(),
            events: self.0.events.load(Ordering::Relaxed),
            deliveries: self.0.deliveries.load(Ordering::Relaxed),
            cut: self.0.cut.load(Ordering::Relaxed),
        }
    }

    fn bus(&self) -> Arc<dyn Bus> {
        self.0.bus.read().clone()
    }

    fn deliver_here(&self, event: Arc<Event>) {
        let _nobody_taps = self.0.taps.send(event.clone());
        if self.0.registry.read().is_empty() {
            return;
        }
        // counted before, so that it is never delivered and not yet counted
        self.0.queued.fetch_add(1, Ordering::AcqRel);
        if self.0.waiting.try_send(event).is_err() {
            self.0.overflowed.store(true, Ordering::Release);
            self.has_settled();
        }
    }

    fn has_settled(&self) {
        self.0.settled.fetch_add(1, Ordering::AcqRel);
        self.0.progress.notify_waiters();
    }

    fn tell_listeners(&self, invalidation: &Invalidation) {
        self.0
            .listeners
            .read()
            .iter()
            .for_each(|listener| listener(invalidation));
    }

    fn tell_status(&self, tell: impl FnOnce(&dyn StatusSink)) {
        let status = self.0.status.read().clone();
        if let Some(status) = status {
            tell(&*status);
        }
    }
}

/// What a socket holds of its connection; dropping it lets the connection wait for its client.
pub struct Link {
    hub: Hub,
    connection: Arc<Connection>,
    socket: u64,
    resumed: bool,
}
