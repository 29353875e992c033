//! Readers of HTTP/2, who can let a single answer wait by flow control (RFC 9113, section 5.2) while the connection goes on:
//! nothing stays unwritten then, so [`super::patient`] sees nothing.
//!
//! Answers are offered in pieces, and the next piece is only asked for when the reader has room for it.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    http::Version,
    response::Response,
};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::{sync::Notify, time::Instant};

use super::patient::SLOWEST;

/// Bytes offered at once: what HTTP/2 takes as one frame, unless the reader says otherwise.
const PIECE: usize = 16 * 1024;

/// The readers of the answers of one connection.
#[derive(Debug)]
pub(super) struct Readers {
    patience: Duration,
    answers: Mutex<Vec<Weak<Mutex<Progress>>>>,
    first: Notify,
}

/// How far an answer has been read.
#[derive(Debug, Default)]
struct Progress {
    /// Since when something has been offered all the time.
    offered: Option<Instant>,
    taken: u64,
    /// Offered, but not taken.
    unread: usize,
}

impl Readers {
    /// Nobody yet.
    pub(super) fn new(patience: Duration) -> Arc<Self> {
        Arc::new(Self {
            patience,
            answers: Mutex::default(),
            first: Notify::new(),
        })
    }

    /// Watches the reader of an answer, if it may let it wait by itself.
    pub(super) fn watch(&self, version: Version, answer: Response) -> Response {
        if version != Version::HTTP_2 || answer.body().is_end_stream() {
            return answer;
        }
        // A reader may have no room from the beginning.
        let progress = Arc::new(Mutex::new(Progress {
            offered: Some(Instant::now()),
            ..Progress::default()
        }));
        let mut answers = lock(&self.answers);
        answers.retain(|answer| answer.strong_count() > 0);
        answers.push(Arc::downgrade(&progress));
        drop(answers);
        self.first.notify_one();
        answer.map(|body| {
            Body::new(Offered {
                body,
                rest: Bytes::new(),
                progress,
            })
        })
    }

    /// Waits for one that has had its time.
    pub(super) async fn late(&self) {
        // Most connections are not of HTTP/2.
        self.first.notified().await;
        loop {
            tokio::time::sleep(self.patience / 4).await;
            let now = Instant::now();
            let is_late = lock(&self.answers).iter().any(|answer| {
                let answer = answer.upgrade();
                answer.is_some_and(|answer| lock(&answer).is_late(now, self.patience))
            });
            if is_late {
                return;
            }
        }
    }
}

impl Progress {
    fn is_late(&self, now: Instant, patience: Duration) -> bool {
        let earned = Duration::from_secs(self.taken / SLOWEST);
        self.offered
            .is_some_and(|since| now > since + patience + earned)
    }
}

/// The body of an answer, in pieces.
struct Offered {
    body: Body,
    /// Of the last frame.
    rest: Bytes,
    progress: Arc<Mutex<Progress>>,
}

impl HttpBody for Offered {
    type Data = Bytes;
    type Error = axum::Error;

    /// Called when the reader has room for more: it has taken what was offered before.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let mut progress = lock(&this.progress);
        progress.taken += std::mem::take(&mut progress.unread) as u64;
        if this.rest.is_empty() {
            let frame = match Pin::new(&mut this.body).poll_frame(context) {
                // It is the reader who waits.
                Poll::Pending => {
                    *progress = Progress::default();
                    return Poll::Pending;
                }
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(end) => {
                    *progress = Progress::default();
                    return Poll::Ready(end);
                }
            };
            match frame.into_data() {
                Ok(data) => this.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let length = this.rest.len().min(PIECE);
        let piece = this.rest.split_to(length);
        progress.unread = length;
        progress.offered.get_or_insert_with(Instant::now);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    /// Not before its end was asked for: only then the last piece was taken.
    fn is_end_stream(&self) -> bool {
        false
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = HttpBody::size_hint(&self.body);
        let rest = self.rest.len() as u64;
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
