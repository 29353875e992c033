//! Settings that change while the server runs: the file is looked at every few seconds, and on SIGHUP at once.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use tokio::{
    signal::unix::Signal,
    time::{MissedTickBehavior, interval},
};

use super::Invocation;
use crate::{app::App, config::Config, telemetry};

const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Takes over what changes, as long as it is polled. Settings that cannot be used are told and change nothing.
pub(super) async fn watch(
    invocation: &Invocation,
    started_with: &Config,
    app: &App,
    hangups: &mut Signal,
) -> anyhow::Result<()> {
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let file = invocation.settings.config.as_deref();
    let mut seen = file.and_then(version);
    loop {
        tokio::select! {
            _ = hangups.recv() => {}
            _ = looks.tick() => {
                let now = file.and_then(version);
                if now == seen {
                    continue;
                }
                seen = now;
            }
        }
        take_over(invocation, started_with, app);
    }
}

fn take_over(invocation: &Invocation, started_with: &Config, app: &App) {
    let config = match invocation.read_config() {
        Ok(config) => config,
        Err(error) => return tracing::error!("the settings stay as they were: {error:#}"),
    };
    app.take_over(&config);
    if let Err(error) = telemetry::set_filter(&config.log.filter) {
        tracing::error!("{error}");
    }
    let waiting = started_with.waiting_for_restart(&config);
    if waiting.is_empty() {
        tracing::info!("the settings were read again");
    } else {
        let waiting = waiting.join(", ");
        tracing::warn!(
            waiting,
            "the settings were read again; these wait for a restart"
        );
    }
}

/// What changes when the file does, or the one that a link leads to, as mounted configuration has it.
fn version(file: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
