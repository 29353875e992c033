//! List items, and what surrounds a page.

use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use super::town;
use crate::{
    config::Config,
    dialog::{
        label::SystemLabel,
        search::{Dictionary, Filter, Hit, Order, OwnerFilter, Scope, TextQuery, scope::Group},
        status::DialogStatus,
    },
    store::{
        Store,
        keys::Keys,
        pool::Pool,
        search::{Asked, Error, Shown, page},
        testing,
    },
};

/// A dialog of the first party about the first resource.
const DIALOG: &str = r#"
    INSERT INTO org (short_name) VALUES ('ttd');
    INSERT INTO party (urn) VALUES ('urn:party:0');
    INSERT INTO resource (urn) VALUES ('urn:altinn:resource:r0');
    INSERT INTO pair VALUES (1, 1, '2025-01-11Z');
    INSERT INTO dialog VALUES (
      '01890000-0000-7000-8000-000000000001', 1, 1, 1, '01890000-0000-7000-8000-000000000002', 3, 11, 9,
      '01890000-0000-7000-8000-000000000003', '01890000-0000-7000-8000-000000000004',
      '2025-01-01Z', '2025-01-10Z', '2025-01-09Z', '2025-02-01Z', '2025-01-02Z', NULL, NULL, NULL,
      'reference', 'extended', 'urn:process', 'urn:before', 'genericaccessresource', 40, 2, 3, 1, '{a,b}',
      '{"title": {"value": [{"value": "Tittel", "languageCode": "nb"}], "mediaType": "text/plain"},
        "nonSensitiveTitle": {"value": [{"value": "Annet", "languageCode": "nb"}], "mediaType": "text/plain"}}',
      '{"id": "01890000-0000-7000-8000-000000000005", "createdAt": "2025-01-05T00:00:00.0000000Z",
        "type": "Information", "extendedType": "urn:x", "performedBy": {"actorType": "ServiceOwner"},
        "description": [{"value": "Hendt", "languageCode": "nb"}]}',
      '{}');
    INSERT INTO seen_log
      SELECT '01890000-0000-7000-8000-000000000001', gen_random_uuid(), 1, at::timestamptz, 1, via, actor, 'Ola'
        FROM (VALUES ('2025-01-10Z', 'urn:late', true), ('2025-01-08Z', 'urn:early', false),
                     ('2025-01-09Z', 'urn:in-time', false)) AS seen (at, actor, via)"#;

fn scope() -> Scope {
    Scope {
        groups: vec![Group {
            resources: [town::resource(0)].into(),
            parties: vec![town::party(0)],
        }],
        delegated: Vec::new(),
    }
}

/// All of a scope.
fn asked<'a>(scope: &'a Scope, filter: &'a Filter, order: &'a Order) -> Asked<'a> {
    Asked {
        scope,
        filter,
        text: None,
        order,
        cursor: None,
        limit: 100,
        shown: Shown::ToEndUser { now: town::now() },
    }
}

