//! What of a body its handler left unread. A connection that is closed upon unread bytes is reset, and the client may
//! never see the answer; so a little of the rest is read before it is sent. A lot of it is not: then the reset is meant.
use axum::body::{Body, BodyDataStream, HttpBody};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// Bytes that are read for the sake of the answer.
const MOST: usize = 1 << 20;
/// How long they may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The body, shared between the one who reads it and the one who clears up; None when it has ended.
#[derive(Clone)]
pub(crate) struct Rest(Arc<Mutex<Option<BodyDataStream>>>);

impl Rest {
    /// Splits a body; None if there is nothing in it.
    pub(crate) fn split(body: Body) -> (Body, Option<Self>) {
        if body.is_end_stream() {
            return (body, None);
        }
        let rest = Self(Arc::new(Mutex::new(Some(body.into_data_stream()))));
        (Body::from_stream(rest.clone()), Some(rest))
    }

    /// Reads what is left, within bounds.
    pub(crate) async fn clear(mut self) {
        let read = async {
            let mut left = MOST;
            while let Some(Ok(bytes)) = self.next().await {
                match left.checked_sub(bytes.len()) {
                    Some(less) => left = less,
                    None => return,
                }
            }
        };
        // whether it was enough shows when the answer is sent
        let _elapsed = tokio::time::timeout(PATIENCE, read).await;
    }
}

impl Stream for Rest {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(stream) = body.as_mut() else {
            return Poll::Ready(None);
        };
        let polled = stream.poll_next_unpin(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            *body = None;
        }
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_left_is_read() {
        let (body, rest) = Rest::split(Body::from("left alone"));
        drop(body);
        let rest = rest.expect("there is a body");
        rest.clone().clear().await;
        assert!(rest.0.lock().unwrap().is_none());
    }

    #[tokio::test]
    async fn an_empty_body_has_no_rest() {
        assert!(Rest::split(Body::empty()).1.is_none());
    }
}
