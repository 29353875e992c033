//! Bodies of requests.

use serde_json::{Value, json};

/// Texts in languages.
pub fn texts(texts: &[(&str, &str)]) -> Value {
    texts
        .iter()
        .map(|(language, value)| json!({"languageCode": language, "value": value}))
        .collect()
}

/// A content value in one language.
pub fn content(value: &str) -> Value {
    json!({"value": texts(&[("nb", value)])})
}

/// A link to content that a portal embeds.
pub fn embed(url: &str) -> Value {
    json!({
        "value": texts(&[("nb", url)]),
        "mediaType": "application/vnd.dialogporten.frontchannelembed-url;type=text/markdown",
    })
}

/// A button.
pub fn gui_action(action: &str) -> Value {
    json!({"action": action, "url": "https://example.com/go", "priority": "Tertiary", "title": texts(&[("nb", "Gå")])})
}

/// Something for systems.
pub fn api_action(action: &str) -> Value {
    json!({"action": action, "endpoints": [{
        "url": "https://example.com/api", "httpMethod": "GET", "documentationUrl": "https://example.com/docs",
    }]})
}

/// An attachment with a link for people.
pub fn attachment() -> Value {
    json!({"displayName": texts(&[("nb", "Vedlegg")]), "urls": [{"url": "https://example.com/a.pdf", "consumerType": "Gui"}]})
}

/// A transmission of a type.
pub fn transmission(kind: &str) -> Value {
    json!({"type": kind, "sender": {"actorType": "ServiceOwner"}, "content": {"title": content("Forsendelse")}})
}

/// An activity of a type.
pub fn activity(kind: &str) -> Value {
    json!({"type": kind, "performedBy": {"actorType": "ServiceOwner"}})
}

/// The least that replaces a dialog, and leaves one as it is that was created with the least.
pub fn an_update() -> Value {
    json!({"status": "NotApplicable", "content": {"title": content("Tittel")}})
}

/// `base` with the members of `changes`; null removes one.
pub fn with(mut base: Value, changes: Value) -> Value {
    let (Some(members), Value::Object(changes)) = (base.as_object_mut(), changes) else {
        panic!("objects only");
    };
    for (name, value) in changes {
        if value.is_null() {
            members.remove(&name);
        } else {
            members.insert(name, value);
        }
    }
    base
}
