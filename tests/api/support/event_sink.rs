//! Whoever wants to hear of events: a server on a free port that keeps what it is sent.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};

/// How long to wait for what has to come.
const DEADLINE: Duration = Duration::from_mins(1);

/// What it does with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Answers with this status.
    Status(u16),
    /// Does not answer until something else is wanted.
    Silence,
}

/// One event as it came, once.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Where it was sent.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// The bytes.
    pub text: String,
    /// The document.
    pub event: Value,
    /// The status of the answer.
    pub status: u16,
}

impl Delivery {
    /// The id of the event.
    pub fn id(&self) -> &str {
        self.event["id"].as_str().unwrap()
    }

    /// The dialog that it is about.
    pub fn dialog(&self) -> &str {
        self.event["resourceinstance"].as_str().unwrap()
    }

    /// The type of the event, without what all have in common.
    pub fn kind(&self) -> &str {
        let kind = self.event["type"].as_str().unwrap();
        let kind = kind.strip_prefix("dialogporten.dialog.").unwrap();
        kind.strip_suffix(".v1").unwrap()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Whether it was taken.
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

type Rule = Box<dyn Fn(&Value) -> Reply + Send>;

struct Shared {
    rule: Mutex<Rule>,
    /// Counts the rules there have been, for those who wait for another one.
    changed: watch::Sender<usize>,
    heard: watch::Sender<Vec<Delivery>>,
}

/// Keeps what it is sent. Clones are the same.
#[derive(Clone)]
pub struct EventSink {
    /// Its address, with a slash at the end.
    pub address: String,
    shared: Arc<Shared>,
}

impl EventSink {
    /// One that takes everything.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            rule: Mutex::new(Box::new(|_| Reply::Status(200))),
            changed: watch::Sender::default(),
            heard: watch::Sender::default(),
        });
        let router = Router::new().fallback(hear).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    /// From now on replies as the rule says.
    pub fn replies(&self, rule: impl Fn(&Value) -> Reply + Send + 'static) {
        *self.shared.rule.lock().unwrap() = Box::new(rule);
        self.shared.changed.send_modify(|count| *count += 1);
    }

    /// From now on answers everything with this status.
    pub fn answers(&self, status: u16) {
        self.replies(move |_| Reply::Status(status));
    }

    /// All that came so far, taken or not, in order.
    pub fn heard(&self) -> Vec<Delivery> {
        self.shared.heard.borrow().clone()
    }

    /// All that was taken so far, in order.
    pub fn taken(&self) -> Vec<Delivery> {
        let mut heard = self.heard();
        heard.retain(Delivery::is_taken);
        heard
    }

    /// Waits until what came is as wanted.
    pub async fn hears(&self, wanted: impl Fn(&[Delivery]) -> bool) -> Vec<Delivery> {
        let mut heard = self.shared.heard.subscribe();
        let found = tokio::time::timeout(DEADLINE, heard.wait_for(|all| wanted(all))).await;
        match found {
            Ok(all) => all.unwrap().clone(),
            Err(elapsed) => panic!("{elapsed}: waited in vain; what came: {:#?}", self.kinds()),
        }
    }

    /// Waits until so many events of a dialog were taken, and gives them in order.
    pub async fn takes(&self, dialog: &str, count: usize) -> Vec<Delivery> {
        let of_dialog = |all: &[Delivery]| -> Vec<Delivery> {
            let of_dialog = all.iter().filter(|d| d.dialog() == dialog && d.is_taken());
            of_dialog.cloned().collect()
        };
        of_dialog(&self.hears(|all| of_dialog(all).len() >= count).await)
    }

    /// Waits until these events of a dialog were taken, these and no others.
    #[track_caller]
    pub fn tells(&self, dialog: &str, kinds: &[&str]) -> impl Future<Output = Vec<Delivery>> {
        let at = std::panic::Location::caller();
        async move {
            let taken = self.takes(dialog, kinds.len()).await;
            let found: Vec<&str> = taken.iter().map(Delivery::kind).collect();
            assert_eq!(found, kinds, "{at}");
            taken
        }
    }

    fn kinds(&self) -> Vec<(String, u16)> {
        let heard = self.heard();
        let kind = |d: &Delivery| (format!("{} {}", d.dialog(), d.kind()), d.status);
        heard.iter().map(kind).collect()
    }
}

async fn hear(
    State(shared): State<Arc<Shared>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let event: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut changed = shared.changed.subscribe();
    let status = loop {
        changed.mark_unchanged();
        let reply = shared.rule.lock().unwrap()(&event);
        match reply {
            Reply::Status(status) => break status,
            Reply::Silence => changed.changed().await.unwrap(),
        }
    };
    let delivery = Delivery {
        path: uri.to_string(),
        headers,
        text: String::from_utf8(body.to_vec()).unwrap(),
        event,
        status,
    };
    shared.heard.send_modify(|heard| heard.push(delivery));
    StatusCode::from_u16(status).unwrap()
}
