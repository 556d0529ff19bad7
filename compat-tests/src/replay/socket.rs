//! One websocket of a scenario: sends requests, keeps their replies apart from events.
//! Does not normalise and does not decide when events are complete.

use anyhow::anyhow;
use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::{
    self, Message,
    client::IntoClientRequest,
    http::{HeaderName, HeaderValue},
    protocol::WebSocketConfig,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Connection = WebSocketStream<MaybeTlsStream<TcpStream>>;

const OPEN_LIMIT: Duration = Duration::from_secs(10);
const HELLO_LIMIT: Duration = Duration::from_secs(5);
const REPLY_LIMIT: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What came in so far.
#[derive(Default)]
pub struct Inbox {
    pub events: Vec<Value>,
    pub replies: Vec<(i64, Value)>,
    pub connection_id: String,
    pub next_seq: i64,
    pub last: Option<Instant>,
    pub done: bool,
    closed_well: bool,
}

/// Why a socket could not be opened.
pub enum Refusal {
    /// The upgrade was answered with this status.
    Status(u16),
    /// It opened, or not, but is of no use.
    Failed(String),
    /// The network's fault.
    Fault(&'static str),
}

/// An open websocket.
pub struct Socket {
    sink: SplitSink<Connection, Message>,
    inbox: Arc<Mutex<Inbox>>,
    pump: JoinHandle<()>,
    seq: i64,
}

impl Socket {
    /// Opens a websocket; with `challenge` it signs in with the token and waits for the hello.
    pub async fn open(
        url: &str,
        headers: &[(String, String)],
        challenge: Option<&Value>,
    ) -> Result<Self, Refusal> {
        let mut request = url
            .into_client_request()
            .map_err(|e| Refusal::Failed(e.to_string()))?;
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|e| Refusal::Failed(e.to_string()))?;
            let value = HeaderValue::from_str(value).map_err(|e| Refusal::Failed(e.to_string()))?;
            request.headers_mut().insert(name, value);
        }
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let opening = tokio_tungstenite::connect_async_with_config(request, Some(config), true);
        let connection = match tokio::time::timeout(OPEN_LIMIT, opening).await {
            Ok(Ok((connection, _))) => connection,
            Ok(Err(tungstenite::Error::Http(answer))) => {
                return Err(Refusal::Status(answer.status().as_u16()));
            }
            Ok(Err(tungstenite::Error::Io(_))) => return Err(Refusal::Fault("OSError")),
            Ok(Err(_)) => return Err(Refusal::Failed("InvalidHandshake".into())),
            Err(_) => return Err(Refusal::Fault("TimeoutError")),
        };
        let (sink, mut stream) = connection.split();
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let filled = inbox.clone();
        let pump = tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                match message {
                    Message::Text(text) => take(&filled, text.as_str()),
                    Message::Close(frame) => {
                        let code = frame.map_or(1005, |f| u16::from(f.code));
                        lock(&filled).closed_well = matches!(code, 1000 | 1001 | 1005);
                    }
                    _ => {}
                }
            }
            lock(&filled).done = true;
        });
        let mut socket = Socket {
            sink,
            inbox,
            pump,
            seq: 0,
        };
        if let Some(token) = challenge {
            socket.sign_in(token).await?;
        }
        Ok(socket)
    }

    async fn sign_in(&mut self, token: &Value) -> Result<(), Refusal> {
        let sent = self
            .send("authentication_challenge".into(), json!({"token": token}))
            .await;
        sent.map_err(|e| Refusal::Failed(e.into()))?;
        let started = Instant::now();
        while started.elapsed() < HELLO_LIMIT {
            if !self.inbox().connection_id.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(Refusal::Failed("no hello on the websocket".into()))
    }

    /// What came in; holds a lock, so not across an await.
    pub fn inbox(&self) -> MutexGuard<'_, Inbox> {
        lock(&self.inbox)
    }

    /// Sends a text frame as it is; the error is the recorder's name for a closed connection.
    pub async fn frame(&mut self, text: String) -> Result<(), &'static str> {
        if !self.inbox().done && self.sink.send(Message::text(text)).await.is_ok() {
            return Ok(());
        }
        Err(if self.inbox().closed_well {
            "ConnectionClosedOK"
        } else {
            "ConnectionClosedError"
        })
    }

    async fn send(&mut self, action: Value, data: Value) -> Result<i64, &'static str> {
        self.seq += 1;
        let seq = self.seq;
        self.frame(json!({"seq": seq, "action": action, "data": data}).to_string())
            .await?;
        Ok(seq)
    }

    /// Sends a request and waits for its reply.
    pub async fn request(&mut self, action: Value, data: Value) -> Result<Value, &'static str> {
        let seq = self.send(action, data).await?;
        let started = Instant::now();
        loop {
            {
                let inbox = self.inbox();
                if let Some((_, reply)) = inbox.replies.iter().find(|r| r.0 == seq) {
                    return Ok(reply.clone());
                }
                if inbox.done || started.elapsed() >= REPLY_LIMIT {
                    return Ok(json!({"no_reply": true}));
                }
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Closes properly, with little patience.
    pub async fn close(mut self) -> Inbox {
        let inbox = std::mem::take(&mut *self.inbox());
        let _ = tokio::time::timeout(
            Duration::from_millis(500),
            self.sink.send(Message::Close(None)),
        )
        .await;
        let _ = tokio::time::timeout(Duration::from_millis(500), &mut self.pump).await;
        self.pump.abort();
        inbox
    }
}

fn lock(inbox: &Mutex<Inbox>) -> MutexGuard<'_, Inbox> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sorts one incoming message into the inbox.
fn take(inbox: &Mutex<Inbox>, text: &str) {
    let message = serde_json::from_str::<Value>(text).map_err(|e| anyhow!(e));
    let Ok(message) = message else { return };
    let mut inbox = lock(inbox);
    inbox.last = Some(Instant::now());
    if let Some(seq) = message.get("seq_reply") {
        let seq = seq.as_i64().unwrap_or(0);
        inbox.replies.retain(|r| r.0 != seq);
        inbox.replies.push((seq, message));
    } else if let Some(event) = message.get("event") {
        inbox.next_seq = message.get("seq").and_then(Value::as_i64).unwrap_or(0) + 1;
        if event == "hello" {
            let id = message["data"]["connection_id"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            inbox.connection_id = id;
        }
        inbox.events.push(message);
    } else {
        inbox.replies.retain(|r| r.0 != 0);
        inbox.replies.push((0, message)); // an answer to a frame without a sequence number
    }
}
