//! The server process: started, taken over, stopped.

use std::{path::Path, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use sqlx::{Connection, PgConnection};
use tokio::{process::Child, time::Instant};

use super::{
    Durability, Error, Options, binaries::Binaries, cluster::command, leftovers, place::Place,
};

/// How long a server may stay silent.
const SILENCE: Duration = Duration::from_secs(20);
/// How long a server may say that it recovers from a crash.
const RECOVERY: Duration = Duration::from_mins(5);
/// How long what a killed server left may keep a new one from starting.
const HAUNTED: Duration = Duration::from_secs(5);
/// How often we ask.
const INTERVAL: Duration = Duration::from_millis(5);
/// How long a stopping server may take before it is stopped less gently.
const FAREWELL: Duration = Duration::from_secs(10);
/// The log is begun anew at the next start when it is larger than this, in bytes.
const LARGEST_LOG: u64 = 10_000_000;

/// The settings that every cluster of ours has.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "cluster_name=dialogporten",
    "max_connections=100",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    // After a crash of the server every file is written out first: much sooner done in one call, which Linux has.
    if cfg!(target_os = "linux") {
        "recovery_init_sync_method=syncfs"
    } else {
        "recovery_init_sync_method=fsync"
    },
    "log_timezone=UTC",
    "timezone=UTC",
    "jit=off",
    "log_checkpoints=off",
    // Statements and details of errors can hold personal data.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
];

/// Runs the server until nobody holds the lock of those who use it. Whoever comes while it stops waits for the lock.
const WATCHER: &str = r#"
lock=$1; shift
"$@" & server=$!
command -v flock >/dev/null || exit 0
exec 9<"$lock"
while kill -0 $server 2>/dev/null; do
  sleep 5 9<&-
  if flock --exclusive --nonblock 9; then
    kill -INT $server
    wait $server
    exit
  fi
done
"#;

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    /// None: it was running when we came.
    child: Option<Child>,
}

