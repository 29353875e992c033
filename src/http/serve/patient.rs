//! A stream whose other end may be slow, but not for ever: what it may take grows with what it does.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep, sleep_until},
};

use super::Terms;

/// So many bytes tell the version of HTTP; until they are there nobody else looks at the clock. Any whole request
/// of HTTP/1.1 is longer.
const PREFACE: usize = 24;
/// The slowest that an answer may be read, in bytes a second.
pub(super) const SLOWEST: u64 = 4 * 1024;

/// The stream.
pub(super) struct Patient<S> {
    stream: S,
    opening: Option<Opening>,
    unread: Option<Unread>,
    reader: Duration,
}

/// The version is not known yet.
struct Opening {
    missing: usize,
    deadline: Pin<Box<Sleep>>,
}

/// Something is written that the other end has not taken.
struct Unread {
    since: Instant,
    taken: u64,
    deadline: Pin<Box<Sleep>>,
}

impl<S> Patient<S> {
    /// A stream that was opened now.
    pub(super) fn new(stream: S, terms: Terms) -> Self {
        Self {
            stream,
            opening: Some(Opening {
                missing: PREFACE,
                deadline: Box::pin(sleep(terms.head)),
            }),
            unread: None,
            reader: terms.reader,
        }
    }

    /// After an attempt to write: whether the other end has had its time.
    fn wrote(
        &mut self,
        attempt: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match attempt {
            Poll::Ready(Ok(count)) => {
                if let Some(unread) = &mut self.unread {
                    unread.takes(count, self.reader);
                }
            }
            Poll::Pending => {
                let unread = self.unread.get_or_insert_with(|| Unread::new(self.reader));
                if unread.deadline.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(late("the answer was not read in time")));
                }
            }
            Poll::Ready(Err(_)) => {}
        }
        attempt
    }
}

impl Unread {
    fn new(patience: Duration) -> Self {
        let now = Instant::now();
        Self {
            since: now,
            taken: 0,
            deadline: Box::pin(sleep_until(now + patience)),
        }
    }

    fn takes(&mut self, count: usize, patience: Duration) {
        self.taken += count as u64;
        let earned = Duration::from_secs(self.taken / SLOWEST);
        self.deadline.as_mut().reset(self.since + patience + earned);
    }
}

fn late(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what)
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let attempt = Pin::new(&mut self.stream).poll_read(context, buffer);
        let Some(opening) = &mut self.opening else {
            return attempt;
        };
        if attempt.is_pending() && opening.deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(late("the request did not begin in time")));
        }
        opening.missing = opening
            .missing
            .saturating_sub(buffer.filled().len() - before);
        if opening.missing == 0 {
            self.opening = None;
        }
        attempt
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(attempt, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.wrote(attempt, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Called when everything that there was to write is written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.stream).poll_flush(context);
        if attempt.is_ready() {
            self.unread = None;
        }
        attempt
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
