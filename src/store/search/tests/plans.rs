//! Plans that are made without looking at values: none of them may read a whole table, however the search is put
//! together.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Row as _};

use super::town::{self, Town};
use crate::{
    dialog::{
        instance::InstanceRef,
        label::LabelMask,
        search::{
            Cursor, Dictionary, Filter, Order, OwnerFilter, Scope, TextQuery, cursor,
            filter::Span,
            order::Key,
            owner::{DeletedFilter, LabelPattern},
            scope::{Delegated, Group},
        },
        status::DialogStatus,
    },
    store::{
        keys::Keys,
        search::{Asked, Owned, Shown, numbers::Numbers, service_owner, statement, text},
    },
};

/// Orders, and the index by which each is read.
const ORDERS: [(&str, &str); 11] = [
    ("contentUpdatedAt", "dialog_pair_ix"),
    ("contentUpdatedAt,id_asc", "dialog_pair_ix"),
    ("contentUpdatedAt_asc", "dialog_party_ix"),
    ("contentUpdatedAt,createdAt", "dialog_pair_ix"),
    ("createdAt", "dialog_party_created_ix"),
    ("createdAt_asc", "dialog_party_created_ix"),
    ("updatedAt", "dialog_party_updated_ix"),
    ("dueAt", "dialog_party_due_ix"),
    ("dueAt_asc", "dialog_party_due_ix"),
    ("dueAt_asc,createdAt", "dialog_party_due_ix"),
    ("createdAt_asc,dueAt_asc", "dialog_party_created_ix"),
];

fn scope() -> Scope {
    let label = InstanceRef::parse("urn:altinn:correspondence-id:00000000000000000000000000000001");
    Scope {
        groups: vec![Group {
            resources: (0..5).map(town::resource).collect(),
            parties: (0..5).map(town::party).collect(),
        }],
        delegated: [InstanceRef::Dialog(uuid::Uuid::nil()), label.unwrap()]
            .map(|instance| Delegated {
                instance,
                party: town::party(1),
                resource: town::resource(1),
            })
            .to_vec(),
    }
}

/// With every condition.
fn full_filter() -> Filter {
    let span = Span {
        after: Some(town::at(0)),
        before: Some(town::at(1)),
    };
    Filter {
        orgs: vec!["ttd".to_owned()],
        statuses: vec![DialogStatus::Draft],
        extended_statuses: vec!["e".to_owned()],
        external_reference: Some("x".to_owned()),
        process: Some("p".to_owned()),
        labels: Some(LabelMask::DEFAULT),
        is_content_seen: Some(true),
        exclude_api_only: true,
        created: span,
        updated: span,
        content_updated: span,
        due: span,
    }
}

fn owner_filter(deleted: DeletedFilter) -> OwnerFilter {
    OwnerFilter {
        deleted,
        visible: Span {
            after: Some(town::at(0)),
            before: Some(town::at(1)),
        },
        labels: vec![
            LabelPattern::Prefix("abc".to_owned()),
            LabelPattern::Exact("abc".to_owned()),
        ],
    }
}

