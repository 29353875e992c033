//! Clients that read while others write.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::load::PATIENCE;

/// Dialogs of one list that are read one by one.
const OF_A_LIST: usize = 5;

/// One client.
pub struct Reader {
    pub address: String,
    pub token: String,
    /// Paths of lists, each with a query.
    pub lists: Vec<String>,
    /// What may be read one by one; everything where this is `None`.
    pub readable: Option<HashSet<Uuid>>,
}

/// The clients at work.
pub struct Readers {
    tasks: JoinSet<Figures>,
    is_enough: Arc<AtomicBool>,
}

/// What one of them did.
#[derive(Debug, Default)]
pub struct Figures {
    pub answers: usize,
    pub slowest: Duration,
}

impl Readers {
    pub fn begin(readers: Vec<Reader>) -> Self {
        let is_enough = Arc::<AtomicBool>::default();
        let mut tasks = JoinSet::new();
        for reader in readers {
            tasks.spawn(reader.reads(is_enough.clone()));
        }
        Self { tasks, is_enough }
    }

    /// Waits until they are done.
    pub async fn end(self) -> Figures {
        self.is_enough.store(true, Ordering::SeqCst);
        let all = self.tasks.join_all().await.into_iter();
        all.fold(Figures::default(), |all, one| Figures {
            answers: all.answers + one.answers,
            slowest: all.slowest.max(one.slowest),
        })
    }
}

impl Reader {
    async fn reads(self, is_enough: Arc<AtomicBool>) -> Figures {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .build()
            .unwrap();
        let mut figures = Figures::default();
        while !is_enough.load(Ordering::SeqCst) {
            for list in &self.lists {
                let found = self.get(&http, list, &mut figures).await;
                let items = found["items"].as_array().unwrap();
                let ids = items
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().parse().unwrap())
                    .filter(|id| self.readable.as_ref().is_none_or(|all| all.contains(id)));
                for id in ids.take(OF_A_LIST).collect::<Vec<Uuid>>() {
                    let (all, _) = list.split_once('?').unwrap();
                    self.get(&http, &format!("{all}/{id}"), &mut figures).await;
                }
            }
        }
        figures
    }

    async fn get(&self, http: &reqwest::Client, path: &str, figures: &mut Figures) -> Value {
        let begun = Instant::now();
        let request = http
            .get(format!("http://{}{path}", self.address))
            .bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        // Somebody may have purged it a moment ago.
        let is_gone = matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE);
        assert!(status.is_success() || is_gone, "{path}: {status} {text}");
        figures.answers += 1;
        figures.slowest = figures.slowest.max(begun.elapsed());
        serde_json::from_str(&text).unwrap()
    }
}
