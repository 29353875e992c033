//! How often the server asks its database: counted on the wire, with all that a driver adds.

use serde_json::json;

use crate::support::{
    Town, activity, attachment, content, gui_action, organization_number, transmission,
};

/// What the server executes during some work.
async fn executed<T>(town: &Town, work: impl Future<Output = T>) -> Vec<String> {
    let proxy = town.proxy.as_ref().expect("a town that counts");
    proxy.executed();
    work.await;
    proxy.executed()
}

fn a_rich_dialog(town: &Town) -> serde_json::Value {
    town.a_dialog_with(json!({
        "idempotentKey": town.id(), "searchTags": [{"value": "tag"}], "systemLabel": "Archive",
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label"}]},
        "content": {"title": content("T"), "summary": content("S")},
        "guiActions": [gui_action("read")], "attachments": [attachment()],
        "transmissions": [transmission("Information"), transmission("Submission")],
        "activities": [activity("FormSaved"), activity("DialogOpened")],
    }))
}

#[tokio::test]
async fn creating_a_dialog_is_one_statement_and_one_more_for_a_new_party() {
    let town = Town::build().counting().open().await;
    town.owner().creates(town.a_dialog()).await;
    for dialog in [town.a_dialog(), a_rich_dialog(&town)] {
        let asked = executed(&town, town.owner().creates(dialog)).await;
        assert_eq!(asked.len(), 1, "{asked:?}");
    }
    let party = format!(
        "urn:altinn:organization:identifier-no:{}",
        organization_number()
    );
    let fresh = town.a_dialog_with(json!({"party": party}));
    for count in [2, 1] {
        let asked = executed(&town, town.owner().creates(fresh.clone())).await;
        assert_eq!(asked.len(), count, "{asked:?}");
    }
}

#[tokio::test]
async fn a_refused_dialog_asks_nothing() {
    let town = Town::build().counting().open().await;
    town.owner().creates(town.a_dialog()).await;
    for changes in [
        json!({"progress": 101}),
        json!({"dueAt": town.after(-60)}),
        json!({"serviceResource": "urn:altinn:resource:nowhere"}),
    ] {
        let asked = executed(&town, async {
            town.owner().posts(&town.a_dialog_with(changes)).await
        })
        .await;
        assert_eq!(asked, Vec::<String>::new());
    }
}

#[tokio::test]
async fn reading_a_dialog_is_one_statement_and_one_more_when_it_is_seen_for_the_first_time() {
    let town = Town::build().counting().open().await;
    let warm = town.owner().creates(a_rich_dialog(&town)).await;
    town.person().opens(&warm).await.is(200);
    let id = town.owner().creates(a_rich_dialog(&town)).await;
    for count in [2, 1, 1] {
        town.waits(1);
        let asked = executed(&town, async { town.person().opens(&id).await.is(200) }).await;
        assert_eq!(asked.len(), count, "{asked:?}");
    }
    let asked = executed(&town, async { town.owner().owns(&id).await.is(200) }).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    let asked = executed(&town, async { town.stranger().opens(&id).await.is(403) }).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[tokio::test]
async fn a_search_is_one_statement_whatever_it_asks() {
    let town = Town::build().counting().open().await;
    for _ in 0..3 {
        town.owner().creates(a_rich_dialog(&town)).await;
    }
    let party = town.party();
    town.person().finds(&format!("party={party}")).await.is(200);
    for query in [
        String::new(),
        "&limit=1".into(),
        "&search=tag&searchLanguageCode=nb".into(),
        "&status=NotApplicable&systemLabel=Archive&orderBy=dueAt_asc,createdAt".into(),
        format!("&serviceResource={}", town.resource_urn()),
    ] {
        let asked = executed(&town, async {
            town.person()
                .finds(&format!("party={party}{query}"))
                .await
                .is(200)
        })
        .await;
        assert_eq!(asked.len(), 1, "{query}: {asked:?}");
    }
    let asked = executed(&town, town.stranger().finds(&format!("party={party}"))).await;
    assert_eq!(
        asked,
        Vec::<String>::new(),
        "nothing authorized is known without asking"
    );
}
