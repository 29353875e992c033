//! What the dialogs that a caller may find are about.

use axum::http::Method;
use serde_json::json;

use crate::support::{Answer, Policy, Town};

crate::support::in_both_worlds! {
    a_resource_is_listed_while_it_has_a_dialog_that_may_be_found,
    parties_narrow_the_list_and_strangers_are_dropped_from_it,
    what_is_no_party_is_refused,
}

const RESOURCES: &str = "/api/v1/enduser/serviceresources";

fn ids(answer: &Answer) -> Vec<String> {
    answer.texts_at("/items", "/serviceResource/id")
}

async fn a_resource_is_listed_while_it_has_a_dialog_that_may_be_found() {
    let town = Town::with(|directory| {
        directory.also("closed", Policy::at_level(2));
        directory.also("unused", Policy::usual());
        directory.also("b", Policy::usual());
    })
    .await;
    let list = async || ids(&town.person().get(RESOURCES).await.is(200));
    assert!(list().await.is_empty());

    let first = town.owner().creates(town.a_dialog()).await;
    for name in ["closed", "b"] {
        let dialog = town.a_dialog_with(json!({"serviceResource": town.also(name)}));
        town.owner().creates(dialog).await;
    }
    let b = format!("{}-b", town.resource);
    assert_eq!(list().await, [town.resource.clone(), b.clone()]);

    town.owner().deletes(&first).await;
    assert_eq!(list().await, [town.resource.clone(), b.clone()]);
    town.owner().purges(&first).await;
    assert_eq!(list().await, [b]);
}

async fn parties_narrow_the_list_and_strangers_are_dropped_from_it() {
    let town = Town::with(|directory| {
        directory.also("b", Policy::usual());
    })
    .await;
    town.owner().creates(town.a_dialog()).await;
    let of_company = json!({"party": town.company_urn(), "serviceResource": town.also("b"), "visibleFrom": town.after(600)});
    town.owner().creates(town.a_dialog_with(of_company)).await;
    let stranger = format!("urn:altinn:person:identifier-no:{}", town.stranger);
    let (own, b) = (town.resource.clone(), format!("{}-b", town.resource));
    for (query, expected) in [
        (String::new(), vec![own.clone(), b.clone()]),
        (format!("?party={}", town.party()), vec![own]),
        (
            format!("?PARTY={}&party={stranger}", town.company_urn()),
            vec![b],
        ),
        (format!("?party={stranger}"), vec![]),
    ] {
        let answer = town.person().get(&format!("{RESOURCES}{query}")).await;
        assert_eq!(
            ids(&answer.is(200).lacks("/isFullCatalogueFallback")),
            expected,
            "{query}"
        );
    }
}

async fn what_is_no_party_is_refused() {
    let town = Town::new().await;
    let many = format!("?{}", format!("party={}&", town.party()).repeat(101));
    for (query, keys) in [
        ("?party=x", &["party[0]"][..]),
        ("?party=", &["party[0]"]),
        ("?party=[null]", &["party[0]"]),
        (
            "?party=urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364",
            &["party[0]"],
        ),
        (&many, &["party.Count"]),
    ] {
        let answer = town.person().get(&format!("{RESOURCES}{query}")).await;
        answer.refuses(400, keys);
    }
    let headers = [("accept-language", "nb;x=1")];
    let answer = town.person().ask(Method::GET, RESOURCES, &headers).await;
    answer.refuses(400, &["Accept-Language"]);
}

#[tokio::test]
async fn whoever_represents_too_many_gets_the_whole_catalogue_unless_naming_parties() {
    let town = Town::build().alone();
    let town = town
        .config(|config| config.limits.full_catalogue_above_parties = 1)
        .directory(|directory| {
            directory.also("closed", Policy::at_level(2));
        })
        .open()
        .await;
    let closed = town.a_dialog_with(json!({"serviceResource": town.also("closed")}));
    town.owner().creates(closed).await;
    let answer = town.person().get(RESOURCES).await.is(200);
    let answer = answer.has("/isFullCatalogueFallback", true);
    assert_eq!(ids(&answer), [format!("{}-closed", town.resource)]);
    let named = format!("{RESOURCES}?party={}", town.party());
    let answer = town.person().get(&named).await.is(200);
    assert_eq!(answer.body, json!({"items": []}));
}

