//! Links whose time is over.

use serde_json::{Value, json};

use crate::support::{Town, attachment, texts, transmission, with};

const EXPIRED: &str = "urn:dialogporten:expired";
const UNAUTHORIZED: &str = "urn:dialogporten:unauthorized";

#[tokio::test]
async fn expired_links_are_replaced_unless_they_are_forbidden_anyway() {
    let town = Town::new().await;
    let (soon, later) = (
        json!({"expiresAt": town.after(60)}),
        json!({"expiresAt": town.after(6_000)}),
    );
    let link = |expires: &Value| {
        with(
            json!({"title": texts(&[("nb", "Gå")]), "url": "https://example.com/n"}),
            expires.clone(),
        )
    };
    let sent = |changes: Value| {
        let parts = json!({
            "attachments": [with(attachment(), soon.clone()), with(attachment(), later.clone())],
            "navigationalActions": [link(&soon), link(&later)],
        });
        with(with(transmission("Information"), parts), changes)
    };
    let given = json!({
        "attachments": [with(attachment(), soon.clone()), with(attachment(), later.clone())],
        "transmissions": [sent(json!({})), sent(json!({"authorizationAttribute": "urn:altinn:resource:nowhere"}))],
    });
    let id = town.admin().creates(town.a_dialog_with(given)).await;
    town.waits(120);
    let dialog = town.person().opens(&id).await.is(200);
    let (attached, navigates) = ("https://example.com/a.pdf", "https://example.com/n");
    for (place, link) in [
        ("/attachments/0/urls/0/url", EXPIRED),
        ("/attachments/1/urls/0/url", attached),
        ("/transmissions/0/attachments/0/urls/0/url", EXPIRED),
        ("/transmissions/0/attachments/1/urls/0/url", attached),
        ("/transmissions/0/navigationalActions/0/url", EXPIRED),
        ("/transmissions/0/navigationalActions/1/url", navigates),
        ("/transmissions/1/attachments/0/urls/0/url", UNAUTHORIZED),
        ("/transmissions/1/attachments/1/urls/0/url", UNAUTHORIZED),
        ("/transmissions/1/navigationalActions/0/url", UNAUTHORIZED),
        ("/transmissions/1/navigationalActions/1/url", UNAUTHORIZED),
    ] {
        assert_eq!(dialog.text_at(place), link, "{place}");
    }
    assert_eq!(dialog.list_at("/attachments").len(), 2);
    dialog.has("/attachments/0/displayName/0/value", "Vedlegg");
}