/// Joins the server that runs, if one does: that of another process, or one that outlived its process.
pub(super) async fn adopt(place: &Place) -> Result<Option<Server>, Error> {
    match wait(place, || Ok(())).await {
        Ok(true) => {
            tracing::debug!("joined the database server that is running");
            Ok(Some(Server { child: None }))
        }
        Ok(false) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Starts a server and waits until it answers.
pub(super) async fn start(
    place: &Place,
    binaries: &Binaries,
    options: &Options,
) -> Result<Server, Error> {
    // The processes of a server that was killed take a moment to notice, and keep a new one out until they have.
    let begun = Instant::now();
    let is_haunted = leftovers::noted_process(place).is_some();
    loop {
        leftovers::remove_note_of_the_dead(place);
        match start_once(place, binaries, options).await {
            Err(Error::Failed { .. }) if is_haunted && begun.elapsed() < HAUNTED => {
                tokio::time::sleep(20 * INTERVAL).await;
            }
            outcome => return outcome,
        }
    }
}

async fn start_once(
    place: &Place,
    binaries: &Binaries,
    options: &Options,
) -> Result<Server, Error> {
    let program = binaries.program("postgres");
    let mut command = if options.ends_when_unused {
        let mut command = command(place, Path::new("/bin/sh"));
        command
            .args(["-c", WATCHER, "sh"])
            .arg(place.file("users.lock"))
            .arg(&program);
        command
    } else {
        command(place, &program)
    };
    command
        .arg("-D")
        .arg(place.data())
        .arg("-k")
        .arg(place.sockets());
    let given = options.settings.iter().map(String::as_str);
    for setting in SETTINGS
        .iter()
        .chain(durability_settings(options.durability))
        .copied()
        .chain(given)
    {
        command.args(["-c", setting]);
    }
    let mut child = spawn(place, command, &program)?;
    match wait_for(place, &mut child).await {
        Ok(()) => Ok(Server {
            child: (!options.ends_when_unused).then_some(child),
        }),
        Err(error) => {
            // Nobody will use it: the lock is ours, and it did not answer.
            let _ = child.start_kill();
            Err(error)
        }
    }
}

fn durability_settings(durability: Durability) -> &'static [&'static str] {
    match durability {
        Durability::Full => &[],
        // Commits reach the disk within three rounds of the writer.
        Durability::Relaxed => &["synchronous_commit=off", "wal_writer_delay=50ms"],
        Durability::Disposable => &[
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
        ],
    }
}

/// Starts a program in a process group of its own: Ctrl-C on the terminal is for us, who stop it in our own time.
fn spawn(
    place: &Place,
    mut command: tokio::process::Command,
    program: &Path,
) -> Result<Child, Error> {
    let path = place.file("postgres.log");
    let log = open_log(&path).map_err(|source| Error::Directory {
        action: "open",
        path,
        source,
        hint: "",
    })?;
    let unstartable = |source| Error::Unstartable {
        program: program.to_owned(),
        source,
    };
    command
        .process_group(0)
        .stdout(Stdio::from(log.try_clone().map_err(unstartable)?))
        .stderr(Stdio::from(log));
    command.spawn().map_err(unstartable)
}

fn open_log(path: &Path) -> std::io::Result<std::fs::File> {
    let is_large = path.metadata().is_ok_and(|log| log.len() > LARGEST_LOG);
    if is_large {
        std::fs::rename(path, path.with_extension("log.old"))?;
    }
    std::fs::File::options()
        .create(true)
        .append(true)
        .open(path)
}

async fn wait_for(place: &Place, child: &mut Child) -> Result<(), Error> {
    let begun = Instant::now();
    loop {
        let answers = wait(place, || match child.try_wait() {
            Ok(None) => Ok(()),
            _ => Err(Error::Failed {
                program: "postgres",
                output: end_of_log(place),
            }),
        })
        .await?;
        if answers {
            return Ok(());
        }
        if begun.elapsed() > SILENCE {
            return Err(Error::Silent {
                after: SILENCE,
                log: end_of_log(place),
            });
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Whether a server answers. One that says that it is starting or stopping is waited for, while `proceed` agrees.
async fn wait(
    place: &Place,
    mut proceed: impl FnMut() -> Result<(), Error>,
) -> Result<bool, Error> {
    let begun = Instant::now();
    loop {
        proceed()?;
        match PgConnection::connect_with(&place.connect_options("postgres")).await {
            Ok(connection) => {
                // Whether the farewell arrives does not matter.
                let _ = connection.close().await;
                return Ok(true);
            }
            Err(sqlx::Error::Io(_)) => return Ok(false),
            // "Cannot connect now": it starts, recovers or stops.
            Err(error) if code_of(&error).as_deref() == Some("57P03") => {
                if begun.elapsed() > RECOVERY {
                    return Err(Error::Silent {
                        after: RECOVERY,
                        log: end_of_log(place),
                    });
                }
                // Each refusal is a line in its log.
                tokio::time::sleep(4 * INTERVAL).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn code_of(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// The last lines of the server's log.
pub(super) fn end_of_log(place: &Place) -> String {
    let log = std::fs::read(place.file("postgres.log")).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

impl Server {
    /// Waits until the process ends. Never returns for one that another process started.
    pub(super) async fn ended(&mut self) {
        match &mut self.child {
            Some(child) => {
                // An error means that it cannot be waited for because it is gone.
                let _ = child.wait().await;
            }
            None => std::future::pending().await,
        }
    }

    /// Ends the server: open transactions are rolled back, everything committed is written.
    pub(super) async fn stop(mut self, place: &Place) {
        let Some(pid) = self.pid(place) else {
            return;
        };
        // "Fast" and "immediate" shutdown; the latter recovers at the next start.
        for (signal, patience) in [(Signal::INT, FAREWELL), (Signal::QUIT, FAREWELL)] {
            if kill_process(pid, signal).is_err() {
                break;
            }
            if tokio::time::timeout(patience, self.gone(pid)).await.is_ok() {
                return;
            }
        }
        tracing::warn!("the database server does not stop; it is left running");
    }

    fn pid(&self, place: &Place) -> Option<Pid> {
        let pid = match &self.child {
            Some(child) => i32::try_from(child.id()?).ok()?,
            // It answered in this directory, so this note is its own.
            None => leftovers::noted_process(place)?,
        };
        Pid::from_raw(pid)
    }

    async fn gone(&mut self, pid: Pid) {
        if self.child.is_some() {
            return self.ended().await;
        }
        while test_kill_process(pid).is_ok() {
            tokio::time::sleep(INTERVAL).await;
        }
    }
}
