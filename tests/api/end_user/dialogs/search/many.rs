//! Somebody who may find the dialogs of ten thousand pairs of party and resource.

use std::{cmp::Reverse, collections::HashSet};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::FromRow;
use uuid::Uuid;

use super::query;
use crate::support::{Caller, Party, Policy, Town, organization_number, with};

/// Whom the person represents.
const PARTIES: usize = 2_000;
/// Whom she does not.
const OTHERS: usize = 200;
/// What she may see of theirs; one resource more is closed.
const RESOURCES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// One dialog for each party and resource, after one of some patterns. Whole days make many equal times.
const DIALOGS: &str = "
    INSERT INTO dialog (id, party_id, resource_id, org_id, revision, status, flags, label_mask, eu_revision,
                        so_revision, created_at, updated_at, content_updated_at, due_at, visible_from, expires_at,
                        deleted_at, resource_type, list, detail)
      SELECT gen_random_uuid(), p.id, r.id, t.org_id, gen_random_uuid(), t.status, t.flags, t.label_mask,
             gen_random_uuid(), gen_random_uuid(), $3 - interval '500 days', $3,
             $3 - floor(random() * 400) * interval '1 day',
             CASE WHEN random() < 0.5 THEN $3 + floor(random() * 90) * interval '1 day' END,
             t.visible_from, t.expires_at, t.deleted_at, t.resource_type, t.list, t.detail
        FROM party p
       CROSS JOIN resource r
        JOIN dialog t ON t.id = ($2::uuid[])[1 + (p.id * 7 + r.id) % cardinality($2)]
       WHERE p.urn = ANY ($1)";

/// What the server keeps beside them: which pairs there are, and a time that none of their dialogs is later than.
const PAIRS: &str = "
    INSERT INTO pair
      SELECT party_id, resource_id,
             date_trunc('day', max(greatest(created_at, updated_at, content_updated_at)), 'UTC') + interval '1 day'
        FROM dialog GROUP BY 1, 2
      ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = greatest(pair.bound, excluded.bound)";

const ALL: &str = "
    SELECT d.id, p.urn AS party, r.urn AS resource, d.content_updated_at, d.due_at, d.visible_from, d.expires_at,
           d.deleted_at IS NOT NULL AS is_deleted, d.label_mask & 2 <> 0 AS is_binned
      FROM dialog d JOIN party p ON p.id = d.party_id JOIN resource r ON r.id = d.resource_id";

/// A dialog as far as these searches tell it from others.
#[derive(FromRow)]
struct Stored {
    id: Uuid,
    party: String,
    resource: String,
    content_updated_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    visible_from: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    is_deleted: bool,
    is_binned: bool,
}

fn urn(number: &str) -> String {
    format!("urn:altinn:organization:identifier-no:{number}")
}

/// A town where the person leads that many companies, full of dialogs.
async fn a_full_town() -> (Town, Vec<String>) {
    let led: Vec<_> = (0..PARTIES).map(|_| organization_number()).collect();
    let others = (0..OTHERS).map(|_| organization_number());
    let all: Vec<_> = led
        .iter()
        .cloned()
        .chain(others)
        .map(|number| urn(&number))
        .collect();
    let town = Town::build()
        .alone()
        .counting()
        .stopped()
        .directory(|directory| {
            directory.parties[0].1 = led
                .iter()
                .map(|number| Party::with_role(number, "DAGL"))
                .collect();
            for name in RESOURCES {
                directory.also(name, Policy::usual());
            }
            directory.also("closed", Policy::at_level(2));
            directory.resources.remove(0);
        });
    let mut town = town.open().await;
    town.resource = town.resource.rsplit_once('-').unwrap().0.to_owned();

    let pattern = async |resource: &str, changes: Value| {
        let dialog = json!({"serviceResource": town.also(resource), "party": all[0]});
        let dialog = town.a_dialog_with(with(dialog, changes));
        town.owner().creates(dialog).await.parse::<Uuid>().unwrap()
    };
    let patterns = [
        pattern("a", json!({})).await,
        pattern("b", json!({})).await,
        pattern("c", json!({"systemLabel": "Bin"})).await,
        pattern("d", json!({"visibleFrom": town.after(3_600)})).await,
        pattern("e", json!({"expiresAt": town.after(60)})).await,
        pattern("closed", json!({})).await,
    ];
    town.owner().deletes(&patterns[1].to_string()).await;
    town.waits(60);

    let database = town.database();
    sqlx::query("INSERT INTO party (urn) SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING")
        .bind(&all)
        .execute(database)
        .await
        .unwrap();
    sqlx::query(DIALOGS)
        .bind(&all)
        .bind(patterns.to_vec())
        .bind(town.now().to_datetime())
        .execute(database)
        .await
        .unwrap();
    sqlx::query(PAIRS).execute(database).await.unwrap();
    sqlx::query("ANALYZE").execute(database).await.unwrap();
    (town, led.iter().map(|number| urn(number)).collect())
}