#[tokio::test]
async fn roles_of_the_policy_are_told_as_far_as_they_are_described() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::usual().permit(&["urn:altinn:rolecode:nosuch"], &["read"]);
    })
    .await;
    let roles = json!([
        {"id": "1c6eeec1-fe70-4fc5-8b45-df4a2255dea6", "name": {"nb": "Privatperson", "en": "Private person"},
         "urn": "urn:altinn:role:priv", "legacyRoleCode": "PRIV", "legacyUrn": "urn:altinn:rolecode:priv"},
        {"id": "42cae370-2dc1-4fdc-9c67-c2f4b0f0f829", "name": {"nb": "Daglig leder", "en": "General manager"},
         "urn": "urn:altinn:role:dagl", "legacyRoleCode": "DAGL", "legacyUrn": "urn:altinn:rolecode:dagl"},
    ]);
    let folder = town.app.config().platform_directory();
    std::fs::write(folder.join("roles.json"), roles.to_string()).unwrap();
    town.looks_again();
    town.owner().creates(town.a_dialog()).await;
    let headers = [("accept-language", "en")];
    let answer = town
        .person()
        .ask(Method::GET, RESOURCES, &headers)
        .await
        .is(200);
    let base = town.app.config().platform.base_uri.clone();
    answer
        .has(
            "/items/0/roles",
            json!([
                {"urn": "urn:altinn:rolecode:dagl", "name": [{"value": "General manager", "languageCode": "en"}],
                 "links": {"metadata": format!("{base}accessmanagement/api/v1/meta/info/roles/42cae370-2dc1-4fdc-9c67-c2f4b0f0f829")}},
                {"urn": "urn:altinn:rolecode:priv", "name": [{"value": "Private person", "languageCode": "en"}],
                 "links": {"metadata": format!("{base}accessmanagement/api/v1/meta/info/roles/1c6eeec1-fe70-4fc5-8b45-df4a2255dea6")}},
            ]),
        )
        .has("/items/0/accessPackages", json!([]))
        .has("/items/0/serviceResource/resourceType", "genericaccessresource")
        .has("/items/0/serviceResource/status", "active")
        .has("/items/0/serviceResource/isDelegable", true)
        .has("/items/0/serviceResource/name/0/value", town.resource.as_str())
        .has("/items/0/serviceOwner/orgNumber", town.number.as_str())
        .has("/items/0/serviceOwner/code", town.org.as_str());
}

#[tokio::test]
async fn resources_are_sorted_by_their_names_in_the_wanted_language() {
    let town = Town::with(|directory| {
        for name in ["a", "b", "c", "d"] {
            directory.also(name, Policy::usual());
        }
    })
    .await;
    let names = ["a", "b", "c", "d"].map(|name| format!("{}-{name}", town.resource));
    let titles = [
        json!({"nb": "ås", "en": "hill"}),
        json!({"nb": "Ære", "en": "Honour"}),
        json!({"nb": "zebra"}),
        json!({"nb": "Bok", "en": "book"}),
    ];
    let file = town
        .app
        .config()
        .platform_directory()
        .join("resources.json");
    let mut resources: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for resource in &mut resources {
        if let Some(n) = names
            .iter()
            .position(|name| resource["identifier"] == name.as_str())
        {
            resource["title"] = titles[n].clone();
        }
    }
    std::fs::write(&file, json!(resources).to_string()).unwrap();
    town.looks_again();
    for name in ["a", "b", "c", "d"] {
        let dialog = town.a_dialog_with(json!({"serviceResource": town.also(name)}));
        town.owner().creates(dialog).await;
    }
    for (languages, order) in [
        ("nb", ["Bok", "zebra", "Ære", "ås"]),
        ("en", ["book", "hill", "Honour", "zebra"]),
    ] {
        let headers = [("accept-language", languages)];
        let answer = town
            .person()
            .ask(Method::GET, RESOURCES, &headers)
            .await
            .is(200);
        let shown = answer.texts_at("/items", "/serviceResource/name/0/value");
        assert_eq!(shown, order, "{languages}");
        for item in answer.list_at("/items") {
            assert_eq!(item["serviceResource"]["name"].as_array().unwrap().len(), 1);
        }
    }
}
