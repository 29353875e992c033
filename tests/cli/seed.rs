//! Made-up dialogs.

use rustix::process::Signal;

use crate::{
    server::connect,
    support::{Folder, Server, dialogporten, run},
};

fn seeds(folder: &Folder, arguments: &[&str]) -> String {
    let (code, printed) = run(&mut dialogporten(folder, &[&["seed"], arguments].concat()));
    assert_eq!(code, 0, "{printed}");
    printed
}

/// The last word of the line that names a person who acts for so many parties.
fn agent(printed: &str, parties: u64) -> String {
    let start = format!("acts for {parties} of the parties: ");
    let line = printed
        .lines()
        .find(|line| line.starts_with(&start))
        .unwrap();
    line.rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn seeded_dialogs_are_what_the_api_makes_and_are_found_by_it() {
    let folder = Folder::new();
    let printed = seeds(&folder, &["--dialogs", "500", "--verify"]);
    assert!(printed.contains("25 dialogs are what the API would have made of them"));
    // More of them, behind the first, with the indexes in place.
    let more = seeds(
        &folder,
        &["--dialogs", "100", "--parties", "50", "--verify"],
    );
    assert!(more.contains("25 dialogs are what the API would have made of them"));

    let pid = agent(&printed, 50);
    let (code, token) = run(&mut dialogporten(
        &folder,
        &["token", "end-user", "--pid", &pid],
    ));
    assert_eq!(code, 0, "{token}");
    let server = Server::starts(&folder);
    let authorization = format!("Authorization: Bearer {}", token.trim());
    let ask = |target: &str| {
        let answer = server.answers(&format!("GET {target}"), &[&authorization], "");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<serde_json::Value>(body).unwrap()
    };
    let service = "urn:altinn:resource:seed-service-000";
    let list = ask(&format!(
        "/api/v1/enduser/dialogs?serviceResource={service}&limit=1000"
    ));
    let items = list["items"].as_array().unwrap();
    assert!((20..120).contains(&items.len()), "{}", items.len());
    let dialog = ask(&format!(
        "/api/v1/enduser/dialogs/{}",
        items[0]["id"].as_str().unwrap()
    ));
    assert_eq!(dialog["transmissions"].as_array().unwrap().len(), 2);
    assert_eq!(dialog["guiActions"][0]["isAuthorized"], true);
    // A word that most dialogs have.
    let word = ask(&format!(
        "/api/v1/enduser/dialogs?serviceResource={service}&search=skatterrom"
    ));
    assert!(word["items"].as_array().unwrap().len() > items.len() / 3);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}

#[test]
fn a_moment_that_lies_ahead_is_refused() {
    let folder = Folder::new();
    let (code, printed) = run(&mut dialogporten(
        &folder,
        &["seed", "--until", "9999-01-01T00:00:00Z"],
    ));
    assert_eq!(code, 1);
    assert!(printed.contains("lies ahead"), "{printed}");
}

#[test]
fn a_configured_database_is_filled_only_on_demand() {
    let folder = Folder::new();
    let arguments = &[
        "seed",
        "--dialogs",
        "1",
        "--database-url",
        "postgres://nobody@127.0.0.1:1/nowhere",
    ];
    let flag = "--into-configured-database";
    let (code, printed) = run(&mut dialogporten(&folder, arguments));
    assert_eq!(code, 1);
    assert!(printed.contains(flag), "{printed}");
    let (code, printed) = run(&mut dialogporten(
        &folder,
        &[arguments, &[flag][..]].concat(),
    ));
    assert_eq!(code, 1, "nobody is there");
    assert!(!printed.contains(flag), "{printed}");
}

#[test]
fn the_schema_is_left_alone_where_the_settings_say_so() {
    let folder = Folder::new();
    let mut command = dialogporten(&folder, &["seed", "--dialogs", "10"]);
    let (code, printed) = run(command.env("DIALOGPORTEN__DATABASE__MIGRATE", "false"));
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("dialogporten migrate"), "{printed}");
}

/// What a `seed` leaves that is killed while it builds the last index.
const KILLED: &str = "
    CREATE TABLE bulk_set_aside (n int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, is_index boolean NOT NULL,
                                 restore text NOT NULL, remove text NOT NULL);
    INSERT INTO bulk_set_aside (is_index, restore, remove)
    VALUES (true, pg_get_indexdef('dialog_deleted_ix'::regclass), 'DROP INDEX dialog_deleted_ix');
    DROP INDEX dialog_deleted_ix";

#[tokio::test]
async fn nobody_fills_what_is_served_or_being_filled_nor_serves_what_lacks_indexes() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let refused = |arguments: &[&str]| {
        let (code, printed) = run(&mut dialogporten(&folder, arguments));
        assert_eq!(code, 1, "{printed}");
        printed
    };
    let mut database = connect(&folder).await.unwrap();
    let mut execute = async |statement: &'static str| {
        sqlx::raw_sql(statement)
            .execute(&mut database)
            .await
            .unwrap();
    };
    execute("SELECT pg_advisory_lock(hashtextextended('dialogporten seed', 0))").await;
    let printed = refused(&["seed", "--dialogs", "10"]);
    assert!(printed.contains("another `dialogporten seed`"), "{printed}");
    execute("SELECT pg_advisory_unlock_all()").await;
    execute("TRUNCATE dialog CASCADE").await;
    let printed = refused(&["seed", "--dialogs", "10"]);
    assert!(printed.contains("a server is running"), "{printed}");
    execute(KILLED).await;
    assert_eq!(server.ends_on(Signal::TERM), Some(0));

    let printed = refused(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(printed.contains("`dialogporten migrate`"), "{printed}");
    let (code, printed) = run(&mut dialogporten(&folder, &["migrate"]));
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("building indexes"), "{printed}");
    let server = Server::starts(&folder);
    let mut database = connect(&folder).await.unwrap();
    let is_back: bool = sqlx::query_scalar(
        "SELECT to_regclass('dialog_deleted_ix') IS NOT NULL AND to_regclass('bulk_set_aside') IS NULL",
    )
    .fetch_one(&mut database)
    .await
    .unwrap();
    assert!(is_back);
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}
