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
/// A request line with all headers up to this size, in bytes, is read; from twice this size on it is answered with 431.
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
    serve_patiently(listener, router, lifecycle, drain, HEAD_TIMEOUT).await;
}

async fn serve_patiently(
    listener: TcpListener,
    router: Router,
    lifecycle: Lifecycle,
    drain: Duration,
    patience: Duration,
) {
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
        let connection = converse(stream, router.clone(), lifecycle.clone(), patience);
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
async fn converse(stream: TcpStream, router: Router, lifecycle: Lifecycle, patience: Duration) {
    // Answers are small and written whole: waiting for more to send with them only costs time.
    let _ = stream.set_nodelay(true);
    // The builder waits without a limit for the first bytes, which tell the version.
    let mut first = [0];
    tokio::select! {
        first = tokio::time::timeout(patience, stream.peek(&mut first)) => {
            if !matches!(first, Ok(Ok(1..))) {
                return;
            }
        }
        () = lifecycle.closing() => return,
    }

    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(LARGEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(patience);
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

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, sync::Arc};

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::Notify,
        task::JoinHandle,
    };

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    struct Server {
        address: SocketAddr,
        lifecycle: Lifecycle,
        task: JoinHandle<()>,
        /// A request to `/slow` has arrived.
        arrived: Arc<Notify>,
        /// It may be answered.
        proceed: Arc<Notify>,
    }

    impl Server {
        async fn starts(drain: Duration, patience: Duration) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (arrived, proceed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
            let (here, go) = (arrived.clone(), proceed.clone());
            let router = Router::new().route("/", get(|| async { "hello" })).route(
                "/slow",
                get(move || async move {
                    here.notify_one();
                    go.notified().await;
                    "at last"
                }),
            );
            let lifecycle = Lifecycle::default();
            let task = serve_patiently(listener, router, lifecycle.clone(), drain, patience);
            Self {
                address,
                lifecycle,
                task: tokio::spawn(task),
                arrived,
                proceed,
            }
        }

        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.unwrap()
        }

        async fn asks(&self, target: &str, headers: &str) -> TcpStream {
            let mut stream = self.connect().await;
            let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            stream
        }

        /// The status of the answer to a request for `target`.
        async fn answers(&self, target: &str, headers: &str) -> String {
            let headers = format!("Connection: close\r\n{headers}");
            let answer = all(self.asks(target, &headers).await).await;
            answer.split(' ').nth(1).unwrap_or_default().to_owned()
        }
    }

    async fn all(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        // A server that answers before it has read everything may reset the connection afterwards.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn targets_of_32_kib_are_read_and_longer_ones_are_too_long() {
        let server = Server::starts(LONG, LONG).await;
        let target = |length: usize| format!("/?{}", "p".repeat(length - 2));
        let headers = format!("Authorization: Bearer {}\r\n", "t".repeat(30 * 1024));
        assert_eq!(server.answers(&target(32 * 1024), &headers).await, "200");
        assert_eq!(server.answers(&target(32 * 1024 + 1), "").await, "414");
        assert_eq!(server.answers(&target(60 * 1024), "").await, "414");
    }

    #[tokio::test]
    async fn a_head_without_end_is_refused() {
        let server = Server::starts(LONG, LONG).await;
        let headers = format!("X: {}\r\n", "x".repeat(2 * LARGEST_HEAD));
        // What the server did not read makes the system drop the answer, now and then.
        let status = server.answers("/", &headers).await;
        assert!(matches!(status.as_str(), "431" | ""), "{status}");
    }

    #[tokio::test]
    async fn a_client_that_does_not_finish_its_head_is_left() {
        let server = Server::starts(LONG, Duration::from_secs(2)).await;
        let hesitant = async {
            let mut stream = server.connect().await;
            stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
            all(stream).await
        };
        let silent = async { all(server.connect().await).await };
        let resting = async { all(server.asks("/", "").await).await };
        let (silent, resting, _) = tokio::join!(silent, resting, hesitant);
        assert_eq!(silent, "");
        assert!(resting.ends_with("hello"), "{resting}");
    }

    #[tokio::test]
    async fn requests_in_flight_are_answered_before_the_end() {
        let server = Server::starts(LONG, LONG).await;
        let idle = server.connect().await;
        let slow = server.asks("/slow", "").await;
        server.arrived.notified().await;

        server.lifecycle.leave();
        assert_eq!(server.answers("/", "").await, "200");
        server.lifecycle.close();
        assert_eq!(all(idle).await, "");
        // Nobody listens any more, sooner or later.
        while TcpStream::connect(server.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        server.proceed.notify_one();
        assert!(all(slow).await.ends_with("at last"));
        server.task.await.unwrap();
    }

    #[tokio::test]
    async fn requests_that_take_too_long_are_cut() {
        let server = Server::starts(Duration::from_millis(50), LONG).await;
        let slow = server.asks("/slow", "").await;
        server.arrived.notified().await;
        server.lifecycle.close();
        server.task.await.unwrap();
        assert_eq!(all(slow).await, "");
    }
}
