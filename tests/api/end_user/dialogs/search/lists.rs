//! Lists of values: repeated, joined by commas, or as a JSON array.

use serde_json::json;

use super::{places, query};
use crate::support::Town;

#[tokio::test]
async fn lists_of_parties_come_in_three_forms() {
    let town = Town::build().stopped().open().await;
    let (a, b) = (town.party(), town.company_urn());
    let mut created = Vec::new();
    for party in [&a, &b] {
        created.push(super::later(&town, json!({"party": party})).await);
    }
    let person = town.person();
    for (form, found) in [
        (query(&[("party", &a), ("party", &b)]), vec![1, 0]),
        (query(&[("party", &format!("{a},{b}"))]), vec![1, 0]),
        (query(&[("party", &json!([a, b]).to_string())]), vec![1, 0]),
        (query(&[("PARTY", &a), ("party", &b)]), vec![1, 0]),
        (query(&[("party", &a)]), vec![0]),
        (query(&[("party", &json!([b]).to_string())]), vec![1]),
    ] {
        let page = person.finds(&form).await.is(200);
        assert_eq!(places(&created, &page), found, "{form}");
    }
    for (text, key) in [
        (format!("{a}, {b}"), "party[1]"),
        (format!("{a},,{b}"), "party[0]"),
        (format!(",{a}"), "party[0]"),
        (format!("{a},"), "party[0]"),
        (format!("[\"{a}\""), "party[0]"),
        ("[null]".into(), "party[0]"),
        ("[7]".into(), "party"),
        ("{}".into(), "party"),
    ] {
        person
            .finds(&query(&[("party", &text)]))
            .await
            .refuses(400, &[key]);
    }
}

#[tokio::test]
async fn lists_of_words_and_numbers_come_in_the_same_forms() {
    let town = Town::new().await;
    for status in ["Draft", "InProgress", "Completed"] {
        town.owner()
            .creates(town.a_dialog_with(json!({"status": status})))
            .await;
    }
    for (form, count) in [
        ("status=Draft&status=InProgress", 2),
        ("status=Draft,inprogress", 2),
        ("status=[\"Draft\",\"Completed\"]", 2),
        ("status=[3,6]", 2),
        ("status=3&status=6", 2),
        ("status=Draft&status=7", 1),
        ("status=[]", 3),
    ] {
        let form = form
            .replace('"', "%22")
            .replace('[', "%5B")
            .replace(']', "%5D");
        let page = town
            .person()
            .finds(&format!("{}&{form}", query(&[("party", &town.party())])))
            .await
            .is(200);
        assert_eq!(page.ids().len(), count, "{form}");
    }
}

#[tokio::test]
async fn lists_have_a_most_that_is_published() {
    let town = Town::build()
        .config(|config| config.limits.end_user_search.max_org_filter_values = 3)
        .open()
        .await;
    let limits = town.nobody().get("/api/v1/metadata/limits").await.is(200);
    for (name, member, most) in [
        ("party", "maxPartyFilterValues", 100),
        ("serviceResource", "maxServiceResourceFilterValues", 20),
        ("org", "maxOrgFilterValues", 3),
        ("extendedStatus", "maxExtendedStatusFilterValues", 20),
    ] {
        assert_eq!(limits.at(&format!("/endUserSearch/{member}")), &json!(most));
        let party = town.party();
        let value = if name == "party" { party.as_str() } else { "x" };
        let times = |count: usize| {
            let mut all = vec![(name, value); count];
            if name != "party" {
                all.push(("party", &party));
            }
            query(&all)
        };
        town.person().finds(&times(most)).await.is(200);
        town.person()
            .finds(&times(most + 1))
            .await
            .refuses(400, &[&format!("{name}.Count")]);
    }
    limits
        .has("/serviceOwnerSearch/maxPartyFilterValues", 20)
        .has("/serviceOwnerSearch/maxServiceResourceFilterValues", 20)
        .has("/serviceOwnerSearch/maxExtendedStatusFilterValues", 20);
}
