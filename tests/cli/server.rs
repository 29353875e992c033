//! The server in local mode: one command on a fresh machine.

use rustix::process::Signal;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use crate::support::{Folder, Server, between, dialogporten, run};

/// The database of the server in a folder.
pub fn database(folder: &Folder) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(folder.path().join(".dialogporten/postgres"))
        .username("dialogporten")
        .database("dialogporten")
}

pub async fn connect(folder: &Folder) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect_with(&database(folder)).await
}

#[tokio::test]
async fn one_command_serves_from_a_database_of_its_own_and_stops_both() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    assert_eq!(server.status("/health/readiness"), "200");
    assert!(server.banner.contains(".dialogporten"), "{}", server.banner);
    let (code, printed) = run(&mut dialogporten(
        &folder,
        &["health", "--listen", &server.address],
    ));
    assert_eq!((code, printed.as_str()), (0, "ready\n"));
    assert!(connect(&folder).await.is_ok());

    assert_eq!(server.ends_on(Signal::TERM), Some(0));
    assert!(connect(&folder).await.is_err());
}

#[tokio::test]
async fn the_printed_request_creates_a_dialog_and_a_kill_does_not_lose_it() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let token = between(&server.banner, "-H '", "'").to_owned();
    assert!(token.starts_with("Authorization: Bearer "), "{token}");
    let body = between(&server.banner, "-d '", "'\n");
    let headers = [token.as_str(), "Content-Type: application/json"];
    let created = server.answers("POST /api/v1/serviceowner/dialogs", &headers, body);
    assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
    let id = between(&created, "\r\n\r\n\"", "\"");
    assert_eq!(server.ends_on(Signal::KILL), None);

    let server = Server::starts(&folder);
    let request = format!("GET /api/v1/serviceowner/dialogs/{id}");
    let found = server.answers(&request, &[&token], "");
    assert!(found.starts_with("HTTP/1.1 200 "), "{found}");
    // The database that outlived its server is stopped by the next one.
    assert_eq!(server.ends_on(Signal::INT), Some(0));
    assert!(connect(&folder).await.is_err());
}

#[test]
fn an_address_in_use_is_told_before_anything_is_made() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, printed) = run(&mut dialogporten(&folder, &["--listen", &address]));
    assert_eq!(code, 1);
    assert!(printed.contains("choose another address"), "{printed}");
    assert!(!folder.path().join(".dialogporten").exists());
}

#[test]
fn the_local_issuer_stays_on_loopback() {
    let folder = Folder::new();
    let (code, printed) = run(&mut dialogporten(&folder, &["--listen", "0.0.0.0:0"]));
    assert_eq!(code, 1);
    assert!(
        printed.contains("auth.allow_local_issuer_on_network"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_platform_without_an_address_is_refused_by_the_name_of_the_setting() {
    let folder = Folder::new();
    let file = folder.path().join("dialogporten.toml");
    std::fs::write(
        &file,
        "[platform]\nmode = \"altinn\"\nbase_uri = \"somewhere\"\n",
    )
    .unwrap();
    let file = file.display().to_string();
    let (code, printed) = run(&mut dialogporten(
        &folder,
        &["--config", &file, "--listen", "127.0.0.1:0"],
    ));
    assert_eq!(code, 1);
    assert!(printed.contains("platform.base_uri"), "{printed}");
    assert!(connect(&folder).await.is_err());
}
