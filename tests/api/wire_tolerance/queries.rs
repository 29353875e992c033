//! What stands behind the question mark.

use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::support::{OWNED, Town, activity, an_update, transmission};

#[tokio::test]
async fn w_6_booleans_of_queries_are_read_in_any_case() {
    let town = Town::new().await;
    for (query, status) in [
        ("isSilentUpdate=True", 201),
        ("isSilentUpdate=False", 201),
        ("isSilentUpdate=%20TRUE%20", 201),
        ("isSilentUpdate=", 201),
        ("isSilentUpdate=1", 400),
        ("isSilentUpdate=0", 400),
        ("isSilentUpdate=yes", 400),
        ("isSilentUpdate=true&isSilentUpdate=true", 400),
    ] {
        town.owner()
            .post(&format!("{OWNED}?{query}"), &town.a_dialog())
            .await
            .is(status);
    }
    let id = town.owner().creates(town.a_dialog()).await;
    let update = an_update();
    for (query, status) in [
        ("isSilentUpdate=", 204),
        ("isSilentUpdate=%20true", 204),
        ("isSilentUpdate=False", 204),
        ("isSilentUpdate=1", 400),
        ("ISSILENTUPDATE=x", 400),
    ] {
        let name = query.split('=').next().unwrap();
        let below = |path: &str| format!("{id}{path}?{query}");
        let answers = [
            town.owner().puts(&below(""), &update).await,
            town.owner().patches(&below(""), json!([])).await,
            town.owner().acts(&id, &format!("restore?{query}")).await,
        ];
        for answer in answers {
            let answer = answer.is(status);
            if status == 400 {
                answer.refuses(400, &[name]);
            }
        }
        for (list, part) in [
            ("/activities", activity("FormSaved")),
            ("/transmissions", transmission("Alert")),
        ] {
            let answer = town
                .owner()
                .post(&format!("{OWNED}/{}", below(list)), &part)
                .await;
            answer.is(if status == 204 { 201 } else { 400 });
        }
    }
    let spelled = town
        .owner()
        .post(&format!("{OWNED}?ISSILENTUPDATE=x"), &town.a_dialog())
        .await;
    spelled.refuses(400, &["ISSILENTUPDATE"]);
}

#[tokio::test]
async fn w_7_names_of_parameters_are_read_in_any_case_and_unknown_ones_ignored() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let party = Serializer::new(String::new())
        .append_pair("Party", &town.party())
        .finish();
    for more in [
        "",
        "&ContentUpdatedAfter=2020-01-01T00:00:00Z",
        "&unknown=1&party%5B%5D=x&party%5B0%5D=x",
        "&x=%zz&%zz",
        "&&=&=",
    ] {
        assert_eq!(
            town.person()
                .finds(&format!("{party}{more}"))
                .await
                .is(200)
                .ids(),
            [id.as_str()],
            "{more}"
        );
    }
    let as_person = format!("{OWNED}/{id}?enduserid={}", town.party());
    town.owner().get(&as_person).await.is(200);
    for query in [
        "ServiceOwnerLabels=label*&Limit=1",
        "STATUS=Draft&unknown=1",
        "contentupdatedbefore=2020-01-01T00:00:00Z&x=%zz",
    ] {
        let path = format!("{OWNED}?{query}");
        assert!(
            town.owner().get(&path).await.is(200).ids().is_empty(),
            "{query}"
        );
    }
}

#[tokio::test]
async fn w_8_moments_of_queries_may_be_written_in_the_invariant_form() {
    let town = Town::new().await;
    let old = json!({"createdAt": "2024-01-15T10:00:00Z", "updatedAt": "2024-01-15T10:00:00Z"});
    let id = town.owner().creates(town.a_dialog_with(old)).await;
    let party = Serializer::new(String::new())
        .append_pair("party", &town.party())
        .finish();
    for (query, is_found) in [
        (
            "CreatedAfter=01%2F15%2F2024%2010%3A00%3A00%20%2B00%3A00",
            true,
        ),
        (
            "CreatedAfter=01%2F15%2F2024%2010%3A00%3A01%20%2B00%3A00",
            false,
        ),
        (
            "CreatedBefore=01%2F15%2F2024%2012%3A00%3A00%20%2B02%3A00",
            true,
        ),
        (
            "CreatedBefore=01%2F15%2F2024%2009%3A59%3A59%20%2B00%3A00",
            false,
        ),
        ("CreatedAfter=2024-01-15T10:00:00Z", true),
        ("CreatedAfter=2024-01-15T12:00:00%2B02:00", true),
    ] {
        let page = town
            .person()
            .finds(&format!("{party}&{query}"))
            .await
            .is(200);
        let expected: &[&str] = if is_found { &[&id] } else { &[] };
        assert_eq!(page.ids(), expected, "{query}");
        let page = town.owner().get(&format!("{OWNED}?{query}")).await.is(200);
        assert_eq!(page.ids(), expected, "{query}");
    }
}

#[tokio::test]
async fn w_9_lists_of_queries_come_repeated() {
    let town = Town::new().await;
    for status in ["Draft", "Completed", "Awaiting"] {
        town.owner()
            .creates(town.a_dialog_with(json!({"status": status})))
            .await;
    }
    let repeated = [
        ("party", town.party()),
        ("party", town.company_urn()),
        ("status", "Draft".into()),
        ("status", "Completed".into()),
    ];
    let query = Serializer::new(String::new())
        .extend_pairs(repeated)
        .finish();
    assert_eq!(town.person().finds(&query).await.is(200).ids().len(), 2);
    let owned = town.owner().get(&format!("{OWNED}?{query}")).await.is(200);
    assert_eq!(owned.ids().len(), 2);
}
