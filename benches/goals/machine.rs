//! What the machine has done: processor time and memory of processes, from `/proc`.

use std::{collections::HashMap, fs, time::Duration};

use anyhow::Context;

/// Length of a tick in `/proc/*/stat`, in milliseconds; `sysconf(_SC_CLK_TCK)` is 100 on every Linux of today.
const TICK_MS: u64 = 10;

/// Processor time of one moment, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    /// Of the server.
    pub server: u64,
    /// Of the database: its first process, all others, and those that have ended.
    pub database: u64,
}

impl Cpu {
    /// Reads both.
    pub fn now(server: u32, postmaster: u32) -> anyhow::Result<Self> {
        let mut database = 0;
        for (id, stat) in stats()? {
            if id == postmaster {
                database += stat.own + stat.ended_children;
            } else if stat.parent == postmaster {
                database += stat.own;
            }
        }
        let server = stats()?.remove(&server).map_or(0, |stat| stat.own);
        Ok(Self { server, database })
    }

    /// What was spent since.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            server: self.server.saturating_sub(earlier.server),
            database: self.database.saturating_sub(earlier.database),
        }
    }
}

struct Stat {
    parent: u32,
    own: u64,
    ended_children: u64,
}

fn stats() -> anyhow::Result<HashMap<u32, Stat>> {
    let mut found = HashMap::new();
    for entry in fs::read_dir("/proc").context("only Linux tells what processes spend")? {
        let entry = entry?;
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // It may have ended meanwhile.
        if let Some(stat) = fs::read_to_string(entry.path().join("stat"))
            .ok()
            .and_then(|text| stat(&text))
        {
            found.insert(id, stat);
        }
    }
    Ok(found)
}

fn stat(text: &str) -> Option<Stat> {
    // The name, in parentheses, may hold anything.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat {
        parent: u32::try_from(number(1)?).ok()?,
        own: (number(11)? + number(12)?) * TICK_MS,
        ended_children: (number(13)? + number(14)?) * TICK_MS,
    })
}

/// Resident memory of a process, in bytes.
pub fn memory(process: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS")?;
    let kib: u64 = line
        .split_whitespace()
        .next()
        .context("no VmRSS")?
        .parse()?;
    Ok(kib * 1024)
}

/// Cores, model and memory.
pub fn description() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let model = field(&read("/proc/cpuinfo"), "model name");
    let memory = field(&read("/proc/meminfo"), "MemTotal");
    let gib = memory
        .split_whitespace()
        .next()
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        / 1_048_576;
    format!("{} cores of {model}, {gib} GiB", cores())
}

/// How many cores there are.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// In milliseconds.
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
