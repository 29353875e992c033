//! Takes events, all of them, and remembers in which order they came.

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::Value;
use uuid::Uuid;

use super::dialog::Event;

/// A webhook.
pub struct Receiver {
    address: String,
    taken: Arc<Mutex<Taken>>,
    is_away: Arc<AtomicBool>,
}

/// What came.
#[derive(Default)]
pub struct Taken {
    /// By dialog, each at its first arrival.
    pub events: HashMap<Uuid, Vec<Event>>,
    known: HashSet<String>,
    /// Arrivals of what had come before.
    pub repeated: usize,
}

impl Receiver {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let taken = Arc::<Mutex<Taken>>::default();
        let is_away = Arc::<AtomicBool>::default();
        let (all, away) = (taken.clone(), is_away.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, taken, is_away) = (stream.unwrap(), all.clone(), away.clone());
                // Whoever is killed does not say goodbye.
                thread::spawn(move || while take(&stream, &taken, &is_away).is_ok() {});
            }
        });
        Self {
            address,
            taken,
            is_away,
        }
    }

    /// From now on nothing is taken.
    pub fn leaves(&self) {
        self.is_away.store(true, Ordering::SeqCst);
    }

    /// From now on everything is taken again.
    pub fn comes_back(&self) {
        self.is_away.store(false, Ordering::SeqCst);
    }

    pub fn settings(&self) -> Vec<(String, String)> {
        [
            ("DIALOGPORTEN__EVENTS__SINK", "webhook"),
            ("DIALOGPORTEN__EVENTS__BASE_URI", &self.address),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    pub fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap()
    }
}

impl Taken {
    fn add(&mut self, event: &Value) {
        if !self.known.insert(event["id"].as_str().unwrap().to_owned()) {
            self.repeated += 1;
            return;
        }
        let kind = event["type"].as_str().unwrap();
        let kind = kind.strip_prefix("dialogporten.dialog.").unwrap();
        let kind = kind.strip_suffix(".v1").unwrap().to_owned();
        let source = event["source"].as_str().unwrap();
        let part = ["/activities/", "/transmissions/"]
            .iter()
            .find_map(|list| source.split_once(list))
            .map(|(_, id)| id.parse().unwrap());
        let dialog = event["resourceinstance"].as_str().unwrap().parse().unwrap();
        self.events.entry(dialog).or_default().push((kind, part));
    }
}

/// One request of HTTP/1.1. The answer comes after the event was taken, never before.
fn take(stream: &TcpStream, taken: &Mutex<Taken>, is_away: &AtomicBool) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), None);
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok();
        }
        line.clear();
    }
    let Some(length) = length else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut stream = stream;
    if is_away.load(Ordering::SeqCst) {
        return stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    }
    taken.lock().unwrap().add(&serde_json::from_slice(&body)?);
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
}
