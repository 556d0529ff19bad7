//! How long a request's body may take to arrive: a time, and more for what has come. A body that trickles would otherwise
//! hold its connection for ever, since each of its bytes is in time.

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use hyper::body::{Frame, SizeHint};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep};

/// A large file over a slow line is welcome as long as it is faster than this, in bytes a second.
const SLOWEST: u64 = 32 * 1024;

/// Puts the bound `ServiceSettings.ReadTimeout` on the body.
pub(crate) async fn hurry(
    State(within): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    next.run(request.map(|body| Body::new(Hurried::new(body, within))))
        .await
}

struct Hurried {
    body: Body,
    begun: Instant,
    within: Duration,
    received: u64,
    alarm: Pin<Box<Sleep>>,
}

impl Hurried {
    fn new(body: Body, within: Duration) -> Self {
        Self {
            body,
            begun: Instant::now(),
            within,
            received: 0,
            alarm: Box::pin(tokio::time::sleep(within)),
        }
    }

    /// When the rest has to be there.
    fn deadline(&self) -> Instant {
        self.begun + self.within + Duration::from_secs(self.received / SLOWEST)
    }
}

impl HttpBody for Hurried {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            if let Some(Ok(frame)) = &frame {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.received += u64::try_from(length).unwrap_or_default();
            }
            return Poll::Ready(frame);
        }
        // the alarm is moved only when it rings, not with every frame
        loop {
            ready!(self.alarm.as_mut().poll(cx));
            let deadline = self.deadline();
            if deadline <= Instant::now() {
                let late = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
                return Poll::Ready(Some(Err(axum::Error::new(late))));
            }
            self.alarm.as_mut().reset(deadline);
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// Frames of so many bytes, one in each `pause`.
    struct Dripping {
        size: usize,
        left: usize,
        pause: Duration,
        next: Pin<Box<Sleep>>,
    }

    impl HttpBody for Dripping {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            ready!(self.next.as_mut().poll(cx));
            if self.left == 0 {
                return Poll::Ready(None);
            }
            self.left -= 1;
            let again = Instant::now() + self.pause;
            self.next.as_mut().reset(again);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![0; self.size])))))
        }
    }

    async fn received(size: usize, frames: usize, pause: Duration) -> Result<usize, axum::Error> {
        let body = Body::new(Dripping {
            size,
            left: frames,
            pause,
            next: Box::pin(tokio::time::sleep(pause)),
        });
        let hurried = Body::new(Hurried::new(body, Duration::from_secs(3)));
        let whole = axum::body::to_bytes(hurried, usize::MAX).await?;
        Ok(whole.len())
    }

    #[tokio::test(start_paused = true)]
    async fn trickles_are_cut_and_slow_lines_are_not() {
        let second = Duration::from_secs(1);
        let begun = Instant::now();
        assert!(received(1, 1000, 2 * second).await.is_err());
        assert!(begun.elapsed() <= 4 * second);
        assert_eq!(received(1, 2, second).await.unwrap(), 2);
        let slow = 64 * 1024;
        assert_eq!(received(slow, 60, second).await.unwrap(), 60 * slow);
    }
}
