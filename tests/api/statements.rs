//! How often the server asks its database: counted on the wire, with all that a driver adds.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    Caller, OWNED, Town, activity, an_update, attachment, content, gui_action, organization_number,
    texts, transmission, with,
};

const CORRECT: &str = "digdir:dialogporten.serviceprovider.changetransmissions";

/// What the server executes during some work.
async fn executed<T>(town: &Town, work: impl Future<Output = T>) -> Vec<String> {
    let proxy = town.proxy.as_ref().expect("a town that counts");
    proxy.executed();
    work.await;
    proxy.executed()
}

fn a_rich_dialog(town: &Town) -> Value {
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

/// Transmissions with an attachment each, the first of them under an id.
fn many(first: &str, count: usize) -> Value {
    let one = |n: usize| {
        let title = content(&format!("Forsendelse {n}"));
        let changes = json!({"content": {"title": title}, "attachments": [attachment()]});
        with(transmission("Alert"), changes)
    };
    let mut all: Vec<_> = (0..count).map(one).collect();
    all[0]["id"] = json!(first);
    json!(all)
}

/// A correction of the first of [`many`] that changes no word.
fn correction() -> Value {
    let changes = json!({
        "isSilentUpdate": true, "externalReference": "x", "content": {"title": content("Forsendelse 0")},
        "attachments": [{"displayName": texts(&[("nb", "Vedlegg")]), "urls": [{"url": "https://example.com/other", "consumerType": "Gui"}]}],
    });
    with(transmission("Alert"), changes)
}

#[tokio::test]
async fn writing_reads_once_and_writes_once() {
    let town = Town::build().counting().open().await;
    let first = town.id();
    let owner = town.owner_with(CORRECT);
    let admin = town.owner_with("digdir:dialogporten.serviceprovider.admin");
    let given = json!({"transmissions": many(&first, 3), "systemLabel": "Bin"});
    let (put, patch) = (Method::PUT, Method::PATCH);
    let (post, delete) = (Method::POST, Method::DELETE);
    let id = owner.creates(town.a_dialog_with(given)).await;
    let worded = json!({"content": {"title": content("Other")}});
    let progress = json!({"progress": 5});
    let operation = json!([{"op": "replace", "path": "/progress", "value": 6}]);
    let corrected = format!("transmissions/{first}");
    let reworded = with(
        correction(),
        json!({"content": {"title": content("Rettet")}}),
    );
    let answers = with(
        transmission("Alert"),
        json!({"relatedTransmissionId": first}),
    );
    let opened = with(
        activity("TransmissionOpened"),
        json!({"transmissionId": first}),
    );
    let label = json!({"value": "label"});
    let bin = json!({"addLabels": ["Bin"]});
    let labels = format!("endusercontext/systemlabels?enduserid={}", town.party());
    let none = Value::Null;
    for (caller, method, below, body, count) in [
        (&owner, &put, "", &an_update(), 2),
        (&owner, &put, "", &an_update(), 1),
        (&owner, &put, "", &with(an_update(), progress), 2),
        (&owner, &put, "", &with(an_update(), worded), 3),
        (&owner, &patch, "", &operation, 2),
        (&owner, &post, "activities", &activity("FormSaved"), 2),
        (&owner, &post, "activities", &opened, 2),
        (&owner, &post, "transmissions", &transmission("Alert"), 2),
        (&owner, &post, "transmissions", &answers, 2),
        (&owner, &put, &corrected, &correction(), 2),
        (&owner, &put, &corrected, &reworded, 2),
        (&owner, &post, "context/labels", &label, 2),
        (&owner, &delete, "context/labels/label", &none, 2),
        (&owner, &put, &labels, &bin, 2),
        (&admin, &post, "actions/freeze", &none, 2),
        (&admin, &delete, "", &none, 2),
        (&owner, &post, "actions/restore", &none, 2),
        (&owner, &post, "actions/purge", &none, 2),
    ] {
        let target = format!("{OWNED}/{id}/{below}");
        let target = target.trim_end_matches('/');
        let asked = executed(&town, async {
            let answer = caller.send(method.clone(), target, body).await;
            assert!(
                answer.status.is_success(),
                "{}: {}",
                answer.asked,
                answer.text
            );
        })
        .await;
        assert_eq!(asked.len(), count, "{method} {target}: {asked:?}");
    }
}

/// How many bytes the database answers during a request that succeeds.
async fn read(
    caller: &Caller<'_>,
    town: &Town,
    method: &Method,
    path: &str,
    body: &Value,
) -> usize {
    let proxy = town.proxy.as_ref().expect("a town that counts");
    proxy.answered();
    let answer = caller.send(method.clone(), path, body).await;
    assert!(
        answer.status.is_success(),
        "{}: {}",
        answer.asked,
        answer.text
    );
    proxy.answered()
}

#[tokio::test]
async fn a_change_does_not_read_the_transmissions_that_a_dialog_has() {
    let town = Town::build()
        .counting()
        .config(|config| config.database.max_connections = 2)
        .open()
        .await;
    let owner = town.owner_with(CORRECT);
    let mut dialogs = Vec::new();
    for count in [1, 1_000] {
        let first = town.id();
        let given = json!({"transmissions": many(&first, count)});
        let id = owner.creates(town.a_dialog_with(given)).await;
        dialogs.push((format!("{OWNED}/{id}"), first));
    }
    let operation = json!([{"op": "replace", "path": "/status", "value": "Completed"}]);
    let appended = json!({"status": "Completed", "transmissions": [transmission("Alert")]});
    let update = |changes: Value| with(an_update(), changes);
    let opened = |first: &str| {
        with(
            activity("TransmissionOpened"),
            json!({"transmissionId": first}),
        )
    };
    let answers = |first: &str| {
        with(
            transmission("Alert"),
            json!({"relatedTransmissionId": first}),
        )
    };
    for work in 0..7 {
        let mut sizes = Vec::new();
        for (path, first) in &dialogs {
            let (method, path, body) = match work {
                0 => (Method::PUT, path.clone(), update(json!({"progress": 5}))),
                1 => (Method::PUT, path.clone(), update(appended.clone())),
                2 => (Method::PATCH, path.clone(), operation.clone()),
                3 => (
                    Method::POST,
                    format!("{path}/transmissions"),
                    transmission("Alert"),
                ),
                4 => (
                    Method::POST,
                    format!("{path}/transmissions"),
                    answers(first),
                ),
                5 => (Method::POST, format!("{path}/activities"), opened(first)),
                _ => (
                    Method::PUT,
                    format!("{path}/transmissions/{first}"),
                    correction(),
                ),
            };
            // Once to let both connections get ready.
            for _ in 0..2 {
                read(&owner, &town, &method, &path, &body).await;
            }
            sizes.push(read(&owner, &town, &method, &path, &body).await);
        }
        assert!(sizes[1] < sizes[0] + 5_000, "{work}: {sizes:?}");
    }
}
