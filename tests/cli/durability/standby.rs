//! The database server is killed under load, and its standby takes over.

use std::{
    collections::HashSet,
    fs::{DirBuilder, File},
    os::unix::{
        fs::{DirBuilderExt, chown, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

use super::{
    chance::Chance,
    load::{Clients, Load, eventually},
    process::{Process, token},
    receiver::Receiver,
    verify::{dialogs, verify},
};
use crate::support::Folder;

/// Directories of clusters, which go with the test.
struct Place {
    base: PathBuf,
    programs: PathBuf,
    /// Who runs PostgreSQL, which refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Place {
    /// None where PostgreSQL's programs for base backups are not installed.
    fn new() -> Option<Self> {
        let told = Command::new("pg_config").arg("--bindir").output().ok();
        let told = told.map(|output| String::from_utf8(output.stdout).unwrap());
        let mut candidates: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .map(|version| version.unwrap().path().join("bin"))
            .chain(told.map(|told| PathBuf::from(told.trim())))
            .collect();
        candidates.sort();
        let programs = candidates.into_iter().rev().find(|directory| {
            ["initdb", "postgres", "pg_basebackup", "pg_ctl"]
                .iter()
                .all(|program| directory.join(program).is_file())
        })?;
        let user = geteuid().is_root().then(|| {
            let users = std::fs::read_to_string("/etc/passwd").unwrap();
            let line = users
                .lines()
                .find(|line| line.starts_with("postgres:"))
                .unwrap();
            let fields: Vec<&str> = line.split(':').collect();
            (fields[2].parse().unwrap(), fields[3].parse().unwrap())
        });
        // Short, since sockets lie in it, and open to whoever runs PostgreSQL.
        let name = dialogporten::dialog::id::random().simple().to_string();
        let base = std::env::temp_dir().join(format!("standby-{}", &name[..12]));
        let place = Self {
            base,
            programs,
            user,
        };
        place.makes(&place.base);
        Some(place)
    }

    fn makes(&self, directory: &Path) {
        DirBuilder::new().mode(0o700).create(directory).unwrap();
        if let Some((uid, gid)) = self.user {
            chown(directory, Some(uid), Some(gid)).unwrap();
        }
    }

    /// A program of PostgreSQL's, by the user who may run it.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command.current_dir(&self.base).stdin(Stdio::null());
        command
    }

    fn runs(&self, name: &str, arguments: &[&str]) {
        let output = self.program(name).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The directory whose socket leads to the primary server, whichever that is: an address that moves.
    fn address(&self) -> PathBuf {
        self.base.join("primary")
    }

    /// The database at this address.
    fn database(&self) -> PgConnectOptions {
        options(&self.address(), "dialogporten")
    }

    /// Has the address lead to another server.
    fn leads_to(&self, cluster: &Cluster) {
        let new = self.base.join("new");
        symlink(&cluster.base, &new).unwrap();
        std::fs::rename(new, self.address()).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.base);
    }
}

/// A server of PostgreSQL's.
struct Cluster {
    base: PathBuf,
    server: Child,
}

impl Cluster {
    async fn primary(place: &Place) -> Self {
        let base = place.base.join("0");
        place.makes(&base);
        let data = base.join("data").display().to_string();
        place.runs(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "dialogporten",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
        );
        let cluster = Self::starts(place, base).await;
        cluster
            .execute("postgres", "CREATE DATABASE dialogporten")
            .await;
        cluster
    }

    /// A standby that this server waits for, whatever it commits.
    async fn is_followed(&self, place: &Place, number: usize) -> Self {
        let base = place.base.join(number.to_string());
        place.makes(&base);
        let (from, to) = (
            self.base.display().to_string(),
            base.join("data").display().to_string(),
        );
        place.runs(
            "pg_basebackup",
            &[
                "-h",
                &from,
                "-U",
                "dialogporten",
                "-D",
                &to,
                "-X",
                "stream",
                "-c",
                "fast",
                "-R",
                "--no-sync",
            ],
        );
        let standby = Self::starts(place, base).await;
        self.execute(
            "dialogporten",
            "ALTER SYSTEM SET synchronous_standby_names = '*'",
        )
        .await;
        self.execute("dialogporten", "SELECT pg_reload_conf()")
            .await;
        let mut connection = PgConnection::connect_with(&self.options("dialogporten"))
            .await
            .unwrap();
        eventually("the standby is waited for", async || {
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')",
            )
            .fetch_one(&mut connection)
            .await
            .unwrap()
        })
        .await;
        standby
    }

    async fn starts(place: &Place, base: PathBuf) -> Self {
        let log = File::create(place.base.join("log")).unwrap();
        let server = place
            .program("postgres")
            .arg("-D")
            .arg(base.join("data"))
            .arg("-k")
            .arg(&base)
            .args(["-c", "listen_addresses=", "-c", "shared_buffers=64MB"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let cluster = Self { base, server };
        let options = cluster.options("postgres");
        eventually("PostgreSQL answers", async || {
            PgConnection::connect_with(&options).await.is_ok()
        })
        .await;
        cluster
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        options(&self.base, database)
    }

    async fn execute(&self, database: &str, statement: &'static str) {
        let mut connection = PgConnection::connect_with(&self.options(database))
            .await
            .unwrap();
        sqlx::raw_sql(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }

    /// Ends at once, in the middle of whatever it does ("immediate").
    fn dies(mut self) {
        self.ends();
    }

    fn ends(&mut self) {
        let pid = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.unwrap(), Signal::QUIT).unwrap();
        self.server.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if matches!(self.server.try_wait(), Ok(None)) {
            self.ends();
        }
    }
}

fn options(sockets: &Path, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(sockets)
        .username("dialogporten")
        .database(database)
}

/// A server on a primary database, at an address that moves, under load.
struct Scene {
    place: Place,
    primary: Cluster,
    // Fields are dropped in this order, and the folder must be there until the server is gone.
    server: Process,
    receiver: Receiver,
    before: HashSet<Uuid>,
    load: Arc<Load>,
    clients: Clients,
    chance: Chance,
    _folder: Folder,
}

impl Scene {
    /// None where a standby cannot be made.
    async fn begins(clients: usize) -> Option<Self> {
        let Some(place) = Place::new() else {
            println!("not tried: pg_basebackup is not installed");
            return None;
        };
        let mut chance = Chance::of_this_run();
        let (folder, receiver) = (Folder::new(), Receiver::new());
        let primary = Cluster::primary(&place).await;
        place.leads_to(&primary);
        let sockets = place.address().display().to_string().replace('/', "%2F");
        let url = format!("postgres://dialogporten@localhost/dialogporten?host={sockets}");
        let mut settings = receiver.settings();
        settings.extend([
            ("DIALOGPORTEN__DATABASE__URL".to_owned(), url),
            (
                "DIALOGPORTEN__AUTH__LOCAL_ISSUER".to_owned(),
                "true".to_owned(),
            ),
        ]);
        let server = Process::starts(&folder, &settings);
        let before = dialogs(&place.database()).await;
        let load = Load::new(token(&folder), &[&server.address], usize::MAX);
        let clients = load.begins(clients, &mut chance);
        Some(Self {
            place,
            primary,
            server,
            receiver,
            before,
            load,
            clients,
            chance,
            _folder: folder,
        })
    }

    /// Waits for so many more writes, and fewer than twice as many.
    async fn goes_on(&mut self, writes: usize) {
        let more = writes + self.chance.below(writes);
        self.load.reaches(self.load.acknowledged() + more).await;
    }

    /// Demands that nothing that was acknowledged is lost. Tells the figures.
    async fn ends(self) -> String {
        self.load.ends();
        let written = self.clients.end().await;
        let database = self.place.database();
        let figures = verify(
            &self.load,
            &written,
            &self.before,
            &self.receiver,
            &database,
        )
        .await;
        self.server.stops();
        figures
    }
}

/// So many times: the database server is killed, its standby promoted, and the address moved; the server stays.
async fn survives_failovers(failovers: usize, writes: usize, clients: usize) {
    let Some(mut scene) = Scene::begins(clients).await else {
        return;
    };
    for round in 1..=failovers {
        let standby = scene.primary.is_followed(&scene.place, round).await;
        scene.goes_on(writes / 3).await;
        scene.load.may_fail.store(true, Ordering::SeqCst);
        let (writes_before, killed) = (scene.load.acknowledged(), Instant::now());
        std::mem::replace(&mut scene.primary, standby).dies();
        let data = scene.primary.base.join("data").display().to_string();
        scene.place.runs("pg_ctl", &["promote", "-w", "-D", &data]);
        let promoted = killed.elapsed();
        let acknowledged = scene.load.acknowledged();
        scene.place.leads_to(&scene.primary);
        scene.load.reaches(acknowledged + 1).await;
        println!(
            "database killed after {writes_before} writes; standby promoted after {} ms, a write acknowledged after {} ms",
            promoted.as_millis(),
            killed.elapsed().as_millis(),
        );
        scene.goes_on(writes / 3).await;
    }
    println!("{failovers} failovers: {}", scene.ends().await);
}

/// As while names are resolved as they were before a switch-over, and the old primary has come back as a standby.
#[tokio::test(flavor = "multi_thread")]
async fn connections_to_a_standby_are_not_kept_when_the_address_leads_to_the_primary_again() {
    let Some(mut scene) = Scene::begins(6).await else {
        return;
    };
    let standby = scene.primary.is_followed(&scene.place, 1).await;
    scene.goes_on(50).await;
    scene.load.may_fail.store(true, Ordering::SeqCst);
    let acknowledged = scene.load.acknowledged();
    scene.place.leads_to(&standby);
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    scene.primary.execute("dialogporten", ended).await;
    let failed = scene.load.doubtful() + 6;
    eventually("writes fail", async || scene.load.doubtful() >= failed).await;
    println!(
        "{acknowledged} writes before the address led to the standby, {} while it did",
        scene.load.acknowledged() - acknowledged
    );
    scene.place.leads_to(&scene.primary);
    scene.goes_on(50).await;
    let mut connection = PgConnection::connect_with(&standby.options("dialogporten"))
        .await
        .unwrap();
    eventually("no session stays at the standby", async || {
        let sessions = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'dialogporten %'";
        let sessions: Vec<String> = sqlx::query_scalar(sessions)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        sessions.is_empty()
    })
    .await;
    scene.goes_on(50).await;
    println!("{}", scene.ends().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_over_has_all_that_was_acknowledged() {
    survives_failovers(1, 150, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: five failovers, 2,000 writes each"]
async fn standbys_that_take_over_one_after_the_other_have_all_that_was_acknowledged() {
    survives_failovers(5, 2_000, 16).await;
}
