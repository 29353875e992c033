//! Texts that would be statements, patterns or markup elsewhere: here they are texts.

use serde_json::{Value, json};

use crate::support::{
    FOUND, OWNED, Town, api_action, attachment, content, gui_action, texts, transmission, with,
};

const TEXTS: &[&str] = &[
    "'; DROP TABLE dialog; --",
    "x' OR '1'='1",
    "\\'; SELECT pg_sleep(60); --",
    "$1 $$ $q$ :id ?",
    "1); DELETE FROM outbox WHERE (1=1",
    "%_\\%\\_",
    "{\"$ne\": null}",
    "a\u{202e}b\u{200b}\u{feff}",
    "line\r\nfeed\ttab",
    "${jndi:ldap://127.0.0.1/x} {{7*7}} #{7*7}",
];

/// What one could put into a query.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn is_whole(town: &Town) {
    let counted: i64 = sqlx::query_scalar("SELECT count(*) FROM dialog")
        .fetch_one(town.database())
        .await
        .unwrap();
    assert!(counted > 0);
}

#[tokio::test]
async fn every_free_text_is_kept_as_it_is() {
    let town = Town::new().await;
    for text in TEXTS {
        let said = || texts(&[("nb", text)]);
        let changes = json!({
            "externalReference": text, "process": "urn:x:y", "precedingProcess": "urn:x:z",
            "content": {"title": content(text), "summary": content(text), "senderName": content(text)},
            "guiActions": [with(gui_action("read"), json!({"title": said()}))],
            "apiActions": [api_action("read")],
            "attachments": [with(attachment(), json!({"displayName": said()}))],
            "transmissions": [with(transmission("Information"), json!({
                "externalReference": text, "content": {"title": content(text)},
            }))],
            "activities": [{"type": "Information", "performedBy": {"actorType": "ServiceOwner"}, "description": said()}],
        });
        let id = town.owner().creates(town.a_dialog_with(changes)).await;
        let owned = town.owner().owns(&id).await.is(200);
        let found = town.person().opens(&id).await.is(200);
        for dialog in [&owned, &found] {
            for at in [
                "/content/title/value/0/value",
                "/content/summary/value/0/value",
                "/content/senderName/value/0/value",
                "/guiActions/0/title/0/value",
                "/attachments/0/displayName/0/value",
                "/transmissions/0/content/title/value/0/value",
                "/activities/0/description/0/value",
            ] {
                assert_eq!(dialog.at(at), &json!(text), "{at}: {}", dialog.text);
            }
        }
        assert_eq!(owned.at("/externalReference"), &json!(text));
    }
    is_whole(&town).await;
}

#[tokio::test]
async fn what_is_asked_for_is_never_a_statement() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let party = town.party();
    for text in TEXTS {
        let said = encoded(text);
        // A search finds nothing by them and everything without them.
        for query in [
            format!("party={party}&search={said}"),
            format!("party={party}&externalReference={said}"),
            format!("party={party}&extendedStatus={said}"),
            format!("party={party}&process={said}"),
            format!("party={party}&org={said}"),
            format!("party={party}&serviceResource={said}"),
        ] {
            let answer = town.person().finds(&query).await;
            let status = answer.status.as_u16();
            assert!([200, 400].contains(&status), "{query}: {}", answer.text);
            if status == 200 && !query.contains("externalReference") {
                assert!(!answer.text.contains(&id), "{query}: {}", answer.text);
            }
        }
        for name in [
            "party",
            "orderBy",
            "continuationToken",
            "limit",
            "status",
            "systemLabel",
            "createdAfter",
            "searchLanguageCode",
        ] {
            for path in [FOUND, OWNED] {
                let query = format!("{path}?party={party}&{name}={said}");
                let caller = if path == FOUND {
                    town.person()
                } else {
                    town.owner()
                };
                let answer = caller.get(&query).await.is_problem(400);
                assert!(!answer.text.contains("syntax"), "{}", answer.text);
            }
        }
        let label = format!("{OWNED}/{id}/context/labels/{}", said.replace('+', "%20"));
        let answer = town
            .owner()
            .ask(axum::http::Method::DELETE, &label, &[])
            .await;
        answer.is(404);
        let labels = format!("{OWNED}/{id}/context/labels");
        let labelled = town.owner().post(&labels, &json!({"value": text})).await;
        let labelled = labelled.status.as_u16();
        assert!([204, 400].contains(&labelled), "{text}: {labelled}");
    }
    let all = town.person().finds(&format!("party={party}")).await.is(200);
    assert_eq!(all.ids(), [id]);
    is_whole(&town).await;
}

#[tokio::test]
async fn texts_in_answers_are_no_markup() {
    let town = Town::new().await;
    let script = "</script><script>alert(1)</script><img src=x onerror=alert(1)>";
    // A title is plain text, and told as JSON to whoever shows it.
    let dialog = town.a_dialog_with(json!({"content": {"title": content(script)}}));
    let id = town.owner().creates(dialog).await;
    let answer = town.person().opens(&id).await.is(200);
    assert!(
        answer
            .header("content-type")
            .starts_with("application/json")
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    // So are addresses that make no sense, where a problem repeats them.
    for path in [
        format!("{FOUND}/{}", encoded(script)),
        format!("{FOUND}?orderBy={}", encoded(script)),
    ] {
        let answer = town.person().get(&path).await.is_problem(400);
        assert!(answer.header("content-type").contains("json"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let marked = json!({"value": texts(&[("nb", script)]), "mediaType": "text/html"});
    let dialog =
        town.a_dialog_with(json!({"content": {"title": content("T"), "additionalInfo": marked}}));
    town.owner().posts(&dialog).await.is_problem(400);
    assert_ne!(answer.body, Value::Null);
}
