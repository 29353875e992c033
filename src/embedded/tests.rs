//! The whole life of a cluster, with the PostgreSQL of this machine.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection, Row};

use super::*;
use crate::config::Environment;

/// A data directory that goes with the test.
struct State(PathBuf);

impl State {
    fn new() -> Self {
        Self::at(&std::env::temp_dir().join(format!("embedded-{}", crate::dialog::id::random())))
    }

    fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn options(&self) -> Options {
        let environment = Environment::of_process();
        Options {
            state_dir: self.0.join("state"),
            durability: Durability::Disposable,
            binaries: None,
            search_path: environment.get("PATH").map(OsString::from),
            cache_dir: cache_directory(&environment),
            install_missing: true,
            ends_when_unused: false,
            settings: Vec::new(),
        }
    }

    async fn starts(&self) -> Embedded {
        Embedded::start(&self.options()).await.unwrap()
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Ok(base) = self.0.join("state/postgres").canonicalize() {
            let _ = std::fs::remove_dir_all(base);
        }
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn run(database: &Embedded, statement: &'static str) -> i32 {
    let mut connection = PgConnection::connect_with(&database.connect_options())
        .await
        .unwrap();
    let row = sqlx::query(statement).fetch_one(&mut connection).await;
    row.unwrap().get(0)
}

async fn is_running(database: &PgConnectOptions) -> bool {
    PgConnection::connect_with(database).await.is_ok()
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let state = State::new();
    let database = state.starts().await;
    let options = database.connect_options();
    run(&database, "WITH made AS (SELECT 1) SELECT 1 FROM made").await;
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("CREATE TABLE kept AS SELECT 42 AS answer")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    database.stop().await.unwrap();
    assert!(!is_running(&options).await);

    let database = state.starts().await;
    assert_eq!(run(&database, "SELECT answer FROM kept").await, 42);
    database.stop().await.unwrap();
}

#[tokio::test]
async fn the_last_user_stops_the_server() {
    let state = State::new();
    let (first, second) = tokio::join!(state.starts(), state.starts());
    let options = first.connect_options();
    first.stop().await.unwrap();
    assert!(is_running(&options).await);
    second.stop().await.unwrap();
    assert!(!is_running(&options).await);
}

#[tokio::test]
async fn a_server_that_outlived_its_process_is_taken_over_and_stopped() {
    let state = State::new();
    let first = state.starts().await;
    let options = first.connect_options();
    // As when the process is killed: the lock goes, the server stays.
    drop(first);
    assert!(is_running(&options).await);
    let second = state.starts().await;
    assert_eq!(run(&second, "SELECT 1").await, 1);
    second.stop().await.unwrap();
    assert!(!is_running(&options).await);
}

#[tokio::test]
async fn a_cluster_whose_server_was_killed_starts_again() {
    let state = State::new();
    for _ in 0..3 {
        let database = state.starts().await;
        let pid = Pid::from_raw(leftovers::noted_process(&database.place).unwrap()).unwrap();
        kill_process(pid, Signal::KILL).unwrap();
    }
    state.starts().await.stop().await.unwrap();
}

#[tokio::test]
async fn data_of_another_version_is_left_alone() {
    let state = State::new();
    state.starts().await.stop().await.unwrap();
    let version = state.0.join("state/postgres/data/PG_VERSION");
    std::fs::write(&version, "14\n").unwrap();
    let error = Embedded::start(&state.options()).await.unwrap_err();
    let Error::OtherVersion { data, found, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*data, 14);
    assert!(error.to_string().contains(found.as_str()));
    assert_eq!(std::fs::read_to_string(&version).unwrap(), "14\n");
}

#[tokio::test]
async fn a_server_that_cannot_start_shows_the_end_of_its_log() {
    let state = State::new();
    state.starts().await.stop().await.unwrap();
    std::fs::remove_dir_all(state.0.join("state/postgres/data/global")).unwrap();
    let error = Embedded::start(&state.options()).await.unwrap_err();
    assert!(error.to_string().contains("pg_control"), "{error}");
}

#[tokio::test]
async fn a_path_that_cannot_be_that_of_a_socket_is_no_obstacle() {
    for tail in ["x".repeat(60), "a,b \"c\"".to_owned()] {
        let name = format!("{}-{tail}", crate::dialog::id::random());
        let state = State::at(&std::env::temp_dir().join(name));
        let database = state.starts().await;
        let sockets = database.place.sockets().to_owned();
        assert_ne!(sockets, database.place.base());
        assert_eq!(run(&database, "SELECT 1").await, 1);
        database.stop().await.unwrap();
        std::fs::remove_dir_all(sockets).unwrap();
    }
}

#[tokio::test]
async fn a_directory_that_is_closed_to_the_databases_user_is_no_obstacle() {
    let state = State::new();
    std::fs::create_dir(&state.0).unwrap();
    std::fs::set_permissions(&state.0, Permissions::from_mode(0o700)).unwrap();
    let database = state.starts().await;
    assert_eq!(run(&database, "SELECT 1").await, 1);
    database.stop().await.unwrap();
    // Only root hands the database to somebody else.
    let link = state.0.join("state/postgres");
    assert_eq!(link.is_symlink(), user::User::current().is_root());
    state.starts().await.stop().await.unwrap();
}

#[tokio::test]
async fn a_machine_without_postgresql_is_told_what_to_do() {
    let state = State::new();
    let options = Options {
        binaries: Some(state.0.clone()),
        ..state.options()
    };
    let error = Embedded::start(&options).await.unwrap_err().to_string();
    for choice in [
        "has no program postgres",
        "DATABASE__URL",
        "apt",
        "brew",
        "docker",
    ] {
        assert!(error.contains(choice), "{choice} in {error}");
    }
}

#[tokio::test]
async fn the_end_of_the_server_is_seen() {
    let state = State::new();
    let mut database = state.starts().await;
    let pid = Pid::from_raw(leftovers::noted_process(&database.place).unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    assert!(database.ended().await.contains("shut down"));
    database.stop().await.unwrap();
}