#[tokio::test]
async fn dialogs_are_read_by_the_index_of_the_order_or_their_identifier() {
    let town = Town::new().await;
    town.multiply(8).await;
    let mut connection = town.pool.acquire().await.unwrap();
    let (known, unknown) = (Keys::default(), Keys::default());
    for n in 0..5 {
        known.learn_party(town::party(n).as_str(), 1);
        known.learn_resource(&town::resource(n), 1);
    }
    let words = TextQuery::new("elg -hund", Dictionary::SIMPLE);
    let filters = [Filter::default(), full_filter()];
    let mut scopes = [scope(), scope(), scope(), scope()];
    scopes[0].delegated.clear();
    // The pairs of the first two are so few that each is read, of the others all that a party has.
    scopes[2].groups[0].parties.truncate(1);
    scopes[2].groups[0].resources = (0..40).map(town::resource).collect();
    scopes[3].groups[0].resources = (0..40).map(town::resource).collect();
    for (order, index) in ORDERS {
        let order = Order::parse(order).unwrap();
        let behind = behind(&order);
        for n in 0..128 {
            let bit = |bit: usize| n >> bit & 1;
            let own = owner_filter(match bit(6) {
                0 => DeletedFilter::Exclude,
                _ => DeletedFilter::Include,
            });
            let has_many = bit(3) ^ bit(4);
            let scope = &scopes[bit(0) + 2 * has_many];
            let asked = Asked {
                scope,
                filter: &filters[bit(1)],
                text: (bit(2) == 1).then_some(&words),
                order: &order,
                cursor: (bit(3) == 1).then_some(&behind),
                limit: if bit(0) == has_many { 20 } else { 100 },
                shown: match bit(5) {
                    0 => Shown::ToEndUser { now: town::now() },
                    _ => Shown::ToOwner {
                        org: "ttd",
                        filter: &own,
                    },
                },
            };
            let numbers = Numbers::of(scope, [&known, &unknown][bit(4)]);
            let statement = statement::scoped(&asked, &numbers, text::WINDOW).unwrap();
            let plan = plan(&mut connection, statement.sql().as_str()).await;
            let index = if asked.shown.has_deleted() {
                "dialog_org_party_ix"
            } else {
                index
            };
            let mut misread = misread(&plan, index);
            if bit(5) == 1 && index == "dialog_party_ix" {
                // Either is sorted, as the identifier runs the other way; both hold no more than a party's dialogs.
                misread.retain(|(_, used)| used != "dialog_pair_ix");
            }
            if scope.groups[0].parties.len() == 1 {
                misread.retain(|(_, used)| used != "dialog_party_ix");
            }
            assert!(misread.is_empty(), "{order}, {n:07b}: {misread:?}");
        }
    }
}

