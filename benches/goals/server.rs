//! The server under test: the built binary with a configuration of its own.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use dialogporten::{
    auth::local_issuer::{Holder, LocalIssuer, Terms},
    authority::local::bundled,
    clock::Clock,
    seed,
};
use rustix::process::{Pid, Signal, kill_process};

use crate::http::{Connection, request};

/// How long it may take to answer, whatever the machine does.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// How long it took to be ready.
    pub start: Duration,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub async fn start(directory: &Path, database: &str) -> anyhow::Result<Self> {
        let address = free_address()?;
        let file = directory.join("server.toml");
        std::fs::write(
            &file,
            format!(
                "[http]\nlisten = \"{address}\"\n[database]\nurl = \"{database}\"\n[auth]\nlocal_issuer = true\n\
                 [platform]\ndirectory = \"{}\"\n[events]\nsink = \"none\"\n[log]\nfilter = \"warn\"\n",
                platform(directory).display()
            ),
        )?;
        let log = std::fs::File::create(directory.join("server.log"))?;
        let begun = Instant::now();
        // 2,000 connections are more files than shells allow.
        let child = Command::new("sh")
            .args(["-c", "ulimit -n 16384 2>/dev/null; exec \"$@\"", "sh"])
            .arg(env!("CARGO_BIN_EXE_dialogporten"))
            .arg("serve")
            .arg("--config")
            .arg(&file)
            .arg("--data-dir")
            .arg(directory)
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start the server")?;
        let mut server = Self {
            child,
            address,
            start: Duration::ZERO,
        };
        while !server.is_ready().await {
            if let Some(status) = server.child.try_wait()? {
                let log = std::fs::read_to_string(directory.join("server.log"))?;
                bail!("the server ended with {status}: {log}");
            }
            if begun.elapsed() > PATIENCE {
                bail!("the server is not ready");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.start = begun.elapsed();
        Ok(server)
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    async fn is_ready(&self) -> bool {
        let Ok(mut connection) = Connection::open(&self.address).await else {
            return false;
        };
        let ask = request("GET", "/health/readiness", "", None);
        connection
            .ask(&ask)
            .await
            .is_ok_and(|answer| answer.status == 200)
    }

    /// Ends it in order.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.ask_to_stop();
        self.child.wait()?;
        Ok(())
    }

    fn ask_to_stop(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        // It may have ended by itself.
        let _ = pid.map(|pid| kill_process(pid, Signal::TERM));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.ask_to_stop();
            let _ = self.child.wait();
        }
    }
}

/// The directory that the server decides from.
pub fn platform(directory: &Path) -> PathBuf {
    directory.join("platform")
}

fn free_address() -> anyhow::Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.to_string())
}

/// Makes tokens that the server accepts.
pub struct Tokens(LocalIssuer);

impl Tokens {
    /// Of the server in this directory.
    pub fn open(directory: &Path) -> anyhow::Result<Self> {
        LocalIssuer::open(directory)
            .map(Self)
            .context("the local issuer cannot sign")
    }

    /// For a person.
    pub fn person(&self, pid: &str) -> String {
        self.issue(&Holder::EndUser {
            pid: pid.to_owned(),
        })
    }

    /// For the owner of all services.
    pub fn owner(&self) -> String {
        self.issue(&Holder::ServiceOwner {
            org: seed::ORG.to_owned(),
            number: bundled::ORG_NUMBER.to_owned(),
        })
    }

    fn issue(&self, holder: &Holder) -> String {
        let terms = Terms {
            scopes: holder.usual_scopes(),
            level: holder.usual_level(),
            ttl_seconds: 24 * 60 * 60,
        };
        self.0.issue(holder, &terms, Clock::system().now())
    }
}
