//! Events that outlive the server, and operators who look after them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use serde_json::Value;

use crate::{
    server::connect,
    support::{Folder, Server, between, dialogporten, run},
};

/// Takes events while it is open, and refuses them while it is not.
struct Receiver {
    address: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    is_open: bool,
    taken: Vec<Value>,
    refused: usize,
}

impl Receiver {
    fn closed() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let shared = Arc::<Mutex<Shared>>::default();
        let heard = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, heard) = (stream.unwrap(), heard.clone());
                thread::spawn(move || answer(&stream, &heard));
            }
        });
        Self { address, shared }
    }

    fn settings(&self) -> [(&'static str, &str); 2] {
        [
            ("DIALOGPORTEN__EVENTS__SINK", "webhook"),
            ("DIALOGPORTEN__EVENTS__BASE_URI", &self.address),
        ]
    }

    fn opens(&self) {
        self.shared.lock().unwrap().is_open = true;
    }

    /// Waits until something is as wanted.
    fn sees(&self, wanted: impl Fn(&Shared) -> bool) {
        let start = Instant::now();
        while !wanted(&self.shared.lock().unwrap()) {
            assert!(start.elapsed() < Duration::from_mins(1), "waited in vain");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn takes_creation_of(&self, id: &str) {
        self.sees(|shared| {
            let is_it = |event: &Value| {
                event["resourceinstance"] == id && event["type"] == "dialogporten.dialog.created.v1"
            };
            shared.taken.iter().any(is_it)
        });
    }
}

/// One request of HTTP/1.1, which ends the connection.
fn answer(stream: &TcpStream, heard: &Mutex<Shared>) {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let mut shared = heard.lock().unwrap();
    let status = if shared.is_open {
        shared.taken.push(serde_json::from_slice(&body).unwrap());
        "200 OK"
    } else {
        shared.refused += 1;
        "503 Service Unavailable"
    };
    drop(shared);
    let mut stream = stream;
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    );
}

/// Creates the dialog that the server proposes, and gives its id.
fn creates(server: &Server) -> String {
    let token = between(&server.banner, "-H '", "'");
    let body = between(&server.banner, "-d '", "'\n");
    let headers = [token, "Content-Type: application/json"];
    let created = server.answers("POST /api/v1/serviceowner/dialogs", &headers, body);
    assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
    between(&created, "\r\n\r\n\"", "\"").to_owned()
}

fn lists(folder: &Folder, arguments: &[&str]) -> String {
    let arguments = [&["events", "list"], arguments].concat();
    let (code, printed) = run(&mut dialogporten(folder, &arguments));
    assert_eq!(code, 0, "{printed}");
    printed
}

#[test]
fn a_kill_right_after_the_answer_loses_no_event() {
    let folder = Folder::new();
    let receiver = Receiver::closed();
    let server = Server::starts_with(&folder, &receiver.settings());
    let id = creates(&server);
    assert_eq!(server.ends_on(Signal::KILL), None);

    let waiting = lists(&folder, &["--json"]);
    let entry = waiting.lines().find(|line| line.contains(&id)).unwrap();
    let entry: Value = serde_json::from_str(entry).unwrap();
    assert_eq!(entry["type"], "dialogporten.dialog.created.v1");
    assert!(!waiting.contains("identifier-no"), "{waiting}");

    receiver.opens();
    let server = Server::starts_with(&folder, &receiver.settings());
    receiver.takes_creation_of(&id);
    let start = Instant::now();
    while lists(&folder, &[]) != "no event waits\n" {
        assert!(start.elapsed() < Duration::from_mins(1), "events stay");
    }
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

#[tokio::test]
async fn what_was_given_up_is_shown_and_sent_again() {
    let folder = Folder::new();
    let receiver = Receiver::closed();
    let server = Server::starts_with(&folder, &receiver.settings());
    let id = creates(&server);
    // As if it had been refused for a week.
    receiver.sees(|shared| shared.refused > 0);
    let mut database = connect(&folder).await.unwrap();
    let start = Instant::now();
    loop {
        sqlx::query(
            "UPDATE outbox SET occurred_at = occurred_at - interval '8 days', attempts = 7, due_at = NULL
              WHERE attempts < 7",
        )
        .execute(&mut database)
        .await
        .unwrap();
        if lists(&folder, &["--dead"]).contains(&id) {
            break;
        }
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "it is never given up"
        );
    }
    let dead = lists(&folder, &["--dead"]);
    assert!(dead.contains("503"), "{dead}");
    assert!(!dead.contains("identifier-no"), "{dead}");
    let (code, printed) = run(&mut dialogporten(
        &folder,
        &["events", "redrive", "--id", "999999"],
    ));
    assert_eq!(code, 1);
    assert!(printed.contains("events list --dead"), "{printed}");

    receiver.opens();
    let (code, printed) = run(&mut dialogporten(&folder, &["events", "redrive", "--all"]));
    assert_eq!(code, 0, "{printed}");
    receiver.takes_creation_of(&id);
    assert_eq!(lists(&folder, &["--dead"]), "no event was given up\n");
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}
