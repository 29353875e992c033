//! The listener: accepts connections, bounds what they may send before a request is known, and ends them in order.

mod connection;
mod patient;
mod readers;
mod room;
#[cfg(test)]
mod tests;

use std::{
    io::{self, Write},
    time::Duration,
};

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::telemetry::metrics;

/// How long to wait when the process has no file descriptors left.
const BREATH: Duration = Duration::from_millis(50);
/// What a connection is told for which there is no room.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// What connections are granted.
#[derive(Debug, Clone, Copy)]
struct Terms {
    /// How many there may be at once.
    most: usize,
    /// How long one may take to send the first byte, and then the head of each request; also how long it may rest
    /// between two requests.
    head: Duration,
    /// How long an answer waits for its reader, besides the time that it takes at the slowest rate.
    reader: Duration,
}

impl Terms {
    /// Longer than load balancers keep connections (60 seconds is usual), so that it is they who close them, when
    /// nothing is on its way.
    fn usual() -> Self {
        Self {
            most: room::make(),
            head: Duration::from_secs(75),
            reader: Duration::from_mins(1),
        }
    }
}

/// The end of the server, in its two steps. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    leaving: CancellationToken,
    closing: CancellationToken,
}

impl Lifecycle {
    /// The server is to be left alone from now on: readiness fails, requests are still answered.
    pub fn leave(&self) {
        self.leaving.cancel();
    }

    /// Whether [`Self::leave`] has been called.
    pub fn is_leaving(&self) -> bool {
        self.leaving.is_cancelled()
    }

    /// No connections are accepted any more; what has no end of its own (subscriptions) has to end.
    pub fn close(&self) {
        self.leaving.cancel();
        self.closing.cancel();
    }

    /// Waits for [`Self::close`].
    pub async fn closing(&self) {
        self.closing.cancelled().await;
    }
}

/// Answers requests until `lifecycle` closes, and then until those in flight are answered, at most `drain` long.
pub async fn serve(listener: TcpListener, router: Router, lifecycle: Lifecycle, drain: Duration) {
    serve_on(Terms::usual(), listener, router, lifecycle, drain).await;
}

async fn serve_on(
    terms: Terms,
    listener: TcpListener,
    router: Router,
    lifecycle: Lifecycle,
    drain: Duration,
) {
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    let mut is_full = false;
    loop {
        let stream = tokio::select! {
            biased;
            () = lifecycle.closing() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // The next one may have more luck.
                Err(error) => {
                    if is_shortage(&error) {
                        tracing::warn!(%error, "a connection was not accepted");
                        tokio::time::sleep(BREATH).await;
                    }
                    continue;
                }
            },
        };
        let was_full = std::mem::replace(&mut is_full, connections.len() >= terms.most);
        if is_full {
            if !was_full {
                tracing::warn!(most = terms.most, "no room for more connections");
            }
            turn_away(stream);
            continue;
        }
        let connection = connection::converse(stream, router.clone(), lifecycle.clone(), terms);
        let cut = cut.clone();
        connections.spawn(async move {
            tokio::select! {
                () = connection => {}
                () = cut.cancelled() => {}
            }
        });
    }
    // New connections are refused while the old ones end.
    drop(listener);
    connections.close();
    if tokio::time::timeout(drain, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            open = connections.len(),
            "connections were cut: they took too long to end"
        );
        cut.cancel();
        connections.wait().await;
    }
}

/// Whether we lack something (descriptors, memory), rather than the connection having broken by itself: a client that
/// leaves at once must not hold others up.
fn is_shortage(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

/// Says that there is no room, to whoever listens, and hangs up. Nothing is waited for.
fn turn_away(stream: TcpStream) {
    metrics::refused("connections");
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(FULL);
    }
}
