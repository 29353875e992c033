//! Whom a caller represents.

use axum::http::Method;
use serde_json::json;

use crate::support::{Party, Town, organization_number, with};

crate::support::in_both_worlds! {
    parties_are_a_tree_in_the_order_of_the_register,
    only_a_system_may_represent_nobody,
    parties_are_json_or_nothing,
}

const PARTIES: &str = "/api/v1/enduser/parties";

async fn parties_are_a_tree_in_the_order_of_the_register() {
    let (parent, unit) = (organization_number(), organization_number());
    let town = Town::build();
    let town = town
        .directory(|directory| {
            let person = directory.parties[0].0.clone();
            let mut held = Party::with_role(&parent, "HADM");
            held.roles.push("ADMAI".into());
            held.subunits.push(Party::of(&unit));
            directory.represents(&person, held);
        })
        .open()
        .await;
    let answer = town.person().get(PARTIES).await.is(200);
    let urns = answer.texts_at("/authorizedParties", "/party");
    let parent = format!("urn:altinn:organization:identifier-no:{parent}");
    assert_eq!(urns, [town.party(), town.company_urn(), parent]);
    let answer = answer
        .has("/authorizedParties/0/partyType", "Person")
        .has("/authorizedParties/0/name", format!("Name {}", town.pid))
        .has("/authorizedParties/1/hasKeyRole", true)
        .has("/authorizedParties/1/isMainAdministrator", false)
        .has("/authorizedParties/1/isAccessManager", false)
        .lacks("/authorizedParties/1/subParties")
        .lacks("/authorizedParties/1/dateOfBirth")
        .has("/authorizedParties/2/hasKeyRole", false)
        .has("/authorizedParties/2/isMainAdministrator", true)
        .has("/authorizedParties/2/isAccessManager", true)
        .has("/authorizedParties/2/partyType", "Organization")
        .has(
            "/authorizedParties/2/subParties/0/party",
            format!("urn:altinn:organization:identifier-no:{unit}"),
        );
    let own = |party: &&serde_json::Value| party["isCurrentEndUser"] == true;
    assert_eq!(
        answer
            .list_at("/authorizedParties")
            .iter()
            .filter(own)
            .count(),
        1
    );
    answer.has("/authorizedParties/0/isCurrentEndUser", true);
}

#[tokio::test]
async fn those_without_a_number_are_known_by_their_address_or_else_by_their_name() {
    let town = Town::new().await;
    let party = |kind: &str, changes: serde_json::Value| {
        let party = json!({
            "name": "Ola Nordmann", "organizationNumber": null, "personId": null, "emailId": null, "partyId": 7,
            "partyUuid": "7e000000-0000-4000-8000-000000000007", "type": kind, "isDeleted": true,
            "onlyHierarchyElementWithNoAccess": true, "authorizedAccessPackages": [], "authorizedResources": [],
            "authorizedRoles": [], "authorizedInstances": [], "subunits": [],
        });
        with(party, changes)
    };
    let parties = json!({
        "urn:altinn:person:idporten-email:ola@example.com": [
            party("SelfIdentified", json!({"emailId": "Ola@Example.com"})),
            party("SelfIdentified", json!({"name": "OlaN"})),
            party("Person", json!({"personId": town.pid, "dateOfBirth": "1970-01-01"})),
        ],
    });
    let folder = town.app.config().platform_directory();
    std::fs::write(folder.join("parties.json"), parties.to_string()).unwrap();
    town.looks_again();

    let answer = town
        .email_user("ola@example.com")
        .get(PARTIES)
        .await
        .is(200);
    let urns = [
        "urn:altinn:person:idporten-email:ola@example.com".to_owned(),
        "urn:altinn:person:legacy-selfidentified:olan".into(),
        town.party(),
    ];
    assert_eq!(answer.texts_at("/authorizedParties", "/party"), urns);
    let own: Vec<_> = answer
        .list_at("/authorizedParties")
        .iter()
        .map(|party| party["isCurrentEndUser"].clone())
        .collect();
    assert_eq!(own, [true, false, false]);
    answer
        .has("/authorizedParties/0/partyType", "SelfIdentified")
        .has("/authorizedParties/0/partyId", 7)
        .has(
            "/authorizedParties/0/partyUuid",
            "7e000000-0000-4000-8000-000000000007",
        )
        .has("/authorizedParties/0/isDeleted", true)
        .has("/authorizedParties/0/hasOnlyAccessToSubParties", true)
        .lacks("/authorizedParties/0/dateOfBirth")
        .has("/authorizedParties/2/partyType", "Person")
        .has("/authorizedParties/2/dateOfBirth", "1970-01-01");

    // Whom nobody knows is only somebody.
    let answer = town
        .email_user("kari@example.com")
        .get(PARTIES)
        .await
        .is(200);
    let urns = ["urn:altinn:person:idporten-email:kari@example.com"];
    assert_eq!(answer.texts_at("/authorizedParties", "/party"), urns);
    answer.has("/authorizedParties/0/isCurrentEndUser", true);
}

async fn only_a_system_may_represent_nobody() {
    let town = Town::new().await;
    let system = town.system_user(dialogporten::dialog::id::random(), &town.company);
    let answer = system.get(PARTIES).await.is(200);
    assert_eq!(answer.body, json!({"authorizedParties": []}));
    town.nobody().get(PARTIES).await.is_empty(401);
    town.owner().get(PARTIES).await.is(403);
}

async fn parties_are_json_or_nothing() {
    let town = Town::new().await;
    for (accept, status) in [
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("application/*;q=0.5", 200),
        ("text/html, application/problem+json", 200),
    ] {
        let headers = [("accept", accept)];
        let answer = town.person().ask(Method::GET, PARTIES, &headers).await;
        answer.is(status);
    }
}
