//! Dialogs for people of the made-up world that a server in local mode begins with.

use serde_json::{Value, json};

use crate::support::{Server, between};

pub const RESOURCE: &str = "urn:altinn:resource:ttd-demo-service";
/// Represents only himself.
pub const ALONE: &str = "urn:altinn:person:identifier-no:13838599936";
/// Represents the company, but may only read and write.
pub const HELPER: &str = "urn:altinn:person:identifier-no:01819090013";
pub const COMPANY: &str = "urn:altinn:organization:identifier-no:310923044";

/// The smallest dialog for a party, with this title.
pub fn dialog(party: &str, title: &str) -> Value {
    json!({
        "serviceResource": RESOURCE,
        "party": party,
        "content": {"title": text(title), "summary": text("In short")},
    })
}

/// A content in one language.
pub fn text(value: &str) -> Value {
    json!({"value": localized(value)})
}

/// The bare list of one text.
pub fn localized(value: &str) -> Value {
    json!([{"languageCode": "en", "value": value}])
}

/// Creates a dialog as the service owner whose token the server printed: its id.
pub fn creates(server: &Server, dialog: &Value) -> String {
    let token = between(&server.banner, "-H '", "'").to_owned();
    let headers = [token.as_str(), "Content-Type: application/json"];
    let answer = server.answers(
        "POST /api/v1/serviceowner/dialogs",
        &headers,
        &dialog.to_string(),
    );
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    between(&answer, "\r\n\r\n\"", "\"").to_owned()
}
