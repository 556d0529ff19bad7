//! Forms of several parts, with bounds on what stands between their contents: the parser alone would keep the head of a
//! part that never ends, as far as the body goes. What a part means is its reader's business.

use bytes::{Bytes, BytesMut};
use contract::RawBody;
use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use multer::{Constraints, Field, Multipart, SizeLimit};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Poll, ready};

/// Bytes of a part's head, and of a part that is skipped.
const BETWEEN: usize = 128 * 1024;

/// The parts of a form, one after the other.
pub(crate) struct Parts {
    form: Multipart<'static>,
    between: Arc<Between>,
}

/// What came since the reader asked for the next part.
#[derive(Default)]
struct Between {
    asked: AtomicBool,
    bytes: AtomicUsize,
}

impl Between {
    /// False when too much came before the next part's content.
    fn take(&self, bytes: usize) -> bool {
        !self.asked.load(Ordering::Relaxed)
            || self.bytes.fetch_add(bytes, Ordering::Relaxed) < BETWEEN
    }
}

impl Parts {
    /// None if the body is no form. `most` bounds the whole in bytes.
    pub(crate) fn open(body: RawBody, most: Option<u64>) -> Option<Self> {
        let kind = body.content_type.as_deref()?;
        let boundary = multer::parse_boundary(kind).ok()?;
        let between = Arc::new(Between::default());
        let counted = Arc::clone(&between);
        let mut chunks = body.stream.into_data_stream();
        let mut gave = false;
        let stream = poll_fn(move |cx| {
            // the parser takes all there is before it looks at any of it, so that there is one chunk at a time
            if std::mem::take(&mut gave) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let chunk = ready!(chunks.poll_next_unpin(cx));
            gave = true;
            Poll::Ready(chunk.map(|chunk| {
                let chunk = chunk.map_err(io::Error::other)?;
                if counted.take(chunk.len()) {
                    Ok(chunk)
                } else {
                    Err(io::Error::other("too much stands before a part's content"))
                }
            }))
        });
        let sizes = most.map_or_else(SizeLimit::new, |most| SizeLimit::new().whole_stream(most));
        let constraints = Constraints::new().size_limit(sizes);
        Some(Self {
            form: Multipart::with_constraints(stream, boundary, constraints),
            between,
        })
    }

    /// The next part; None at the end of the form.
    pub(crate) async fn next(&mut self) -> multer::Result<Option<Field<'static>>> {
        self.between.bytes.store(0, Ordering::Relaxed);
        self.between.asked.store(true, Ordering::Relaxed);
        let part = self.form.next_field().await;
        self.between.asked.store(false, Ordering::Relaxed);
        part
    }
}

/// A part's content; None if it is longer than `most` bytes.
pub(crate) async fn content(mut part: Field<'_>, most: usize) -> multer::Result<Option<Bytes>> {
    let mut all = BytesMut::new();
    while let Some(chunk) = part.chunk().await? {
        if all.len() + chunk.len() > most {
            return Ok(None);
        }
        all.extend_from_slice(&chunk);
    }
    Ok(Some(all.freeze()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn parts(chunks: Vec<String>) -> Parts {
        let chunks = chunks.into_iter().map(Ok::<_, io::Error>);
        let body = RawBody {
            content_type: Some("multipart/form-data; boundary=B".to_owned()),
            content_length: None,
            stream: Body::from_stream(futures_util::stream::iter(chunks)),
        };
        Parts::open(body, None).unwrap()
    }

    #[tokio::test]
    async fn contents_may_be_long_and_heads_may_not() {
        let head = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n".to_owned();
        let filler = || vec!["x".repeat(32 * 1024); 32];
        let whole = [
            vec![format!("{head}\r\n")],
            filler(),
            vec!["\r\n--B--\r\n".to_owned()],
        ];
        let mut form = parts(whole.concat());
        let part = form.next().await.unwrap().unwrap();
        assert_eq!(
            content(part, 1 << 20).await.unwrap().unwrap().len(),
            1 << 20
        );
        assert!(form.next().await.unwrap().is_none());

        let mut form = parts([vec![format!("{head}\r\n")], filler()].concat());
        let part = form.next().await.unwrap().unwrap();
        assert!(content(part, 1000).await.unwrap().is_none());

        let mut form = parts([vec![format!("{head}X: ")], filler()].concat());
        assert!(form.next().await.is_err());
    }
}
