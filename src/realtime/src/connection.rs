//! One client connection as the hub sees it: its session, its queue of numbered frames and what its user looks at.
//! It outlives the socket for a while, so that a client that comes back continues where it was.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::wire::{Body, with_seq};

/// How many frames one call of `take` hands out.
const BATCH: usize = 32;

/// How much is kept for each connection.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Frames already sent, kept for a client that did not get them.
    pub sent: usize,
    /// Frames waiting; a client further behind than this is cut off (and may resume).
    pub waiting: usize,
}

/// Who a connection belongs to.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub user_id: String,
    /// Milliseconds since 1970, 0 for never.
    pub expires_at: i64,
}

/// What the user of a connection looks at, as its client says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    pub channel_id: Option<Box<str>>,
    pub team_id: Option<Box<str>>,
    pub thread_channel_id: Option<Box<str>>,
    pub thread_view: bool,
}

pub struct Connection {
    id: Box<str>,
    user_id: Box<str>,
    session_id: Mutex<Box<str>>,
    expires_at: AtomicI64,
    revoked: AtomicBool,
    pub(crate) can_ack: AtomicBool,
    presence: Mutex<Presence>,
    queue: Mutex<Queue>,
    wake: Notify,
}

/// The frames `first .. first + ring.len()`; those before `cursor` were given to a socket.
struct Queue {
    ring: VecDeque<Body>,
    first: u64,
    cursor: u64,
    /// Counts the sockets this connection had; an older one must stop.
    socket: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Attached,
    /// The socket has to close; the client may come back.
    Cut,
    /// Without a socket since this time.
    Detached(i64),
    /// Never to be used again.
    Ended,
}

/// The socket has to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl Connection {
    pub(crate) fn new(id: String, session: &Session) -> Self {
        Self {
            id: id.into(),
            user_id: session.user_id.as_str().into(),
            session_id: Mutex::new(session.id.as_str().into()),
            expires_at: AtomicI64::new(session.expires_at),
            revoked: AtomicBool::new(false),
            can_ack: AtomicBool::new(false),
            presence: Mutex::default(),
            queue: Mutex::new(Queue {
                ring: VecDeque::new(),
                first: 0,
                cursor: 0,
                socket: 0,
                state: State::Detached(0),
            }),
            wake: Notify::new(),
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    pub fn session_id(&self) -> String {
        self.session_id.lock().to_string()
    }

    /// Whether the session behind the connection still holds.
    pub fn is_authenticated(&self, now: i64) -> bool {
        let expires_at = self.expires_at.load(Ordering::Relaxed);
        !self.revoked.load(Ordering::Acquire) && (expires_at <= 0 || now < expires_at)
    }

    pub(crate) fn revoke(&self) {
        self.revoked.store(true, Ordering::Release);
    }

    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Acquire)
    }

    pub(crate) fn expire_at(&self, time: i64) {
        self.expires_at.store(time, Ordering::Relaxed);
    }

    pub(crate) fn belongs_to(&self, session_id: &str) -> bool {
        **self.session_id.lock() == *session_id
    }

    /// Takes over the session with which a client came back.
    pub(crate) fn renew(&self, session: &Session) {
        *self.session_id.lock() = session.id.as_str().into();
        self.expire_at(session.expires_at);
    }

    pub fn presence(&self) -> Presence {
        self.presence.lock().clone()
    }

    pub fn set_presence(&self, change: impl FnOnce(&mut Presence)) {
        change(&mut self.presence.lock());
    }

    pub(crate) fn looks_at(&self, channel_id: &str) -> bool {
        let presence = self.presence.lock();
        !self.is_revoked()
            && (presence.channel_id.as_deref() == Some(channel_id)
                || (presence.thread_view
                    && presence.thread_channel_id.as_deref() == Some(channel_id)))
    }

    /// Appends a frame under the next number. False when the client is too far behind and was cut by this.
    pub(crate) fn push(&self, body: Body, limits: Limits) -> bool {
        let mut queue = self.queue.lock();
        if queue.state == State::Ended {
            return true;
        }
        queue.ring.push_back(body);
        let waiting = usize::try_from(queue.next_seq() - queue.cursor).unwrap_or(usize::MAX);
        let too_far_behind = queue.state == State::Attached && waiting > limits.waiting;
        if too_far_behind {
            queue.state = State::Cut;
        }
        let keep = if queue.state == State::Attached {
            limits.sent + waiting
        } else {
            limits.sent + limits.waiting
        };
        while queue.ring.len() > keep {
            queue.ring.pop_front();
            queue.first += 1;
            queue.cursor = queue.cursor.max(queue.first);
        }
        drop(queue);
        self.wake.notify_one();
        !too_far_behind
    }

    /// Gives the connection to a socket that continues at `seq`; None when that cannot be done without a gap.
    pub(crate) fn attach(&self, seq: u64) -> Option<u64> {
        let mut queue = self.queue.lock();
        if queue.state == State::Ended || seq < queue.first || seq > queue.next_seq() {
            return None;
        }
        queue.cursor = seq;
        queue.socket += 1;
        queue.state = State::Attached;
        let socket = queue.socket;
        drop(queue);
        self.wake.notify_one(); // a former socket that still waits learns that it is over
        Some(socket)
    }

    /// The socket is gone. True if it was the current one.
    pub(crate) fn detach(&self, socket: u64, now: i64) -> bool {
        let mut queue = self.queue.lock();
        if queue.socket != socket || matches!(queue.state, State::Ended | State::Detached(_)) {
            return false;
        }
        queue.state = State::Detached(now);
        true
    }

    /// Ends the connection for good and frees its frames.
    pub(crate) fn end(&self) {
        let mut queue = self.queue.lock();
        queue.state = State::Ended;
        queue.ring = VecDeque::new();
        drop(queue);
        self.wake.notify_one();
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.queue.lock().state, State::Attached | State::Cut)
    }

    /// Since when the connection has had no socket.
    pub(crate) fn detached_since(&self) -> Option<i64> {
        match self.queue.lock().state {
            State::Detached(since) => Some(since),
            State::Attached | State::Cut | State::Ended => None,
        }
    }

    /// Waits for frames and hands out the next few, complete and in order.
    pub(crate) async fn take(&self, socket: u64) -> Result<Vec<String>, Closed> {
        loop {
            let woken = self.wake.notified();
            match self.poll_queue(socket) {
                Ok(frames) if frames.is_empty() => woken.await,
                Ok(frames) => return Ok(frames),
                Err(Closed) => {
                    self.wake.notify_one(); // the call may have been meant for the socket that took over
                    return Err(Closed);
                }
            }
        }
    }

    fn poll_queue(&self, socket: u64) -> Result<Vec<String>, Closed> {
        let (bodies, from) = {
            let mut queue = self.queue.lock();
            if queue.socket != socket || queue.state != State::Attached {
                return Err(Closed);
            }
            let from = queue.cursor;
            let start = usize::try_from(from - queue.first).unwrap_or(usize::MAX);
            let bodies: Vec<Body> = queue.ring.iter().skip(start).take(BATCH).cloned().collect();
            queue.cursor += bodies.len() as u64;
            (bodies, from)
        };
        Ok(bodies
            .iter()
            .zip(from..)
            .map(|(body, seq)| with_seq(body, seq))
            .collect())
    }
}

impl Queue {
    fn next_seq(&self) -> u64 {
        self.first + self.ring.len() as u64
    }
}

#[cfg(test)]
mod tests;
