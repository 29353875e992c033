//! `dialogporten serve`: the server, from its settings to its orderly end.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use futures_util::future::OptionFuture;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

use super::{Invocation, database::Database, demonstration, local, reload, say};
use crate::{
    app::App,
    clock::Clock,
    config::Config,
    http::serve::{Lifecycle, serve},
    router,
};

/// Run the server (the default)
///
/// Without a configuration file and a database it keeps a database of its own in the data directory, and accepts
/// tokens made by `dialogporten token`. It stops in order on Ctrl-C and SIGTERM; a second one stops it at once.
#[derive(Debug, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  dialogporten serve\n  dialogporten serve --config dialogporten.toml"
)]
pub(super) struct Arguments {}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let mut config = invocation.config()?;
        // From here on, so that no signal is missed while the database starts.
        let mut signals = Signals::listen().context("cannot listen for signals")?;
        let listeners = Listeners::bind(&config).await?;
        config.http.settle(listeners.requests.local_addr()?);
        tracing::debug!("effective configuration:\n{}", config.effective());

        let mut database = Database::open(&config, invocation).await?;
        let outcome = run(config, invocation, listeners, &mut database, &mut signals).await;
        let closed = database.close().await;
        outcome.and(closed)
    }
}

/// The addresses that the server answers at, taken before anything is made.
struct Listeners {
    requests: TcpListener,
    /// Of the numbers for Prometheus.
    numbers: Option<TcpListener>,
}

impl Listeners {
    async fn bind(config: &Config) -> anyhow::Result<Self> {
        let requests = bind(config.http.listen, "--listen or http.listen").await?;
        let numbers = match config.metrics.listen {
            Some(address) => Some(bind(address, "metrics.listen").await?),
            None => None,
        };
        Ok(Self { requests, numbers })
    }
}

async fn bind(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; choose another address with {setting}")
    })
}

/// Everything between the database's start and its end.
async fn run(
    config: Config,
    invocation: &Invocation,
    listeners: Listeners,
    database: &mut Database,
    signals: &mut Signals,
) -> anyhow::Result<()> {
    let store = database.store(&config).await?;
    let lifecycle = Lifecycle::default();
    let clock = Clock::system();
    let is_first_start = local::prepare(&config)?;
    let app = App::open(config.clone(), clock.clone(), store, lifecycle.clone())?;
    app.start().await;
    let router = router::router(app.clone());

    let address = listeners.requests.local_addr()?;
    let drain = Duration::from_secs(config.http.drain_seconds);
    let requests = serve(listeners.requests, router.clone(), lifecycle.clone(), drain);
    let numbers = listeners.numbers.map(|listener| {
        let router = router::of_numbers(app.clone());
        serve(listener, router, lifecycle.clone(), drain)
    });
    let server = async {
        tokio::join!(requests, OptionFuture::from(numbers));
    };
    let mut server = std::pin::pin!(server);
    let mut hangups = signal(SignalKind::hangup()).context("cannot listen for signals")?;
    let begin = async {
        app.warm_up().await;
        if config.local_mode {
            let tokens = local::FirstTokens::issue(&config, &clock)?;
            if let Some(tokens) = tokens.as_ref().filter(|_| is_first_start) {
                demonstration::create(&router, &tokens.service_owner).await?;
            }
            say(local::banner(&config, tokens.as_ref()));
        }
        tracing::info!(%address, base = config.http.public_base_uri, "ready");
        reload::watch(invocation, &config, &app, &mut hangups).await
    };

    let outcome = tokio::select! {
        outcome = begin => outcome,
        () = signals.next() => Ok(()),
        error = database.ended() => Err(error),
        // Something that a server cannot do without has come to an end, as the log says.
        () = &mut server => {
            app.close().await;
            anyhow::bail!("the server cannot go on; the log says why");
        }
    };
    lifecycle.leave();
    tracing::info!("stopping");
    tokio::select! {
        () = end(&config, &lifecycle, server) => {}
        () = signals.next() => tracing::warn!("stopping at once"),
    }
    tokio::select! {
        () = app.close() => {}
        () = signals.next() => tracing::warn!("stopping without an orderly end"),
    }
    outcome
}

/// Lets others notice, stops accepting, and answers what is in flight.
async fn end(config: &Config, lifecycle: &Lifecycle, server: impl Future<Output = ()> + Unpin) {
    let mut server = server;
    let delay = Duration::from_secs(config.http.shutdown_delay_seconds);
    tokio::select! {
        () = tokio::time::sleep(delay) => {}
        () = &mut server => return,
    }
    lifecycle.close();
    server.await;
}

/// The signals that ask a server to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.quit.recv() => {}
        }
    }
}
