//! GET serviceowner/dialogs: own dialogs, and those of them that a person may find.

use serde_json::{Value, json};
use sqlx::Connection;
use url::form_urlencoded::Serializer;

use crate::support::{Answer, Caller, OWNED, Party, Policy, Town, content};

async fn finds(caller: &Caller<'_>, query: &[(&str, &str)]) -> Answer {
    let query = Serializer::new(String::new()).extend_pairs(query).finish();
    caller.get(&format!("{OWNED}?{query}")).await
}

/// A later dialog than all before.
async fn later(town: &Town, changes: Value) -> String {
    town.waits(1);
    town.owner().creates(town.a_dialog_with(changes)).await
}

fn labelled(labels: &[&str]) -> Value {
    let labels: Vec<_> = labels.iter().map(|label| json!({"value": label})).collect();
    json!({"serviceOwnerContext": {"serviceOwnerLabels": labels}})
}

#[tokio::test]
async fn a_service_owner_finds_its_own_dialogs_and_nobody_elses() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let found = town.owner().get(OWNED).await.is(200);
    assert_eq!(found.ids(), [id.as_str()]);
    found.has("/hasNextPage", false);
    let admin = "digdir:dialogporten.serviceprovider.admin";
    for neighbour in [town.neighbour(""), town.neighbour(admin)] {
        assert!(neighbour.get(OWNED).await.is(200).ids().is_empty());
    }
}

#[tokio::test]
async fn texts_for_everybody_stand_beside_the_others_unless_a_person_looks() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::at_level(4).permit(&["urn:altinn:rolecode:priv"], &["read"]);
    })
    .await;
    let given =
        json!({"content": {"title": content("secret"), "nonSensitiveTitle": content("open")}});
    town.owner().creates(town.a_dialog_with(given)).await;
    let title = |name: &str| format!("/items/0/content/{name}/value/0/value");
    town.owner()
        .get(OWNED)
        .await
        .is(200)
        .has(&title("title"), "secret")
        .has(&title("nonSensitiveTitle"), "open");
    let party = town.party();
    town.owner()
        .get(&format!("{OWNED}?endUserId={party}&party={party}"))
        .await
        .is(200)
        .has(&title("title"), "open")
        .lacks("/items/0/content/nonSensitiveTitle");
}

#[tokio::test]
async fn rules_of_the_parameters_are_told_at_once() {
    let town = Town::new().await;
    let refused = town
        .owner()
        .get(&format!(
            "{OWNED}?limit=0&search=ab&serviceOwnerLabels=a*bc&deleted=9"
        ))
        .await;
    refused.refuses(
        400,
        &["deleted", "limit", "search", "serviceOwnerLabels[0]"],
    );
    let refused = town
        .owner()
        .get(&format!("{OWNED}?endUserId={}&limit=0", town.pid))
        .await;
    refused.refuses(400, &["endUserId", "limit"]);
}

#[tokio::test]
async fn a_label_prefix_takes_wildcards_of_the_database_literally() {
    let town = Town::new().await;
    let labelled = |label: &str| {
        town.a_dialog_with(
            json!({"serviceOwnerContext": {"serviceOwnerLabels": [{"value": label}]}}),
        )
    };
    let wanted = town.owner().creates(labelled("abc_d1")).await;
    town.owner().creates(labelled("abcxd1")).await;
    let found = town
        .owner()
        .get(&format!("{OWNED}?serviceOwnerLabels=ABC_d*"))
        .await
        .is(200);
    assert_eq!(found.ids(), [wanted]);
}

#[tokio::test]
async fn values_that_mean_nothing_are_refused_by_name() {
    let town = Town::new().await;
    let party = town.party();
    let many = vec![("party", party.as_str()); 21];
    let services = vec![("serviceResource", "urn:altinn:resource:x"); 21];
    let person = ("endUserId", party.as_str());
    for (query, keys) in [
        (vec![("limit", "0")], vec!["limit"]),
        (vec![("limit", "1001")], vec!["limit"]),
        (many.clone(), vec!["party.Count"]),
        (services, vec!["serviceResource.Count"]),
        (vec![("process", "inval|d")], vec!["process"]),
        (vec![("status", "Sent")], vec!["status"]),
        (vec![("status", "New")], vec!["status"]),
        (vec![("party", "x")], vec!["party[0]"]),
        (
            vec![("serviceOwnerLabels", "ab")],
            vec!["serviceOwnerLabels[0]"],
        ),
        (
            vec![("serviceOwnerLabels", "ab**")],
            vec!["serviceOwnerLabels[0]"],
        ),
        (
            vec![("serviceOwnerLabels", "a*")],
            vec!["serviceOwnerLabels[0]"],
        ),
        (
            vec![("serviceOwnerLabels", "")],
            vec!["serviceOwnerLabels[0]"],
        ),
        (vec![("search", "abc")], vec!["search"]),
        (vec![person], vec!["endUserId"]),
        (
            vec![person, ("party", &party), ("searchLanguageCode", "no")],
            vec!["searchLanguageCode"],
        ),
        (
            vec![("continuationToken", "foo")],
            vec!["continuationToken"],
        ),
        (vec![("orderBy", "nope")], vec!["orderBy"]),
        (vec![("orderBy", "dueAt_up")], vec!["orderBy"]),
        (vec![("orderBy", "dueAt,dueAt")], vec!["orderBy"]),
        (
            vec![
                ("createdAfter", "2024-01-02T00:00:00Z"),
                ("createdBefore", "2024-01-01T00:00:00Z"),
            ],
            vec!["createdAfter"],
        ),
    ] {
        let answer = finds(&town.owner(), &query).await.is_problem(400);
        for key in keys {
            let told = answer.keys().iter().any(|found| found.starts_with(key));
            assert!(told, "{query:?}: {key} not in {}", answer.text);
        }
    }
    // A person's search has the limits of end users.
    let for_person: Vec<_> = many.into_iter().chain([person]).collect();
    finds(&town.owner(), &for_person).await.is(200);
}

