//! Connections as clients hold them.

use std::{net::SocketAddr, sync::Arc};

use axum::{body::Bytes, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
    task::JoinHandle,
};

use super::{connection::LARGEST_HEAD, *};

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_secs(2);
/// Bytes of the answer to `/large`.
const LARGE: usize = 64 * 1024 * 1024;
/// Nobody in these tests runs into a limit without wanting to.
const GENEROUS: Terms = Terms {
    most: 1_000,
    head: LONG,
    reader: LONG,
};

struct Server {
    address: SocketAddr,
    lifecycle: Lifecycle,
    task: JoinHandle<()>,
    /// A request to `/slow` has arrived.
    arrived: Arc<Notify>,
    /// It may be answered.
    proceed: Arc<Notify>,
    /// An answer of `/large` is kept no longer.
    forgotten: Arc<Notify>,
}

/// More than the system takes from us for somebody who does not read, and the news of its end.
struct Large(Vec<u8>, Arc<Notify>);

impl AsRef<[u8]> for Large {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        self.1.notify_one();
    }
}

impl Server {
    async fn starts(drain: Duration, terms: Terms) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (arrived, proceed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (here, go) = (arrived.clone(), proceed.clone());
        let forgotten = Arc::new(Notify::new());
        let ends = forgotten.clone();
        let router = Router::new()
            .route("/", get(|| async { "hello" }))
            .route(
                "/slow",
                get(move || async move {
                    here.notify_one();
                    go.notified().await;
                    "at last"
                }),
            )
            .route(
                "/large",
                get(move || async move { Bytes::from_owner(Large(vec![0; LARGE], ends)) }),
            );
        let lifecycle = Lifecycle::default();
        let task = serve_on(terms, listener, router, lifecycle.clone(), drain);
        Self {
            address,
            lifecycle,
            task: tokio::spawn(task),
            arrived,
            proceed,
            forgotten,
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

    /// By HTTP/2, from a reader who has room for so many bytes of the answer.
    async fn asks_by_http_2(&self, target: &str, window: u32) -> TcpStream {
        let frame = |kind: u8, flags: u8, stream: u8, payload: &[u8]| {
            let length = u8::try_from(payload.len()).unwrap();
            [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
        };
        // SETTINGS_INITIAL_WINDOW_SIZE
        let settings = [&[0, 4][..], &window.to_be_bytes()].concat();
        let length = u8::try_from(target.len()).unwrap();
        // GET and http from the static table, :authority and :path by name from there.
        let head = [&[0x82, 0x86, 1, 1, b'x', 4, length][..], target.as_bytes()].concat();
        let start = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
            frame(4, 0, 0, &settings),
            frame(1, 5, 1, &head),
        ];
        let mut stream = self.connect().await;
        stream.write_all(&start.concat()).await.unwrap();
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
    let server = Server::starts(LONG, GENEROUS).await;
    let target = |length: usize| format!("/?{}", "p".repeat(length - 2));
    let headers = format!("Authorization: Bearer {}\r\n", "t".repeat(30 * 1024));
    assert_eq!(server.answers(&target(32 * 1024), &headers).await, "200");
    assert_eq!(server.answers(&target(32 * 1024 + 1), "").await, "414");
    assert_eq!(server.answers(&target(60 * 1024), "").await, "414");
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = Server::starts(LONG, GENEROUS).await;
    let headers = format!("X: {}\r\n", "x".repeat(2 * LARGEST_HEAD));
    // What the server did not read makes the system drop the answer, now and then.
    let status = server.answers("/", &headers).await;
    assert!(matches!(status.as_str(), "431" | ""), "{status}");
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_head_is_left() {
    let terms = Terms {
        head: SHORT,
        ..GENEROUS
    };
    let server = Server::starts(LONG, terms).await;
    let after = async |begins: &[u8]| {
        let mut stream = server.connect().await;
        stream.write_all(begins).await.unwrap();
        all(stream).await
    };
    let silent = after(b"");
    let hesitant = after(b"GET / HTTP/1.1\r\nHost:");
    // So begin POST, PUT and PATCH, and HTTP/2.
    let undecided = after(b"P");
    let secretive = after(b"PRI * HTTP/2.0\r\n\r\n");
    let resting = async { all(server.asks("/", "").await).await };
    let (silent, _, undecided, secretive, resting) =
        tokio::join!(silent, hesitant, undecided, secretive, resting);
    assert_eq!([silent, undecided, secretive], ["", "", ""]);
    assert!(resting.ends_with("hello"), "{resting}");
}

#[tokio::test]
async fn requests_in_flight_are_answered_before_the_end() {
    let server = Server::starts(LONG, GENEROUS).await;
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
    let server = Server::starts(Duration::from_millis(50), GENEROUS).await;
    let slow = server.asks("/slow", "").await;
    server.arrived.notified().await;
    server.lifecycle.close();
    server.task.await.unwrap();
    assert_eq!(all(slow).await, "");
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_not_kept() {
    let terms = Terms {
        reader: SHORT,
        ..GENEROUS
    };
    let server = Server::starts(LONG, terms).await;
    let unread = server.asks("/large", "").await;
    server.forgotten.notified().await;
    // Who reads, however late, gets what was on the way and no more.
    assert!(all(unread).await.len() < LARGE);
    let read = all(server.asks("/large", "Connection: close\r\n").await).await;
    assert!(read.len() > LARGE);
}

#[tokio::test]
async fn an_answer_that_waits_by_flow_control_is_not_kept() {
    let terms = Terms {
        reader: SHORT,
        ..GENEROUS
    };
    let server = Server::starts(LONG, terms).await;
    for window in [0, 100] {
        let stream = server.asks_by_http_2("/large", window).await;
        // Whatever else is said on the connection.
        let (mut heard, mut speaks) = stream.into_split();
        let speaking = tokio::spawn(async move {
            let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
            while speaks.write_all(&ping).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        let listening = tokio::spawn(async move {
            let mut room = [0; 1_024];
            while matches!(heard.read(&mut room).await, Ok(1..)) {}
        });
        server.forgotten.notified().await;
        listening.await.unwrap();
        speaking.await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_is_read_by_flow_control_arrives_whole() {
    let terms = Terms {
        reader: SHORT,
        ..GENEROUS
    };
    let server = Server::starts(LONG, terms).await;
    let mut stream = server.asks_by_http_2("/large", 0x7fff_ffff).await;
    // WINDOW_UPDATE, for the connection.
    let more = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7f, 0xff, 0, 0];
    stream.write_all(&more).await.unwrap();
    let (mut told, mut heard) = (None, 0);
    loop {
        let mut frame = [0; 9];
        stream.read_exact(&mut frame).await.unwrap();
        let length = usize::from_be_bytes([0, 0, 0, 0, 0, frame[0], frame[1], frame[2]]);
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await.unwrap();
        match frame[3] {
            0 => heard += length,
            // A literal, but for the version of it that is compressed.
            1 => told = Some(payload),
            _ => {}
        }
        if frame[3] <= 1 && frame[4] & 1 == 1 {
            break;
        }
    }
    assert_eq!(heard, LARGE);
    // content-length, by its number in the static table (RFC 7541, appendix A).
    assert!(
        told.unwrap()
            .windows(2)
            .any(|bytes| bytes == [0x0f, 0x0d] || bytes[0] == 0x5c)
    );
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_are_told_so() {
    let terms = Terms {
        most: 2,
        ..GENEROUS
    };
    let server = Server::starts(LONG, terms).await;
    let first = server.asks("/slow", "").await;
    server.arrived.notified().await;
    let second = server.asks("/slow", "").await;
    server.arrived.notified().await;
    let refused = all(server.connect().await).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("Retry-After: 2\r\n"), "{refused}");

    drop(first);
    while server.answers("/", "").await != "200" {
        tokio::task::yield_now().await;
    }
    server.proceed.notify_waiters();
    drop(second);
}

#[tokio::test]
async fn a_request_is_for_one_host() {
    let server = Server::starts(LONG, GENEROUS).await;
    for (request, status) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n", "200"),
        ("GET / HTTP/1.1\r\nHost:\r\n", "200"),
        ("GET http://y/ HTTP/1.1\r\nHost: x\r\n", "200"),
        ("GET / HTTP/1.0\r\n", "200"),
        ("GET / HTTP/1.1\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nhOST: y\r\n", "400"),
    ] {
        let mut stream = server.connect().await;
        let request = format!("{request}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = all(stream).await;
        let told = answer.split(' ').nth(1).unwrap_or_default();
        assert_eq!(told, status, "{request}: {answer}");
    }
}

#[test]
fn only_what_we_lack_makes_us_wait() {
    for (error, is_ours) in [
        (io::Error::from_raw_os_error(24), true),
        (io::Error::from_raw_os_error(12), true),
        (io::ErrorKind::ConnectionAborted.into(), false),
        (io::ErrorKind::ConnectionReset.into(), false),
        (io::ErrorKind::Interrupted.into(), false),
    ] {
        assert_eq!(is_shortage(&error), is_ours, "{error}");
    }
}
