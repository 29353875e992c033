//! Clients that write at the same time, and know what was acknowledged.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use dialogporten::{clock::Clock, dialog::id::Ids};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    chance::Chance,
    dialog::{Change, Dialog},
};

/// Nothing that is waited for takes this long.
pub const PATIENCE: Duration = Duration::from_mins(3);
/// Dialogs that one client writes to in turn.
const IN_TURN: usize = 4;

/// Waits until something is so.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Where a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    At(String),
    /// It is being killed, or has been.
    Gone,
}

/// What all clients share.
pub struct Load {
    http: reqwest::Client,
    token: String,
    places: Mutex<Vec<Place>>,
    /// Whether servers may answer that they cannot, because they have no database.
    pub may_fail: AtomicBool,
    acknowledged: AtomicUsize,
    doubtful: AtomicUsize,
    /// The clients end when so many writes have been acknowledged.
    target: AtomicUsize,
}

/// The clients at work.
pub struct Clients(JoinSet<Vec<Dialog>>);

impl Load {
    /// For servers at these addresses, until so many writes are acknowledged.
    pub fn new(token: String, addresses: &[&str], target: usize) -> Arc<Self> {
        let places = addresses
            .iter()
            .map(|address| Place::At((*address).to_owned()));
        Arc::new(Self {
            http: reqwest::Client::builder()
                .timeout(PATIENCE)
                .build()
                .unwrap(),
            token,
            places: Mutex::new(places.collect()),
            may_fail: AtomicBool::new(false),
            acknowledged: AtomicUsize::new(0),
            doubtful: AtomicUsize::new(0),
            target: AtomicUsize::new(target),
        })
    }

    /// Begins with so many clients, shared among the servers.
    pub fn begins(self: &Arc<Self>, clients: usize, chance: &mut Chance) -> Clients {
        let mut tasks = JoinSet::new();
        for number in 0..clients {
            tasks.spawn(self.clone().client(number, chance.forks()));
        }
        Clients(tasks)
    }

    /// Says that a server will be gone: whoever talks to it may get no answer.
    pub fn loses(&self, server: usize) {
        self.places.lock().unwrap()[server] = Place::Gone;
    }

    /// Says that there is another one in its place.
    pub fn gets(&self, server: usize, address: &str) {
        self.places.lock().unwrap()[server] = Place::At(address.to_owned());
    }

    /// Says that it is enough.
    pub fn ends(&self) {
        self.target.store(0, Ordering::SeqCst);
    }

    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    pub fn doubtful(&self) -> usize {
        self.doubtful.load(Ordering::SeqCst)
    }

    /// Waits until so many writes have been acknowledged.
    pub async fn reaches(&self, acknowledged: usize) {
        let begun = Instant::now();
        while self.acknowledged() < acknowledged {
            assert!(
                begun.elapsed() < 5 * PATIENCE,
                "never: {acknowledged} writes"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Asks some server.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let place = self
            .places
            .lock()
            .unwrap()
            .iter()
            .find(|place| **place != Place::Gone)
            .cloned();
        let Some(Place::At(address)) = place else {
            panic!("no server");
        };
        let request = self
            .http
            .get(format!("http://{address}{path}"))
            .bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        (status, answer.json().await.unwrap_or_default())
    }

    async fn client(self: Arc<Self>, number: usize, mut chance: Chance) -> Vec<Dialog> {
        let clock = Clock::system();
        let mut dialogs: Vec<Dialog> = Vec::new();
        let mut server = number;
        while self.acknowledged() < self.target.load(Ordering::SeqCst) {
            let place = {
                let places = self.places.lock().unwrap();
                server %= places.len();
                places[server].clone()
            };
            let Place::At(address) = place else {
                server += 1;
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            let id = || Ids::at(clock.now()).next();
            let open: Vec<usize> = (0..dialogs.len())
                .filter(|at| dialogs[*at].is_open())
                .collect();
            let at = if open.len() < IN_TURN || chance.below(8) == 0 {
                dialogs.push(Dialog::new(id()));
                dialogs.len() - 1
            } else {
                open[chance.below(open.len())]
            };
            let write = dialogs[at].choose(&mut chance, id);
            match self.makes(&address, dialogs[at].id, &write).await {
                Ok(()) => {
                    dialogs[at].changes.push(write);
                    self.acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                Err(failure) => {
                    let is_here = self.places.lock().unwrap()[server] == Place::At(address.clone());
                    let is_excused = !is_here || self.may_fail.load(Ordering::SeqCst);
                    assert!(is_excused, "{address} failed: {write:?}: {failure}");
                    dialogs[at].doubtful = Some(write);
                    self.doubtful.fetch_add(1, Ordering::SeqCst);
                    // Not so often that nothing but failures happens.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
        dialogs
    }

    /// Makes one change; it is acknowledged by a status of success and nothing else.
    async fn makes(&self, address: &str, id: Uuid, change: &Change) -> Result<(), String> {
        let (method, path, body) = change.request(id);
        let mut request = self
            .http
            .request(method.clone(), format!("http://{address}{path}"))
            .bearer_auth(&self.token);
        if method != Method::DELETE && !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
        let status = answer.status();
        let text = answer.text().await;
        if status.is_success() {
            return Ok(());
        }
        let text = text.unwrap_or_default();
        assert!(status.is_server_error(), "{change:?}: {status} {text}");
        Err(format!("{status} {text}"))
    }
}

impl Clients {
    /// Waits until they are done: all dialogs, and what was done to them.
    pub async fn end(self) -> Vec<Dialog> {
        self.0.join_all().await.into_iter().flatten().collect()
    }
}
