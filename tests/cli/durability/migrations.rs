//! The schema changes while clients read and write: no answer is a failure, and no write is lost.

use std::{collections::HashSet, time::Duration};

use dialogporten::store;
use sqlx::{Connection, PgConnection, migrate::Migrator};

use super::{
    chance::Chance,
    dialog::{PARTY, RESOURCE},
    load::{Load, eventually},
    process::{Process, token, token_of},
    readers::{Reader, Readers},
    receiver::Receiver,
    verify::{dialogs, verify},
};
use crate::{
    server::database,
    support::{Folder, dialogporten, run},
};

/// Undoes migrations that the program can do without, so that they can be applied under load.
const EARLIER: &str = "
    DROP INDEX dialog_deleted_ix, dialog_expired_ix;
    ALTER TABLE dialog ALTER COLUMN list SET COMPRESSION default, ALTER COLUMN detail SET COMPRESSION default;
    ALTER TABLE transmission ALTER COLUMN doc SET COMPRESSION default;
    ALTER TABLE activity ALTER COLUMN doc SET COMPRESSION default;
    ALTER TABLE dialog_search ALTER COLUMN vec SET COMPRESSION default;
    DELETE FROM _sqlx_migrations WHERE version BETWEEN 12 AND 17";
const APPLIED: &str = "SELECT count(*) = 6 FROM _sqlx_migrations WHERE version BETWEEN 12 AND 17";

/// Somebody changes the table of dialogs, and waits for whoever uses it.
const QUEUES: &str = "
    SELECT EXISTS (SELECT FROM pg_locks
                    WHERE relation = 'dialog'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted)";

/// Migrations as the next version may have them, and those after it.
static NEXT: Migrator = sqlx::migrate!("tests/cli/durability/next_version");
/// Fills the new column, some rows at a time, as a job would.
const FILL: &str = "
    WITH part AS (SELECT id FROM dialog WHERE id > $1 ORDER BY id LIMIT 500),
         filled AS (UPDATE dialog d SET remark = 'filled' FROM part WHERE d.id = part.id AND d.remark IS NULL)
    SELECT max(id::text)::uuid FROM part";
const IS_INDEXED: &str =
    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'dialog_remark_ix'::regclass";

async fn is(database: &mut PgConnection, statement: &'static str) -> bool {
    sqlx::query_scalar(statement)
        .fetch_one(database)
        .await
        .unwrap()
}

/// Waits until clients have written so much more.
async fn goes_on(load: &Load, writes: usize) {
    load.reaches(load.acknowledged() + writes).await;
}

async fn nobody_notices(seeded: &str, clients: usize, writes: usize) {
    let mut chance = Chance::of_this_run();
    let (folder, receiver) = (Folder::new(), Receiver::new());
    let (code, people) = run(&mut dialogporten(&folder, &["seed", "--dialogs", seeded]));
    assert_eq!(code, 0, "{people}");
    let agent = people.lines().find(|line| line.starts_with("acts for 50 "));
    let agent = agent.and_then(|line| line.rsplit(' ').next()).unwrap();

    let server = Process::starts(&folder, &receiver.settings());
    let options = database(&folder);
    let mut watcher = PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(EARLIER).execute(&mut watcher).await.unwrap();
    let before = dialogs(&options).await;
    let owner = token(&folder);
    let addresses = [server.address.as_str(); 2];
    let load = Load::new(owner.clone(), &addresses, usize::MAX);
    let writing = load.begins(clients, &mut chance);
    let reader = |token, lists: &[String], readable| Reader {
        address: server.address.clone(),
        token,
        lists: lists.to_vec(),
        readable,
    };
    let reading = Readers::begin(vec![
        reader(
            owner,
            &[format!(
                "/api/v1/serviceowner/dialogs?party={PARTY}&serviceResource={RESOURCE}"
            )],
            None,
        ),
        // Whoever reads a single dialog leaves a trace, which the clients that write do not reckon with.
        reader(
            token_of(&folder, &["end-user"]),
            &["", "&search=Forsendelse"]
                .map(|more| format!("/api/v1/enduser/dialogs?party={PARTY}{more}")),
            Some(HashSet::new()),
        ),
        reader(
            token_of(&folder, &["end-user", "--pid", agent]),
            &["/api/v1/enduser/dialogs?serviceResource=urn:altinn:resource:seed-service-000"]
                .map(str::to_owned),
            Some(before.clone()),
        ),
    ]);
    goes_on(&load, writes).await;

    // The migrations of this version, while somebody reads dialogs in a transaction that does not end.
    let mut holder = PgConnection::connect_with(&options).await.unwrap();
    let hold = sqlx::raw_sql("BEGIN; SELECT FROM dialog LIMIT 1");
    hold.execute(&mut holder).await.unwrap();
    let mut command = dialogporten(&folder, &["migrate"]);
    let migrating = tokio::task::spawn_blocking(move || run(&mut command));
    for gives_way in [false, true, false, true] {
        eventually(
            "the migration waits, gives way, and comes back",
            async || is(&mut watcher, QUEUES).await != gives_way,
        )
        .await;
    }
    holder.close().await.unwrap();
    let (code, printed) = migrating.await.unwrap();
    assert_eq!(code, 0, "{printed}");
    assert!(is(&mut watcher, APPLIED).await);
    goes_on(&load, writes).await;

    // Those of the next one, with servers of this one.
    let through = |version| {
        let some = NEXT.iter().filter(|one| one.version <= version);
        store::migrate_with(Migrator::with_migrations(some.cloned().collect()), &options)
    };
    through(9004).await.unwrap();
    assert!(is(&mut watcher, IS_INDEXED).await);
    let mut filled = Some(uuid::Uuid::nil());
    while let Some(behind) = filled {
        let part = sqlx::query_scalar(FILL).bind(behind);
        filled = part.fetch_one(&mut watcher).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    through(9005).await.unwrap();
    goes_on(&load, writes).await;
    // Whoever goes back to this version starts it on the newer schema.
    let other = Process::starts(&folder, &receiver.settings());
    load.gets(1, &other.address);
    goes_on(&load, writes).await;
    through(9006).await.unwrap();
    goes_on(&load, writes).await;

    load.ends();
    let written = writing.end().await;
    let read = reading.end().await;
    let figures = verify(&load, &written, &before, &receiver, &options).await;
    println!("migrations: {figures}; {read:?}");
    for server in [server, other] {
        server.stops();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_that_the_schema_changes() {
    nobody_notices("2000", 10, 60).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: 200,000 dialogs and 10,000 writes"]
async fn nobody_notices_that_the_schema_of_many_dialogs_changes() {
    nobody_notices("200000", 16, 2_000).await;
}
