//! Load: as much as some connections can ask for, or so many requests a second.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::bail;
use tokio::task::JoinSet;

use crate::http::Connection;

/// Makes request number n; `None` where there are no more.
pub type Source = Arc<dyn Fn(u64) -> Option<Vec<u8>> + Send + Sync>;

/// What is asked, and how it must be answered.
#[derive(Clone)]
pub struct Load {
    /// Where.
    pub address: String,
    /// What.
    pub source: Source,
    /// The status of every answer; 0 for any that tells of success.
    pub status: u16,
    /// No answer is shorter, in bytes.
    pub shortest: usize,
    /// Whether the server may say that it is too busy (503).
    pub may_be_busy: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Answers, without those of a busy server.
    pub count: u64,
    /// Answers of a busy server.
    pub busy: u64,
    /// Seconds.
    pub seconds: f64,
    /// How long each answer took, sorted, in microseconds.
    pub latencies: Vec<u32>,
}

impl Outcome {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    /// The latency that this share of answers does not exceed, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let at = (self.latencies.len() as f64 * share) as usize;
        let at = at.min(self.latencies.len().saturating_sub(1));
        self.latencies
            .get(at)
            .map_or(0.0, |us| f64::from(*us) / 1_000.0)
    }
}

impl Load {
    /// Every connection asks again as soon as it has its answer.
    pub async fn closed(&self, connections: usize, time: Duration) -> anyhow::Result<Outcome> {
        let next = Arc::new(AtomicU64::new(0));
        let connections = self.connect(connections).await?;
        let begun = Instant::now();
        let mut running = JoinSet::new();
        for mut connection in connections {
            let (load, next) = (self.clone(), next.clone());
            running.spawn(async move {
                let (mut latencies, mut busy) = (Vec::new(), 0);
                while begun.elapsed() < time {
                    let Some(request) = (load.source)(next.fetch_add(1, Ordering::Relaxed)) else {
                        break;
                    };
                    let asked = Instant::now();
                    if load.ask(&mut connection, &request).await? {
                        latencies.push(micros(asked.elapsed()));
                    } else {
                        busy += 1;
                    }
                }
                anyhow::Ok((latencies, busy))
            });
        }
        gather(running, begun).await
    }

    /// So many requests a second, whether the server keeps up or not; latencies count from when a request was due.
    pub async fn open(
        &self,
        connections: usize,
        rate: f64,
        time: Duration,
    ) -> anyhow::Result<Outcome> {
        let next = Arc::new(AtomicU64::new(0));
        let connections = self.connect(connections).await?;
        let begun = Instant::now();
        let mut running = JoinSet::new();
        for mut connection in connections {
            let (load, next) = (self.clone(), next.clone());
            running.spawn(async move {
                let (mut latencies, mut busy) = (Vec::new(), 0);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let due = Duration::from_secs_f64(number as f64 / rate);
                    let Some(request) = (load.source)(number).filter(|_| due < time) else {
                        break;
                    };
                    tokio::time::sleep_until((begun + due).into()).await;
                    if load.ask(&mut connection, &request).await? {
                        latencies.push(micros(begun.elapsed().saturating_sub(due)));
                    } else {
                        busy += 1;
                    }
                }
                anyhow::Ok((latencies, busy))
            });
        }
        gather(running, begun).await
    }

    /// One after the other on one connection.
    pub async fn one_by_one(&self, numbers: Range<u64>) -> anyhow::Result<()> {
        let mut connection = Connection::open(&self.address).await?;
        for number in numbers {
            if let Some(request) = (self.source)(number) {
                self.ask(&mut connection, &request).await?;
            }
        }
        Ok(())
    }

    async fn connect(&self, count: usize) -> anyhow::Result<Vec<Connection>> {
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Connection::open(&self.address).await?);
        }
        Ok(connections)
    }

    /// Every answer is checked. Whether there was one.
    async fn ask(&self, connection: &mut Connection, request: &[u8]) -> anyhow::Result<bool> {
        let answer = connection.ask(request).await?;
        if self.may_be_busy && answer.status == 503 {
            return Ok(false);
        }
        let is_expected = match self.status {
            0 => (200..300).contains(&answer.status),
            status => answer.status == status,
        };
        if !is_expected || answer.body.len() < self.shortest {
            let request = String::from_utf8_lossy(request);
            bail!(
                "answered {} with {} bytes: {}\nto {}",
                answer.status,
                answer.body.len(),
                String::from_utf8_lossy(answer.body)
                    .chars()
                    .take(500)
                    .collect::<String>(),
                request.lines().next().unwrap_or_default(),
            );
        }
        Ok(true)
    }
}

async fn gather(
    mut running: JoinSet<anyhow::Result<(Vec<u32>, u64)>>,
    begun: Instant,
) -> anyhow::Result<Outcome> {
    let (mut latencies, mut busy) = (Vec::new(), 0);
    while let Some(ended) = running.join_next().await {
        let (of_one, busy_of_one) = ended??;
        latencies.extend(of_one);
        busy += busy_of_one;
    }
    let seconds = begun.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(Outcome {
        count: latencies.len() as u64,
        busy,
        seconds,
        latencies,
    })
}

fn micros(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}
