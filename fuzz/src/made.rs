//! Dialogs and what surrounds them, always the same, for laws to work with.

use dialogporten::{
    dialog::{
        Dialog, Violations,
        draft::{CreateDialog, Created, Rules, ValidCreate},
        id::Ids,
        reading::strict_moment,
        timestamp::Timestamp,
    },
    json,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Most violations that are told of one request.
const TOLD: usize = 10_000;

/// The moment of every request.
pub fn now() -> Timestamp {
    strict_moment("2026-03-01T08:00:00Z").expect("a moment")
}

/// Identifiers that no input will name.
pub fn ids() -> Ids {
    Ids::counting_from(Uuid::from_u128(0x018c_2b7a_91d4_7e63_a5c9_f03d_0000_0000))
}

/// The rules for a caller without any further scope.
pub fn plain() -> Rules {
    Rules {
        now: now(),
        admin: false,
        silent: false,
        correspondence_scope: false,
        legacy_html_scope: false,
    }
}

/// The rules for a caller that may do everything.
pub fn all() -> Rules {
    Rules {
        admin: true,
        silent: true,
        correspondence_scope: true,
        legacy_html_scope: true,
        ..plain()
    }
}

/// What is refused is told, and not without end.
pub fn must_be_told(violations: &Violations) {
    assert!(!violations.is_empty(), "refused without a word");
    let mut count = 0;
    for (_, messages) in violations.iter() {
        assert!(!messages.is_empty());
        assert!(messages.iter().all(|message| !message.is_empty()));
        count += messages.len();
    }
    assert!(count <= TOLD, "{count} violations are told");
}

/// The dialog that a valid draft becomes.
pub fn stored(valid: ValidCreate) -> Dialog {
    valid.into_dialog(Created {
        org: "ttd".to_owned(),
        resource_type: "genericaccessresource".to_owned(),
        revision: Uuid::from_u128(1),
        end_user_revision: Uuid::from_u128(2),
        service_owner_revision: Uuid::from_u128(3),
    })
}

/// The dialog that a body makes, if it does.
pub fn dialog_of(body: &[u8], rules: &Rules) -> Option<Dialog> {
    let draft = json::read::<CreateDialog>(body).ok()?;
    Some(stored(draft.validate(rules, &mut ids()).ok()?))
}

/// A dialog with something of everything.
pub fn rich() -> Dialog {
    dialog_of(rich_body().to_string().as_bytes(), &plain()).expect("a valid body")
}

/// A dialog with nothing but what must be there, for systems only.
pub fn bare() -> Dialog {
    let body = json!({
        "serviceResource": "urn:altinn:resource:some-service",
        "party": "urn:altinn:organization:identifier-no:974760673",
        "isApiOnly": true,
    });
    dialog_of(body.to_string().as_bytes(), &plain()).expect("a valid body")
}

fn text(nb: &str, en: &str) -> Value {
    json!([{"value": nb, "languageCode": "nb"}, {"value": en, "languageCode": "en"}])
}

fn rich_body() -> Value {
    let value = |nb, en| json!({ "value": text(nb, en) });
    json!({
        "id": "0194f000-0000-7000-8000-000000000001",
        "idempotentKey": "key-1",
        "serviceResource": "urn:altinn:resource:some-service",
        "party": "urn:altinn:person:identifier-no:08844397713",
        "progress": 50,
        "extendedStatus": "half",
        "externalReference": "ref",
        "dueAt": "2026-05-01T00:00:00Z",
        "expiresAt": "2026-06-01T00:00:00Z",
        "process": "urn:a:b",
        "precedingProcess": "urn:a:a",
        "status": "InProgress",
        "content": {
            "title": value("Tittel", "Title"),
            "summary": value("Kort", "Short"),
            "additionalInfo": {"value": text("*M*", "*M*"), "mediaType": "text/markdown"},
            "mainContentReference": {
                "value": [{"value": "https://example.com/main", "languageCode": "nb"}],
                "mediaType": "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown",
            },
        },
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": "label-1"}]},
        "searchTags": [{"value": "tag"}, {"value": "another"}],
        "attachments": [{
            "id": "0194f000-0000-7000-8000-000000000002",
            "displayName": text("Vedlegg", "Attachment"),
            "urls": [{
                "id": "0194f000-0000-7000-8000-000000000003",
                "url": "https://example.com/a.pdf", "mediaType": "application/pdf", "consumerType": "Gui",
            }],
        }],
        "guiActions": [{
            "id": "0194f000-0000-7000-8000-000000000004",
            "action": "write", "url": "https://example.com/w", "priority": "Primary", "httpMethod": "POST",
            "title": text("Skriv", "Write"), "prompt": text("Sikker?", "Sure?"),
        }],
        "apiActions": [{
            "id": "0194f000-0000-7000-8000-000000000005",
            "action": "read", "authorizationAttribute": "urn:altinn:subresource:part",
            "endpoints": [{
                "id": "0194f000-0000-7000-8000-000000000006",
                "url": "https://example.com/api", "httpMethod": "GET", "version": "1",
                "deprecated": true, "sunsetAt": "2026-12-31T00:00:00Z",
            }],
        }],
        "transmissions": [{
            "id": "0194f000-0000-7000-8000-000000000007",
            "type": "Information", "sender": {"actorType": "ServiceOwner"},
            "content": {"title": value("Brev", "Letter")},
        }],
        "activities": [{
            "id": "0194f000-0000-7000-8000-000000000008",
            "type": "DialogCreated", "performedBy": {"actorType": "ServiceOwner"},
        }],
    })
}
