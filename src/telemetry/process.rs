//! The numbers of the process itself, under the names that every Prometheus client uses.

use std::{fmt::Write, fs, sync::LazyLock, time::Instant};

use rustix::time::{ClockId, clock_gettime};

/// When this process first asked; a moment after its start.
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Starts to count the time that the process runs.
pub(super) fn start() {
    LazyLock::force(&STARTED);
}

/// The numbers in Prometheus's text format. Where the system does not tell one, it is left out.
pub(super) fn exposition() -> String {
    let mut text = String::new();
    let mut tell = |name: &str, kind: &str, help: &str, value: f64| {
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
        );
    };
    tell(
        "process_cpu_seconds_total",
        "counter",
        "Processor time used, in seconds.",
        cpu_seconds(),
    );
    tell(
        "process_uptime_seconds",
        "gauge",
        "Time since the start, in seconds.",
        STARTED.elapsed().as_secs_f64(),
    );
    if let Some(bytes) = resident_bytes() {
        tell(
            "process_resident_memory_bytes",
            "gauge",
            "Memory in use, in bytes.",
            bytes,
        );
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        #[expect(clippy::cast_precision_loss, reason = "descriptors are few")]
        let open = open.count() as f64;
        tell("process_open_fds", "gauge", "Open file descriptors.", open);
    }
    text
}

fn cpu_seconds() -> f64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole seconds of processor time are few"
    )]
    let seconds = used.tv_sec as f64;
    seconds + f64::from(i32::try_from(used.tv_nsec).unwrap_or(0)) / 1e9
}

/// `VmRSS` of Linux, which is in units of 1024 bytes.
fn resident_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_uses_time_and_memory() {
        assert!(cpu_seconds() > 0.0);
        assert!(resident_bytes().is_none_or(|bytes| bytes > 1e6));
        for line in exposition().lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.split_once(' ').unwrap();
            assert!(name.starts_with("process_") && value.parse::<f64>().is_ok());
        }
    }
}
