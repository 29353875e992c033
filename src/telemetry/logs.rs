//! Logs, on standard error: for people on a terminal, one JSON object a line elsewhere.

use std::{io::IsTerminal, sync::OnceLock};

use tracing_subscriber::{EnvFilter, Registry, fmt, prelude::*, reload};

use crate::config::{Format, Log};

static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// The logs cannot be written as configured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The filter cannot be read.
    #[error(
        "log.filter {filter:?}: {reason}. A level (info), or one per module (info,dialogporten::store=debug)"
    )]
    Filter {
        /// As configured.
        filter: String,
        /// Why.
        reason: String,
    },
    /// Somebody was quicker.
    #[error("the logs are set up already")]
    Twice,
}

/// Sets the logs of this process up, once.
pub fn init(log: &Log) -> Result<(), Error> {
    let (filter, handle) = reload::Layer::new(read(&log.filter)?);
    let is_human = match log.format {
        Format::Auto => std::io::stderr().is_terminal(),
        Format::Human => true,
        Format::Json => false,
    };
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = if is_human {
        lines.with_ansi(std::io::stderr().is_terminal()).boxed()
    } else {
        lines.json().flatten_event(true).boxed()
    };
    // Around the lines, not on them: a filter of one layer keeps a state per thread that `tracing::enabled!`, with which
    // the database's driver asks, leaves behind, and then it swallows the next event.
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()
        .map_err(|_| Error::Twice)?;
    // Nobody was quicker, as the line above shows.
    let _ = FILTER.set(handle);
    Ok(())
}

/// Logs by another filter from now on.
pub fn set_filter(filter: &str) -> Result<(), Error> {
    let filter = read(filter)?;
    // Without logs there is nothing to change.
    if let Some(handle) = FILTER.get() {
        let _ = handle.reload(filter);
    }
    Ok(())
}

fn read(filter: &str) -> Result<EnvFilter, Error> {
    EnvFilter::builder()
        .parse(filter)
        .map_err(|reason| Error::Filter {
            filter: filter.to_owned(),
            reason: reason.to_string(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_told() {
        let log = Log {
            filter: "dialogporten=loud".to_owned(),
            ..Log::default()
        };
        let error = init(&log).unwrap_err().to_string();
        assert!(error.contains("dialogporten=loud"), "{error}");
    }
}
