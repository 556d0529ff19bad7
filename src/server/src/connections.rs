//! Accepts connections, speaks HTTP/1.1 on each with bounds on headers and waiting, and ends them all in good order.

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::Sleep,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tower::Service;

/// Bounds of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// A whole request head has to arrive within this time; also how long an unused connection stays.
    pub head_timeout: Duration,
    /// Bytes of a request head.
    pub head_bytes: usize,
    pub headers: usize,
    /// How long a client may take nothing of what is sent to it.
    pub write_timeout: Duration,
    /// Connections at the same time, websockets included; more wait in the system's queue.
    pub connections: usize,
}

/// Open files kept for everything but connections: the database, uploads, requests to other servers.
const OTHER_FILES: u64 = 256;

/// As many connections as the process may have open files, but for a few.
pub(crate) fn most() -> usize {
    #[cfg(unix)]
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let limit = None;
    let files = limit.unwrap_or(1 << 20).clamp(2 * OTHER_FILES, 1 << 20);
    usize::try_from(files - OTHER_FILES).unwrap_or(1 << 10)
}

/// How long requests may take to finish when the server stops, and how long sockets then have to notice.
const DRAIN: Duration = Duration::from_secs(3);
const CLOSE: Duration = Duration::from_millis(500);

/// Serves until `stop`, then finishes what is under way. Returns when every connection is gone or was given up.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stop: CancellationToken,
) {
    let mut open = JoinSet::new();
    let close = CancellationToken::new();
    let places = Arc::new(Semaphore::new(bounds.connections));
    let next = async || {
        // the semaphore is never closed
        let place = Arc::clone(&places).acquire_owned().await.ok();
        (listener.accept().await, place)
    };
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = open.join_next(), if !open.is_empty() => {}
            (accepted, place) = next() => match accepted {
                Ok((stream, peer)) => {
                    let stream = Closable::new(stream, place, bounds.write_timeout, close.clone());
                    open.spawn(connection(stream, peer, router.clone(), bounds, stop.clone()));
                }
                Err(error) => refused(&error).await,
            },
        }
    }
    drop(listener);
    let drained = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        tracing::warn!(
            connections = open.len(),
            "requests did not finish in time and are cut"
        );
    }
    // ends websockets too: their connections were handed over and are no longer among the open ones
    close.cancel();
    let closed = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(CLOSE, closed).await.is_err() {
        open.shutdown().await;
    }
}

/// A connection that failed before it was accepted is its client's matter; running out of files is ours, so wait a little.
async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    tracing::error!(%error, "cannot accept connections");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn connection(
    stream: Closable,
    peer: SocketAddr,
    router: Router,
    bounds: Bounds,
    stop: CancellationToken,
) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_timeout)
        .max_buf_size(bounds.head_bytes)
        .max_headers(bounds.headers)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, %peer, "a connection ended early");
    }
}

/// A stream that ends when told to, wherever it was handed, and when nobody takes what is written.
struct Closable {
    stream: TcpStream,
    /// Given back when the connection ends.
    _place: Option<OwnedSemaphorePermit>,
    write_timeout: Duration,
    /// Runs while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
    token: CancellationToken,
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Closable {
    fn new(
        stream: TcpStream,
        place: Option<OwnedSemaphorePermit>,
        write_timeout: Duration,
        token: CancellationToken,
    ) -> Self {
        // small frames have to leave at once; where that cannot be set they leave a little later
        let _ = stream.set_nodelay(true);
        let closed = Box::pin(token.clone().cancelled_owned());
        Self {
            stream,
            _place: place,
            write_timeout,
            stalled: None,
            token,
            closed,
        }
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.stream)
    }

    /// The outcome of a write, or an error where one waits too long.
    fn bounded(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.write_timeout;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        stalled
            .as_mut()
            .poll(cx)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn check(&self) -> io::Result<()> {
        if self.token.is_cancelled() {
            Err(io::ErrorKind::BrokenPipe.into())
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for Closable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(done) = self.stream().poll_read(cx, buffer) {
            return Poll::Ready(done);
        }
        // end of file
        self.closed.as_mut().poll(cx).map(Ok)
    }
}

impl AsyncWrite for Closable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = self.stream().poll_write(cx, bytes);
        self.bounded(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = self.stream().poll_write_vectored(cx, bytes);
        self.bounded(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}