#[tokio::test]
async fn a_glance_reads_one_index_in_order_and_sorts_nothing() {
    let town = Town::new().await;
    town.multiply(8).await;
    let mut connection = town.pool.acquire().await.unwrap();
    let keys = Keys::default();
    keys.learn_party(town::party(1).as_str(), 1);
    let mut scope = scope();
    scope.delegated.clear();
    scope.groups[0].parties = vec![town::party(1)];
    scope.groups[0].resources = (0..40).map(town::resource).collect();
    let statuses = Filter {
        statuses: vec![DialogStatus::Draft],
        ..Filter::default()
    };
    let order = Order::parse("contentUpdatedAt").unwrap();
    let behind = behind(&order);
    for filter in [&Filter::default(), &statuses] {
        for cursor in [None, Some(&behind)] {
            for is_known in [false, true] {
                if is_known {
                    for n in 0..40 {
                        keys.learn_resource(&town::resource(n), 1);
                    }
                }
                let asked = Asked {
                    scope: &scope,
                    filter,
                    text: None,
                    order: &order,
                    cursor,
                    limit: 100,
                    shown: Shown::ToEndUser { now: town::now() },
                };
                let numbers = Numbers::of(&scope, &keys);
                let statement = statement::glanced(&asked, &numbers).unwrap().unwrap();
                let plan = plan(&mut connection, statement.sql().as_str()).await;
                let misread = misread(&plan, "dialog_party_ix");
                assert!(misread.is_empty(), "{misread:?}");
                assert!(!plan.to_string().contains(r#""Node Type":"Sort""#));
            }
        }
    }
}

#[tokio::test]
async fn dialogs_of_a_service_owner_are_read_by_the_narrowest_index() {
    let town = Town::new().await;
    town.multiply(8).await;
    let mut connection = town.pool.acquire().await.unwrap();
    let filters = [Filter::default(), full_filter()];
    let owner_filters = [OwnerFilter::default(), owner_filter(DeletedFilter::Include)];
    let parties = [(*town::party(1)).clone()];
    let resources = [town::resource(1).to_string()];
    for (order, _) in ORDERS {
        let order = Order::parse(order).unwrap();
        let behind = behind(&order);
        for n in 0..32 {
            let bit = |bit: usize| n >> bit & 1;
            let asked = Owned {
                org: "ttd",
                parties: &parties[bit(0)..],
                resources: &resources[bit(1)..],
                filter: &filters[bit(2)],
                own: &owner_filters[bit(3)],
                order: &order,
                cursor: (bit(4) == 1).then_some(&behind),
                limit: 100,
            };
            let index = match (bit(0), bit(1), order.keys()[0].0) {
                (0, ..) => "dialog_org_party_ix",
                (_, 0, Key::ContentUpdatedAt | Key::DueAt) => "dialog_org_resource_ix",
                (.., Key::ContentUpdatedAt) => "dialog_org_ix",
                (.., Key::CreatedAt) => "dialog_org_created_ix",
                (.., Key::UpdatedAt) => "dialog_org_updated_ix",
                // No index knows when all dialogs of a service owner are due.
                (.., Key::DueAt | Key::Id) => continue,
            };
            let statement = service_owner::statement(&asked, service_owner::LABELLED).unwrap();
            let plan = plan(&mut connection, statement.sql().as_str()).await;
            let misread = misread(&plan, index);
            assert!(misread.is_empty(), "{order}, {n:05b}: {misread:?}");
        }
    }
}

/// Tables that are read in another way than by `index` or by what is known of a row, with the index.
fn misread(plan: &Value, index: &str) -> Vec<(String, String)> {
    let mut scans = Vec::new();
    collect_scans(plan, &mut scans);
    // Names of parties, resources and organizations are few here.
    scans.retain(|(table, _)| !["party", "resource", "org"].contains(&table.as_str()));
    scans.retain(|(table, used)| {
        let fits: &[&str] = match table.as_str() {
            "dialog" => &[index, "dialog_pk"],
            "pair" => &["pair_pk"],
            "seen_log" => &["seen_log_pk"],
            "dialog_search" => &[
                "dialog_search_pk",
                "dialog_search_vec_ix",
                "dialog_search_has_tail_ix",
            ],
            "dialog_search_tail" => &["dialog_search_tail_pk"],
            "service_owner_label" => &["service_owner_label_value_ix"],
            _ => &[],
        };
        !fits.contains(&used.as_str())
    });
    scans
}

fn behind(order: &Order) -> Cursor {
    Cursor::behind(order, |key| match key {
        Key::Id => cursor::Value::Id(uuid::Uuid::nil()),
        _ => cursor::Value::Time(Some(town::at(1))),
    })
}

/// The plan of a statement for any values.
async fn plan(connection: &mut sqlx::PgConnection, sql: &str) -> Value {
    let used: Vec<usize> = sql
        .split('$')
        .skip(1)
        .map(|text| text.split(|c: char| !c.is_ascii_digit()).next().unwrap())
        .map(|number| number.parse().unwrap())
        .collect();
    let count = used.iter().copied().max().unwrap();
    // Some statements have a value that they do not use.
    let types: Vec<_> = (1..=count)
        .map(|n| if used.contains(&n) { "unknown" } else { "text" })
        .collect();
    let nulls = vec!["NULL"; count].join(", ");
    for statement in [
        "DEALLOCATE ALL".to_owned(),
        format!("PREPARE search ({}) AS {sql}", types.join(", ")),
    ] {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await
            .unwrap();
    }
    let explain = format!("EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE search ({nulls})");
    let row = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    row.get::<Value, _>(0)
}

/// The tables that are read, each with the index; without one where it is read from end to end.
fn collect_scans(plan: &Value, scans: &mut Vec<(String, String)>) {
    match plan {
        Value::Array(values) => {
            for value in values {
                collect_scans(value, scans);
            }
        }
        Value::Object(node) => {
            let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default();
            if text("Node Type") == "Bitmap Heap Scan" {
                let mut indexes = Vec::new();
                collect_indexes(&node["Plans"], &mut indexes);
                scans.push((text("Relation Name").to_owned(), indexes.join(", ")));
            } else if node.contains_key("Relation Name") {
                let scan = (text("Relation Name"), text("Index Name"));
                scans.push((scan.0.to_owned(), scan.1.to_owned()));
            }
            for value in node.values() {
                collect_scans(value, scans);
            }
        }
        _ => {}
    }
}

/// The indexes of a bitmap; what a condition looks up besides is a plan of its own.
fn collect_indexes(plan: &Value, indexes: &mut Vec<String>) {
    match plan {
        Value::Array(values) => {
            for value in values {
                collect_indexes(value, indexes);
            }
        }
        Value::Object(node) if node.contains_key("Subplan Name") => {}
        Value::Object(node) => {
            let name = node.get("Index Name").and_then(Value::as_str);
            indexes.extend(name.map(ToOwned::to_owned));
            for value in node.values() {
                collect_indexes(value, indexes);
            }
        }
        _ => {}
    }
}
