//! The first dialogs of local mode: enough to see a list, a detail and a letter, made the way service owners make them.

use anyhow::{Context, bail};
use axum::{Router, body::Body, http::Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::authority::local::bundled;

/// Creates the dialogs through the API itself. Keys make a second time harmless.
pub(super) async fn create(router: &Router, token: &str) -> anyhow::Result<()> {
    for dialog in dialogs() {
        let request = Request::post("/api/v1/serviceowner/dialogs")
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/json")
            .body(Body::from(dialog.to_string()))
            .context("a demonstration dialog")?;
        let status = router.clone().oneshot(request).await?.status();
        if !status.is_success() && status != 409 {
            bail!("a demonstration dialog was answered {status}");
        }
    }
    Ok(())
}

fn dialogs() -> [Value; 3] {
    let person = format!("urn:altinn:person:identifier-no:{}", bundled::PERSON);
    let company = format!("urn:altinn:organization:identifier-no:{}", bundled::COMPANY);
    let text = |nb: &str, en: &str| {
        json!({"value": [
            {"languageCode": "nb", "value": nb},
            {"languageCode": "en", "value": en},
        ]})
    };
    let button = |action: &str, priority: &str, nb: &str, en: &str| {
        json!({
            "action": action,
            "priority": priority,
            "url": format!("https://example.com/{action}"),
            "title": text(nb, en)["value"],
        })
    };
    [
        json!({
            "idempotentKey": "demonstration-1",
            "serviceResource": bundled::RESOURCE,
            "party": person,
            "status": "RequiresAttention",
            "content": {
                "title": text("Søknaden din mangler et vedlegg", "Your application lacks an attachment"),
                "summary": text("Send oss dokumentasjonen innen to uker.", "Send us the documents within two weeks."),
            },
            "guiActions": [
                button("write", "Primary", "Send vedlegg", "Send attachment"),
                button("read", "Tertiary", "Se søknaden", "See the application"),
            ],
            "transmissions": [{
                "type": "Request",
                "sender": {"actorType": "ServiceOwner"},
                "content": {"title": text("Vi trenger mer", "We need more")},
            }],
        }),
        json!({
            "idempotentKey": "demonstration-2",
            "serviceResource": bundled::RESOURCE,
            "party": person,
            "status": "Completed",
            "progress": 100,
            "content": {
                "title": text("Vedtak om støtte", "Decision on support"),
                "summary": text("Søknaden er innvilget.", "The application has been granted."),
            },
            "attachments": [{
                "displayName": text("Vedtaket", "The decision")["value"],
                "urls": [{"url": "https://example.com/decision.pdf", "mediaType": "application/pdf", "consumerType": "Gui"}],
            }],
            "activities": [{"type": "DialogClosed", "performedBy": {"actorType": "ServiceOwner"}}],
        }),
        json!({
            "idempotentKey": "demonstration-3",
            "serviceResource": bundled::RESOURCE,
            "party": company,
            "content": {
                "title": text("Årsrapporten er mottatt", "The annual report has arrived"),
                "summary": text("Dere trenger ikke å gjøre noe.", "There is nothing for you to do."),
            },
        }),
    ]
}