/// The pages of a search, each found by one statement.
async fn pages(town: &Town, caller: &Caller<'_>, parameters: &[(&str, &str)]) -> Vec<String> {
    let proxy = town.proxy.as_ref().unwrap();
    let (mut ids, mut token) = (Vec::new(), None::<String>);
    loop {
        let mut asked = parameters.to_vec();
        asked.extend(token.as_deref().map(|token| ("continuationToken", token)));
        proxy.executed();
        let page = caller.finds(&query(&asked)).await.is(200);
        assert_eq!(proxy.executed().len(), 1, "{}", page.asked);
        ids.extend(page.ids());
        if page.at("/hasNextPage") == false {
            return ids;
        }
        token = Some(page.text_at("/continuationToken"));
    }
}

#[tokio::test]
async fn one_statement_finds_just_what_is_there_among_ten_thousand_pairs() {
    let (town, led) = a_full_town().await;
    let (person, now) = (town.person(), town.now().to_datetime());
    let open = RESOURCES.map(|name| town.also(name));
    let led: HashSet<_> = led.into_iter().collect();
    let mut all: Vec<Stored> = sqlx::query_as(ALL)
        .fetch_all(town.database())
        .await
        .unwrap();
    all.retain(|dialog| led.contains(&dialog.party) && open.contains(&dialog.resource));
    let pairs: HashSet<_> = all
        .iter()
        .map(|dialog| (&dialog.party, &dialog.resource))
        .collect();
    assert_eq!(pairs.len(), 10_000);
    all.retain(|dialog| {
        !dialog.is_deleted
            && dialog.visible_from.is_none_or(|from| from <= now)
            && dialog.expires_at.is_none_or(|expires| expires > now)
    });
    let resources: Vec<_> = open
        .iter()
        .map(|urn| ("serviceResource", urn.as_str()))
        .collect();
    let asking = |more: &[(&'static str, &'static str)]| [&resources[..], more].concat();
    // The first time it learns what parties and resources are called.
    person
        .finds(&query(&asking(&[("limit", "1")])))
        .await
        .is(200);

    all.sort_by_key(|dialog| Reverse((dialog.content_updated_at, dialog.id)));
    let found = pages(&town, &person, &asking(&[("limit", "1000")])).await;
    assert!(found.len() > PARTIES, "{}", found.len());
    assert_eq!(found, ids(all.iter()));

    let binned = pages(
        &town,
        &person,
        &asking(&[("limit", "1000"), ("systemLabel", "Bin")]),
    )
    .await;
    assert!(binned.len() > 100 && binned.len() < found.len());
    assert_eq!(binned, ids(all.iter().filter(|dialog| dialog.is_binned)));

    // What is never due comes last.
    all.sort_by_key(|dialog| (dialog.due_at.is_none(), dialog.due_at, Reverse(dialog.id)));
    let order = [("limit", "1000"), ("orderBy", "dueAt_asc")];
    assert_eq!(
        pages(&town, &person, &asking(&order)).await,
        ids(all.iter())
    );
}

fn ids<'a>(dialogs: impl Iterator<Item = &'a Stored>) -> Vec<String> {
    dialogs.map(|dialog| dialog.id.to_string()).collect()
}