#[tokio::test]
async fn pages_follow_each_other_with_a_token_on_each() {
    let town = Town::new().await;
    for _ in 0..4 {
        later(&town, json!({})).await;
    }
    let first = finds(&town.owner(), &[("limit", "2")])
        .await
        .is(200)
        .has("/hasNextPage", true);
    let token = first.text_at("/continuationToken");
    let second = finds(
        &town.owner(),
        &[("limit", "2"), ("continuationToken", &token)],
    )
    .await
    .is(200)
    .has("/hasNextPage", false);
    let mut all = [first.ids(), second.ids()].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 4);
    let last = second.text_at("/continuationToken");
    let none = finds(
        &town.owner(),
        &[("limit", "2"), ("continuationToken", &last)],
    )
    .await
    .is(200);
    assert_eq!(
        (none.at("/items"), none.text_at("/continuationToken")),
        (&json!([]), last)
    );
    let other = [("orderBy", "createdAt_asc"), ("continuationToken", &token)];
    let refused = finds(&town.owner(), &other)
        .await
        .refuses(400, &["continuationToken"]);
    assert!(
        refused.messages("continuationToken")[0]
            .to_lowercase()
            .contains("createdat"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn every_order_shows_every_dialog_once() {
    let town = Town::build().stopped().open().await;
    let mut all = Vec::new();
    for due in [Some(5_000), None, Some(4_000), None, Some(4_000)] {
        let due = due.map(|seconds| town.after(seconds));
        all.push(
            town.owner()
                .creates(town.a_dialog_with(json!({"dueAt": due})))
                .await,
        );
    }
    all.sort_unstable();
    for order in [
        "createdAt_asc,dueAt_asc",
        "dueAt_asc",
        "dueAt",
        "dueAt_asc,createdAt_asc",
        "updatedAt",
        "id",
        "contentUpdatedAt_asc,dueAt,id_asc",
    ] {
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let mut query = vec![("orderBy", order), ("limit", "1")];
            if !token.is_empty() {
                query.push(("continuationToken", &token));
            }
            let page = finds(&town.owner(), &query).await.is(200);
            found.extend(page.ids());
            assert!(found.len() <= all.len(), "{order} does not end");
            if page.at("/hasNextPage") == false {
                break;
            }
            token = page.text_at("/continuationToken");
        }
        found.sort_unstable();
        assert_eq!(found, all, "{order}");
    }
}

#[tokio::test]
async fn labels_of_the_owner_are_found_whole_or_by_their_beginning_and_all_together() {
    let town = Town::new().await;
    let id = later(&town, labelled(&["scadrial1", "roshar"])).await;
    later(&town, labelled(&["roshar"])).await;
    for (labels, is_found) in [
        (vec!["Scad*", "ROSHAR"], true),
        (vec!["scadrial1"], true),
        (vec!["Scad"], false),
        (vec!["scad*", "nalthis"], false),
    ] {
        let query: Vec<_> = labels
            .iter()
            .map(|label| ("serviceOwnerLabels", *label))
            .collect();
        let expected: &[&str] = if is_found { &[&id] } else { &[] };
        assert_eq!(
            finds(&town.owner(), &query).await.is(200).ids(),
            expected,
            "{labels:?}"
        );
    }
}

#[tokio::test]
async fn spans_include_both_ends_in_either_spelling() {
    let town = Town::new().await;
    let moment = "2024-01-15T10:00:00Z";
    let id = later(&town, json!({"createdAt": moment, "updatedAt": moment})).await;
    for (name, value, is_found) in [
        ("createdAfter", moment, true),
        ("createdBefore", moment, true),
        ("CreatedAfter", "01/15/2024 10:00:00 +00:00", true),
        ("CreatedAfter", "01/15/2024 10:00:01 +00:00", false),
        ("createdBefore", "2024-01-15T09:59:59Z", false),
        ("dueAfter", "2020-01-01T00:00:00Z", false),
        ("visibleBefore", "2099-01-01T00:00:00Z", false),
    ] {
        let expected: &[&str] = if is_found { &[&id] } else { &[] };
        assert_eq!(
            finds(&town.owner(), &[(name, value)]).await.is(200).ids(),
            expected,
            "{name}={value}"
        );
    }
}

#[tokio::test]
async fn all_of_several_system_labels_are_needed() {
    let town = Town::new().await;
    let sent = json!({"transmissions": [crate::support::transmission("Submission")]});
    let both = later(
        &town,
        crate::support::with(sent.clone(), json!({"systemLabel": "Archive"})),
    )
    .await;
    later(&town, sent).await;
    later(&town, json!({"systemLabel": "Archive"})).await;
    let query = [("systemLabel", "Archive"), ("systemLabel", "Sent")];
    assert_eq!(finds(&town.owner(), &query).await.is(200).ids(), [both]);
}

#[tokio::test]
async fn a_person_finds_what_she_may_find_of_the_owners_dialogs() {
    let town = Town::with(|directory| {
        directory.foreign("theirs", Policy::usual());
    })
    .await;
    let mine = later(&town, json!({"content": {"title": content("Elghund")}})).await;
    let companys = later(&town, json!({"party": town.company_urn()})).await;
    later(
        &town,
        json!({"party": format!("urn:altinn:person:identifier-no:{}", town.stranger)}),
    )
    .await;
    let theirs = town.a_dialog_with(json!({"serviceResource": town.also("theirs")}));
    town.neighbour("").creates(theirs).await;
    let (person, company) = (town.party(), town.company_urn());
    let stranger = format!("urn:altinn:person:identifier-no:{}", town.stranger);
    let (me, resource) = (("endUserId", person.as_str()), town.resource_urn());
    for (query, expected) in [
        (
            vec![me, ("party", &person), ("party", &company)],
            vec![companys.as_str(), &mine],
        ),
        (
            vec![me, ("serviceResource", &resource)],
            vec![companys.as_str(), &mine],
        ),
        (
            vec![me, ("party", &person), ("search", "elghund")],
            vec![mine.as_str()],
        ),
        (vec![me, ("party", &stranger)], vec![]),
        (vec![("endUserId", &stranger), ("party", &person)], vec![]),
    ] {
        assert_eq!(
            finds(&town.owner(), &query).await.is(200).ids(),
            expected,
            "{query:?}"
        );
    }
    // Nobody counts as having seen anything.
    town.owner()
        .owns(&mine)
        .await
        .has("/seenSinceLastUpdate", json!([]));
}

#[tokio::test]
async fn a_dialog_handed_on_is_found_for_who_got_it() {
    let mut town = Town::new().await;
    let app = dialogporten::dialog::id::random();
    let storage = format!("urn:altinn:integration:storage:7/{app}");
    let id = later(&town, labelled(&[&storage])).await;
    later(&town, json!({})).await;
    let (stranger, pid, resource) = (
        town.stranger.clone(),
        town.pid.clone(),
        town.resource.clone(),
    );
    let stranger = format!("urn:altinn:person:identifier-no:{stranger}");
    let party = town.party();
    let query = [("endUserId", stranger.as_str()), ("party", party.as_str())];
    assert!(finds(&town.owner(), &query).await.is(200).ids().is_empty());
    town.changes(|directory| {
        let mut handed = Party::of(&pid);
        handed.instances = vec![(resource, format!("urn:altinn:instance-id:7/{app}"))];
        directory.represents(&stranger, handed);
    });
    assert_eq!(finds(&town.owner(), &query).await.is(200).ids(), [id]);
}

#[tokio::test]
async fn a_search_that_takes_too_long_is_told_to_be_narrower_also_for_owners() {
    let town = Town::build()
        .alone()
        .config(|config| config.limits.search_statement_timeout_seconds = 1)
        .open()
        .await;
    let id = later(&town, json!({})).await;
    let party = town.party();
    let queries = [
        vec![],
        vec![("endUserId", party.as_str()), ("party", &party)],
    ];
    let mut lock = sqlx::PgConnection::connect_with(&town.options)
        .await
        .unwrap();
    let mut held = lock.begin().await.unwrap();
    sqlx::query("LOCK TABLE dialog IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *held)
        .await
        .unwrap();
    for query in &queries {
        finds(&town.owner(), query).await.refuses(422, &["Search"]);
    }
    let contexts = format!("{OWNED}/endusercontext?party={party}");
    town.owner().get(&contexts).await.refuses(422, &["Search"]);
    held.rollback().await.unwrap();
    for query in &queries {
        assert_eq!(
            finds(&town.owner(), query).await.is(200).ids(),
            [id.as_str()]
        );
    }
}
