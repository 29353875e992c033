//! One connection, from its first byte to its last.

use std::{convert::Infallible, pin::pin};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, Version, header},
    response::{IntoResponse, Response},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::{Lifecycle, Terms, patient::Patient, readers::Readers};

/// The longest request target, in bytes; longer ones are answered with 414.
const LONGEST_TARGET: usize = 32 * 1024;
/// A request line with all headers up to this size, in bytes, is read; from twice this size on it is answered with 431.
pub(super) const LARGEST_HEAD: usize = 66 * 1024;
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 250;

/// Serves one connection to its end.
pub(super) async fn converse(
    stream: TcpStream,
    router: Router,
    lifecycle: Lifecycle,
    terms: Terms,
) {
    // Answers are small and written whole: waiting for more to send with them only costs time.
    let _ = stream.set_nodelay(true);
    // Until it says something, a connection needs no room for what it may say.
    let mut first = [0];
    tokio::select! {
        first = tokio::time::timeout(terms.head, stream.peek(&mut first)) => {
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
        .header_read_timeout(terms.head)
        .max_buf_size(LARGEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(terms.head);
    let readers = Readers::new(terms.reader);
    let watching = readers.clone();
    let service = tower::service_fn(move |request: axum::http::Request<_>| {
        let (version, readers) = (request.version(), watching.clone());
        let answer = answer(router.clone(), request);
        async move { Ok::<_, Infallible>(readers.watch(version, answer.await?)) }
    });
    let mut connection = pin!(builder.serve_connection_with_upgrades(
        TokioIo::new(Patient::new(stream, terms)),
        TowerToHyperService::new(service)
    ));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = readers.late() => return,
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
        return Ok(refuse(StatusCode::URI_TOO_LONG, request.version()));
    }
    if !has_one_host(&request) {
        return Ok(refuse(StatusCode::BAD_REQUEST, request.version()));
    }
    let request: Request = request.map(Body::new);
    router.oneshot(request).await
}

/// Whoever asks so has nothing sensible to say on the same connection.
fn refuse(status: StatusCode, version: Version) -> Response {
    match version {
        Version::HTTP_2 => status.into_response(),
        _ => (status, [(header::CONNECTION, "close")]).into_response(),
    }
}

/// HTTP/1.1 asks for exactly one `Host` (RFC 9112, section 3.2). Nothing here depends on it, but what stands before us may
/// have chosen the way by another one than the next reader sees.
fn has_one_host<B>(request: &axum::http::Request<B>) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    request.version() != Version::HTTP_11 || hosts == 1
}