#[tokio::test]
async fn a_list_item_holds_what_the_database_knows() {
    let options = testing::database().await.unwrap();
    let store = Store::open(&Config::default(), &options).unwrap();
    sqlx::raw_sql(DIALOG)
        .execute(store.request())
        .await
        .unwrap();
    let (scope, filter, order) = (scope(), Filter::default(), Order::default());
    let to_end_user = asked(&scope, &filter, &order);
    let to_owner = Asked {
        shown: Shown::ToOwner {
            org: "ttd",
            filter: &OwnerFilter::default(),
        },
        ..to_end_user
    };
    let found = store.find(&to_owner).await.unwrap();
    let hit = &found.hits[0];
    let id = |n: u128| Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0000 + n);
    assert_eq!(
        [
            hit.id,
            hit.revision,
            hit.end_user_revision,
            hit.service_owner_revision
        ],
        [id(1), id(2), id(3), id(4)]
    );
    assert_eq!(
        [
            &*hit.org,
            &*hit.party,
            &*hit.service_resource,
            &*hit.service_resource_type
        ],
        [
            "ttd",
            "urn:party:0",
            "urn:altinn:resource:r0",
            "genericaccessresource"
        ]
    );
    assert_eq!(hit.status, DialogStatus::Draft);
    assert!(hit.is_api_only && hit.is_seen_since_content_update && hit.has_unopened_content);
    assert_eq!(
        hit.labels.labels(),
        [SystemLabel::Default, SystemLabel::MarkedAsUnopened]
    );
    assert!(!hit.is_content_seen());
    assert_eq!(
        [hit.created_at, hit.updated_at, hit.content_updated_at],
        [town::at(0), town::at(9 * 1_440), town::at(8 * 1_440)]
    );
    assert_eq!(hit.due_at, Some(town::at(31 * 1_440)));
    assert_eq!(hit.visible_from, Some(town::at(1_440)));
    assert_eq!(
        [
            &hit.external_reference,
            &hit.extended_status,
            &hit.process,
            &hit.preceding_process
        ]
        .map(|text| text.as_deref().unwrap()),
        ["reference", "extended", "urn:process", "urn:before"]
    );
    assert_eq!(hit.progress, Some(40));
    assert_eq!(
        [
            hit.service_owner_transmissions,
            hit.party_transmissions,
            hit.gui_attachments
        ],
        [2, 3, 1]
    );
    assert_eq!(hit.service_owner_labels, ["a", "b"]);
    let texts = hit.texts.read().unwrap();
    assert_eq!(
        json!([texts.title, texts.summary, texts.non_sensitive_title]),
        json!([
            {"value": [{"value": "Tittel", "languageCode": "nb"}], "mediaType": "text/plain"},
            null,
            {"value": [{"value": "Annet", "languageCode": "nb"}], "mediaType": "text/plain"}
        ])
    );
    let latest = hit.latest_activity.as_ref().unwrap();
    assert_eq!(
        json!(latest.read().unwrap()),
        json!({
            "id": id(5), "createdAt": town::at(4 * 1_440), "type": "Information", "extendedType": "urn:x",
            "performedBy": {"actorType": "ServiceOwner"}, "description": [{"value": "Hendt", "languageCode": "nb"}]
        })
    );
    let seen: Vec<_> = hit
        .seen
        .iter()
        .map(|entry| (entry.actor_id.as_str(), entry.via_service_owner))
        .collect();
    assert_eq!(seen, [("urn:in-time", false), ("urn:late", true)]);

    // End users are shown the same, but not what is the service owner's; the name of the organization is told once.
    let expected = Hit {
        revision: Uuid::nil(),
        service_owner_revision: Uuid::nil(),
        visible_from: None,
        service_owner_labels: Vec::new(),
        ..hit.clone()
    };
    for _ in 0..2 {
        let found = store.find(&to_end_user).await.unwrap();
        assert_eq!(found.hits, std::slice::from_ref(&expected));
    }
}

#[tokio::test]
async fn what_another_process_has_added_is_found_at_once_and_remembered() {
    let options = testing::database().await.unwrap();
    let pool = Pool::of_test(options);
    let keys = Keys::default();
    let (scope, filter, order) = (scope(), Filter::default(), Order::default());
    let asked = asked(&scope, &filter, &order);
    assert!(
        page(&pool, &keys, &asked, 10)
            .await
            .unwrap()
            .hits
            .is_empty()
    );
    sqlx::raw_sql(DIALOG).execute(&pool).await.unwrap();
    assert_eq!(page(&pool, &keys, &asked, 10).await.unwrap().hits.len(), 1);
    assert_eq!(keys.party("urn:party:0"), Some(1));
    assert_eq!(keys.resource("urn:altinn:resource:r0"), Some(1));
}

#[tokio::test]
async fn a_search_that_takes_too_long_is_told_apart() {
    let options = testing::database().await.unwrap();
    let mut other = PgConnection::connect_with(&options).await.unwrap();
    let mut transaction = other.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE dialog")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let impatient = options.options([("statement_timeout", "50ms")]);
    let pool = Pool::of_test(impatient);
    let (scope, filter, order) = (scope(), Filter::default(), Order::default());
    let answer = page(&pool, &Keys::default(), &asked(&scope, &filter, &order), 10).await;
    assert!(matches!(answer, Err(Error::TimedOut)), "{answer:?}");
}

#[test]
fn whatever_is_typed_the_database_understands_it() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let pool = runtime.block_on(async {
        let options = testing::database().await.unwrap();
        Pool::of_test(options)
    });
    let typed = prop_oneof![
        "[-\"' aæOR&|!():*<>\\\\,.@/]{0,200}",
        "(-|- |\"|OR |AND |a |<->|!){0,500}",
        "\\PC{0,100}",
    ];
    TestRunner::default()
        .run(&typed, |typed| {
            let query = TextQuery::new(&typed, Dictionary::SIMPLE);
            let statement = "SELECT querytree(websearch_to_tsquery($1::text::regconfig, $2))";
            let answer = runtime.block_on(
                sqlx::query_scalar::<_, String>(AssertSqlSafe(statement))
                    .bind(query.dictionary.name())
                    .bind(&query.websearch)
                    .fetch_one(&pool),
            );
            prop_assert!(
                answer.is_ok(),
                "{} as {}: {answer:?}",
                typed,
                query.websearch
            );
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
