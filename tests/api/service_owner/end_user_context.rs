//! GET serviceowner/dialogs/endusercontext: where the dialogs of some parties lie for them.

use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::support::{Answer, Caller, OWNED, Town};

async fn finds(caller: &Caller<'_>, query: &[(&str, &str)]) -> Answer {
    let query = Serializer::new(String::new()).extend_pairs(query).finish();
    caller.get(&format!("{OWNED}/endusercontext?{query}")).await
}

#[tokio::test]
async fn dialogs_with_any_of_the_labels_are_found_with_all_that_they_have() {
    let town = Town::new().await;
    let (owner, party) = (
        town.owner_with("digdir:dialogporten.serviceprovider.search"),
        town.party(),
    );
    let mut ids = Vec::new();
    for label in ["Default", "Bin", "Archive"] {
        town.waits(1);
        ids.push(
            owner
                .creates(town.a_dialog_with(json!({"systemLabel": label})))
                .await,
        );
    }
    owner
        .creates(town.a_dialog_with(json!({"party": town.company_urn(), "systemLabel": "Bin"})))
        .await;
    town.person()
        .labels(&ids[1], &["MarkedAsUnopened"], &[])
        .await
        .is(204);
    owner.deletes(&ids[2]).await;
    let either = finds(
        &owner,
        &[("party", &party), ("label", "Archive"), ("label", "Bin")],
    )
    .await
    .is(200);
    assert_eq!(
        either.texts_at("/items", "/dialogId"),
        [ids[2].as_str(), &ids[1]]
    );
    let revision = owner
        .owns(&ids[1])
        .await
        .text_at("/endUserContext/revision");
    either
        .has("/items/0/systemLabels", json!(["Archive"]))
        .has("/items/1/systemLabels", json!(["Bin", "MarkedAsUnopened"]))
        .has("/items/1/endUserContextRevision", revision)
        .has("/hasNextPage", false)
        .has("/orderBy", "contentupdatedat_desc,id_desc")
        .lacks("/continuationToken");
    let all = finds(&owner, &[("party", &party)]).await.is(200);
    assert_eq!(all.texts_at("/items", "/dialogId").len(), 3);
    let others = finds(
        &town.neighbour("digdir:dialogporten.serviceprovider.search"),
        &[("party", &party)],
    )
    .await
    .is(200);
    assert_eq!(others.at("/items"), &json!([]));
}

#[tokio::test]
async fn pages_follow_each_other_and_the_last_has_no_token() {
    let town = Town::new().await;
    let party = town.party();
    let mut ids = Vec::new();
    for _ in 0..5 {
        town.waits(1);
        ids.insert(0, town.owner().creates(town.a_dialog()).await);
    }
    let (mut found, mut token) = (Vec::new(), String::new());
    for (count, more) in [(2, true), (2, true), (1, false)] {
        let mut query = vec![("party", party.as_str()), ("limit", "2")];
        if !token.is_empty() {
            query.push(("continuationToken", &token));
        }
        let page = finds(&town.owner(), &query).await.is(200);
        assert_eq!(
            (page.list_at("/items").len(), page.at("/hasNextPage")),
            (count, &json!(more))
        );
        found.extend(page.texts_at("/items", "/dialogId"));
        token = page
            .at("/continuationToken")
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(token.is_empty(), !more);
    }
    assert_eq!(found, ids);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let town = Town::new().await;
    let party = town.party();
    let one = ("party", party.as_str());
    for (query, keys) in [
        (vec![], vec!["party"]),
        (vec![("party", "x")], vec!["party[0]"]),
        (vec![one; 21], vec!["party.Count"]),
        (vec![one, ("limit", "0")], vec!["limit"]),
        (vec![one, ("limit", "1001")], vec!["limit"]),
        (vec![one, ("label", "None")], vec!["label"]),
        (
            vec![one, ("contentUpdatedAfter", "x")],
            vec!["contentUpdatedAfter"],
        ),
        (
            vec![one, ("continuationToken", "foo")],
            vec!["continuationToken"],
        ),
    ] {
        finds(&town.owner(), &query).await.refuses(400, &keys);
    }
}
