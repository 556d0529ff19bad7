//! The websocket endpoint: the upgrade, the first words of a client, and the loop that moves frames.
//! What requests mean is decided in `realtime`; who hears what, in its hub.

mod opening;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use config::ConfigHandle;
use futures_util::SinkExt;
use realtime::{Actions, Answer, Attach, Hub, Link, Request, Session};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use opening::{Opening, Wish};

/// The longest request of a client.
const MAX_MESSAGE: usize = 8 * 1024;
/// Requests are short, and the buffer stays with an idle socket: this is half of what such a socket costs.
const READ_BUFFER: usize = 1024;

/// How long a client may take, as the original has it.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// From the upgrade to the token.
    pub authentication: Duration,
    /// Between two pings of the server.
    pub ping: Duration,
    /// Without any sign of the client, its pongs included.
    pub silence: Duration,
    /// To take one frame.
    pub write: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            authentication: Duration::from_secs(5),
            ping: Duration::from_secs(50),
            silence: Duration::from_secs(100),
            write: Duration::from_secs(30),
        }
    }
}

/// What the endpoint needs.
#[derive(Clone)]
pub struct WebSockets {
    pub hub: Hub,
    pub actions: Arc<dyn Actions>,
    pub config: ConfigHandle,
    pub times: Times,
}

/// `GET /api/v4/websocket`, with or without a slash behind it.
pub fn router(sockets: WebSockets) -> Router {
    let sockets = Arc::new(sockets);
    Router::new()
        .route("/api/v4/websocket", get(upgrade))
        .route("/api/v4/websocket/", get(upgrade))
        .with_state(sockets)
}

async fn upgrade(
    State(sockets): State<Arc<WebSockets>>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    if !opening::is_allowed_origin(&headers, &sockets.config.get().service) {
        return opening::refused(403);
    }
    let Ok(upgrade) = upgrade else {
        return opening::refused(400);
    };
    let known = match opening::token(&headers) {
        Some(token) => sockets
            .actions
            .authenticate(&token)
            .await
            .map(|session| (session, token)),
        None => None,
    };
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(move |socket| run(socket, sockets, wish, known))
        .into_response()
}

/// One socket's life. The phases are boxed, so that an idle socket does not carry the largest of them around.
async fn run(
    mut socket: WebSocket,
    sockets: Arc<WebSockets>,
    wish: Wish,
    known: Option<(Session, String)>,
) {
    let link = match known {
        Some((session, token)) => match wish.opening() {
            Opening::Fresh => Box::pin(attach(&sockets, session, &token, None, &wish)).await,
            Opening::Resume(id, seq) => {
                Box::pin(attach(&sockets, session, &token, Some((id, seq)), &wish)).await
            }
            Opening::Malformed => None,
        },
        None => Box::pin(challenge(&mut socket, &sockets, &wish)).await,
    };
    drop(wish);
    if let Some(link) = link {
        converse(&mut socket, &link, &sockets).await;
    }
    // Dropped without a farewell: so the original ends what it does not understand, and clients come again.
}

/// None if the session ended while the connection was made: nobody could tell a connection that was not there yet.
async fn attach(
    sockets: &WebSockets,
    session: Session,
    token: &str,
    resume: Option<(String, u64)>,
    wish: &Wish,
) -> Option<Link> {
    let greeting = sockets.actions.greeting();
    let id = session.id.clone();
    let link = sockets.hub.attach(Attach {
        session,
        resume,
        can_ack: wish.can_ack(),
        server_version: greeting.server_version,
        server_hostname: greeting.server_hostname,
    });
    let still = sockets.actions.authenticate(token).await;
    still
        .is_some_and(|session| session.id == id)
        .then_some(link)
}

/// Waits for the token of a client that came without one. None: it did not show a good one in time.
async fn challenge(socket: &mut WebSocket, sockets: &WebSockets, wish: &Wish) -> Option<Link> {
    let deadline = Instant::now() + sockets.times.authentication;
    loop {
        let message = tokio::time::timeout_at(deadline, socket.recv())
            .await
            .ok()??
            .ok()?;
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => continue,
            Message::Binary(_) | Message::Close(_) => return None,
        };
        match realtime::before_authentication(&Request::parse(&text)?) {
            Answer::Authenticate(token) => {
                // a client that authenticates this way always starts afresh
                let session = sockets.actions.authenticate(&token).await?;
                return attach(sockets, session, &token, None, wish).await;
            }
            Answer::Close => return None,
            Answer::Nothing | Answer::Send(_) => {}
        }
    }
}

/// Moves frames both ways until one side has enough.
async fn converse(socket: &mut WebSocket, link: &Link, sockets: &WebSockets) {
    let times = sockets.times;
    let mut heard = Instant::now();
    let mut pings = interval_at(heard + times.ping, times.ping);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let goes_on = tokio::select! {
            message = socket.recv() => {
                heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => Box::pin(respond(socket, link, sockets, &text)).await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => true,
                    Some(Ok(Message::Close(_))) => {
                        // sends the answer to the farewell
                        let _gone_already = timeout(times.write, socket.flush()).await;
                        false
                    }
                    _ => false,
                }
            }
            frames = link.next() => match frames {
                Ok(frames) => in_time(times.write, send_all(socket, frames)).await,
                Err(realtime::Closed) => {
                    let _gone_already = timeout(times.write, socket.send(Message::Close(None))).await;
                    false
                }
            },
            _ = pings.tick() => {
                heard.elapsed() < times.silence
                    && in_time(times.write, socket.send(Message::Ping(bytes::Bytes::new()))).await
            }
        };
        if !goes_on {
            return;
        }
    }
}

/// Answers one request. False ends the connection.
async fn respond(socket: &mut WebSocket, link: &Link, sockets: &WebSockets, text: &str) -> bool {
    let Some(request) = Request::parse(text) else {
        return false;
    };
    match realtime::answer(link, &request, &*sockets.actions).await {
        Answer::Send(reply) => {
            in_time(
                sockets.times.write,
                socket.send(Message::Text(reply.into())),
            )
            .await
        }
        Answer::Nothing | Answer::Authenticate(_) => true,
        Answer::Close => false,
    }
}

async fn send_all(socket: &mut WebSocket, frames: Vec<String>) -> Result<(), axum::Error> {
    for frame in frames {
        socket.feed(Message::Text(frame.into())).await?;
    }
    socket.flush().await
}

async fn in_time(limit: Duration, sending: impl Future<Output = Result<(), axum::Error>>) -> bool {
    matches!(timeout(limit, sending).await, Ok(Ok(())))
}
