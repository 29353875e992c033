//! The listener: accepts connections, bounds what they may send before a request is known, and ends them in order.

use std::{convert::Infallible, pin::pin, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// The longest request target, in bytes; longer ones are answered with 414.
const LONGEST_TARGET: usize = 32 * 1024;
/// The largest request line with all headers, in bytes; larger ones are answered with 431.
const LARGEST_HEAD: usize = 66 * 1024;
/// How long a connection may take to send the first byte, and then the head of each request; also how long it may
/// rest between two requests. Longer than load balancers keep connections (60 seconds is usual), so that it is they
/// who close them, when nothing is on its way.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 250;
/// How long to wait when the process has no file descriptors left.
const BREATH: Duration = Duration::from_millis(50);

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
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    loop {
        let stream = tokio::select! {
            biased;
            () = lifecycle.closing() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // The connection's own trouble, or no descriptors left: the next one may have more luck.
                Err(error) => {
                    tracing::debug!(%error, "a connection was not accepted");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            },
        };
        let connection = converse(stream, router.clone(), lifecycle.clone());
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

/// Serves one connection to its end.
async fn converse(stream: TcpStream, router: Router, lifecycle: Lifecycle) {
    // Answers are small and written whole: waiting for more to send with them only costs time.
    let _ = stream.set_nodelay(true);
    // The builder waits without a limit for the first bytes, which tell the version.
    tokio::select! {
        first = tokio::time::timeout(HEAD_TIMEOUT, stream.readable()) => {
            if !matches!(first, Ok(Ok(()))) {
                return;
            }
        }
        () = lifecycle.closing() => return,
    }

    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LARGEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(HEAD_TIMEOUT);
    let service = tower::service_fn(move |request| answer(router.clone(), request));
    let mut connection =
        pin!(builder.serve_connection_with_upgrades(
            TokioIo::new(stream),
            TowerToHyperService::new(service)
        ));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = lifecycle.closing() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error, "a connection ended in disorder");
    }
}

async fn answer<B>(router: Router, request: axum::http::Request<B>) -> Result<Response, Infallible>
where
    B: axum::body::HttpBody<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if target > LONGEST_TARGET {
        return Ok(StatusCode::URI_TOO_LONG.into_response());
    }
    let request: Request = request.map(Body::new);
    router.oneshot(request).await
}
