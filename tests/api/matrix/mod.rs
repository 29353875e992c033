//! Every route with every kind of caller. The routes are the router's own: one that nobody has thought about here fails
//! these tests.

mod callers;
mod foreign;
mod routed;
mod sample;
mod table;

use std::collections::BTreeSet;

use axum::http::Method;

use self::{
    callers::{end_users, outsiders, owners, without_scope},
    routed::routed,
    sample::Sample,
    table::{HERE, Row, Serves, TABLE},
};
use crate::support::{Answer, Caller, Party, Town};

/// A system that acts for the company of each town.
const SYSTEM: uuid::Uuid = uuid::Uuid::from_u128(0x5757_0000_0000_4000_8000_0000_0000_0001);

/// A town whose person leads a company that a system acts for.
async fn town() -> Town {
    let mut town = Town::new().await;
    let company = town.company.clone();
    town.changes(|directory| {
        directory.represents(
            &format!("urn:altinn:systemuser:uuid:{SYSTEM}"),
            Party::with_role(&company, "DAGL"),
        );
    });
    town
}

/// The routes that a table knows.
fn known<'a>(rows: impl IntoIterator<Item = &'a Row>) -> BTreeSet<(String, String)> {
    let named = |row: &Row| (row.method.to_string(), row.path.to_owned());
    rows.into_iter().map(named).collect()
}

#[tokio::test]
async fn every_route_has_a_row_and_every_row_a_route() {
    let town = Town::new().await;
    let found = routed(&town).await;
    assert!(found.len() > 40, "{found:#?}");
    assert_eq!(
        found,
        known(TABLE),
        "write the rows of tests/api/matrix/table.rs"
    );

    let here = Town::build().config(|config| config.local_mode = true);
    let found = routed(&here.open().await).await;
    let wanted = known(TABLE.iter().chain(HERE));
    assert_eq!(found, wanted, "write the rows of tests/api/matrix/table.rs");
}

#[tokio::test]
async fn who_is_not_known_gets_nowhere() {
    let town = town().await;
    let sample = Sample::new(&town).await;
    for row in TABLE {
        for (kind, caller) in outsiders(&town, &sample) {
            let answer = ask(row, &sample, &caller).await;
            match row.serves {
                Serves::Anybody(status) => drop(demand(answer, kind, status)),
                _ => drop(demand(answer, kind, 401).is_empty(401)),
            }
        }
    }
    sample.is_untouched(&town).await;
}

#[tokio::test]
async fn who_lacks_the_scope_gets_nowhere() {
    let town = town().await;
    let sample = Sample::new(&town).await;
    for row in TABLE {
        for (kind, caller) in without_scope(&town, row.serves) {
            drop(demand(ask(row, &sample, &caller).await, kind, 403).is_empty(403));
        }
    }
    sample.is_untouched(&town).await;
}

#[tokio::test]
async fn owners_get_what_is_theirs() {
    let town = town().await;
    for row in TABLE {
        let Serves::Owners(scope, statuses) = row.serves else {
            continue;
        };
        for ((kind, caller), status) in owners(&town, scope).into_iter().zip(statuses) {
            decides(&town, row, kind, &caller, status, kind == "another owner").await;
        }
    }
}

#[tokio::test]
async fn end_users_get_what_is_theirs() {
    let town = town().await;
    for row in TABLE {
        let Serves::EndUsers(statuses) = row.serves else {
            continue;
        };
        for ((kind, caller), status) in end_users(&town).into_iter().zip(statuses) {
            let is_foreign = kind == "a stranger" || kind == "somebody by e-mail";
            decides(&town, row, kind, &caller, status, is_foreign).await;
        }
    }
}

/// Asks about a dialog of its own, and looks at what has become of it: a refusal changes nothing, and to whom the dialog
/// is foreign no success tells of it.
async fn decides(
    town: &Town,
    row: &Row,
    kind: &str,
    caller: &Caller<'_>,
    status: u16,
    is_foreign: bool,
) {
    let sample = Sample::new(town).await;
    let answer = demand(ask(row, &sample, caller).await, kind, status);
    if answer.status.is_success() && is_foreign {
        assert!(
            !answer.text.contains(&sample.dialog),
            "{kind} {}: {}",
            answer.asked,
            answer.text
        );
    }
    if !answer.status.is_success() || (is_foreign && row.method == Method::GET) {
        sample.is_untouched(town).await;
    }
}

async fn ask(row: &Row, sample: &Sample, caller: &Caller<'_>) -> Answer {
    let path = sample.path(row);
    match (row.body)(sample) {
        serde_json::Value::Null => caller.ask(row.method.clone(), &path, &[]).await,
        body => caller.send(row.method.clone(), &path, &body).await,
    }
}

fn demand(answer: Answer, kind: &str, status: u16) -> Answer {
    assert_eq!(
        answer.status.as_u16(),
        status,
        "{kind} {}: {}",
        answer.asked,
        answer.text
    );
    answer
}
