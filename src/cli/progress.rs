//! How far long work has come: a bar on a terminal, a line now and then elsewhere.

use std::{
    io::{IsTerminal, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Characters of the bar.
const WIDTH: u64 = 30;
/// How often a terminal is written to.
const OFTEN: Duration = Duration::from_millis(100);
/// How often something else is written to.
const SELDOM: Duration = Duration::from_secs(10);

/// Work that has begun. Clones tell of the same work.
#[derive(Debug, Clone)]
pub(super) struct Progress(Arc<Work>);

#[derive(Debug)]
struct Work {
    what: &'static str,
    total: u64,
    done: AtomicU64,
    begun: Instant,
    told: Mutex<Option<Instant>>,
    is_terminal: bool,
}

impl Progress {
    /// Begins to tell of `total` of `what`.
    pub(super) fn begin(what: &'static str, total: u64) -> Self {
        Self(Arc::new(Work {
            what,
            total,
            done: AtomicU64::new(0),
            begun: Instant::now(),
            told: Mutex::new(None),
            is_terminal: std::io::stderr().is_terminal(),
        }))
    }

    /// So many more are done.
    pub(super) fn advance(&self, by: u64) {
        let done = self.0.done.fetch_add(by, Ordering::Relaxed) + by;
        self.tell(done, false);
    }

    /// Everything is done, in how long.
    pub(super) fn end(&self) -> Duration {
        self.tell(self.0.done.load(Ordering::Relaxed), true);
        self.0.begun.elapsed()
    }

    fn tell(&self, done: u64, is_end: bool) {
        let work = &self.0;
        let interval = if work.is_terminal { OFTEN } else { SELDOM };
        let mut told = work.told.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_end && told.is_some_and(|told| told.elapsed() < interval) {
            return;
        }
        *told = Some(Instant::now());
        let line = line(work.what, done, work.total, work.begun.elapsed());
        let mut out = std::io::stderr();
        // Nobody may be looking any more.
        let _ = match (work.is_terminal, is_end) {
            (true, false) => write!(out, "\r{line}\x1b[K"),
            (true, true) => writeln!(out, "\r{line}\x1b[K"),
            (false, _) => writeln!(out, "{line}"),
        };
        let _ = out.flush();
    }
}

fn line(what: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let full = usize::try_from(WIDTH * done.min(total) / total.max(1)).unwrap_or(0);
    let empty = usize::try_from(WIDTH).unwrap_or(0) - full;
    let millis = u64::try_from(elapsed.as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    let rate = done.saturating_mul(1_000) / millis;
    let left = total.saturating_sub(done) / rate.max(1);
    format!(
        "[{}{}] {done} of {total} {what}, {rate} a second, {left} s left",
        "#".repeat(full),
        "-".repeat(empty)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_share_rate_and_rest() {
        let told = |done, seconds| line("dialogs", done, 200, Duration::from_secs(seconds));
        assert_eq!(
            told(50, 5),
            "[#######-----------------------] 50 of 200 dialogs, 10 a second, 15 s left"
        );
        assert!(told(0, 0).starts_with("[------------------------------] 0 of 200"));
        assert!(told(200, 1).ends_with("200 a second, 0 s left"));
    }
}
