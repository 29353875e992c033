//! GET serviceowner/dialogs: own dialogs, and those of them that a person may find.

use serde_json::json;

use crate::support::{OWNED, Policy, Town, content};

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
