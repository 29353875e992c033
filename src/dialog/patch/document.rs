//! The document that a patch works on, and the body that it becomes.

use serde_json::{Value, json};

use super::{
    apply::Inapplicable,
    shape::{HTTP_METHOD, UPDATE},
};
use crate::{
    dialog::{Dialog, draft::UpdateDialog, limits},
    json,
};

/// The stored dialog as a client would send it back.
pub fn of(dialog: &Dialog) -> Result<Value, Inapplicable> {
    let tags: Vec<Value> = dialog
        .search_tags
        .iter()
        .map(|value| json!({ "value": value }))
        .collect();
    let document = json!({
        "progress": dialog.progress,
        "extendedStatus": dialog.extended_status,
        "externalReference": dialog.external_reference,
        "dueAt": dialog.due_at,
        "process": dialog.process,
        "precedingProcess": dialog.preceding_process,
        "expiresAt": dialog.expires_at,
        "isApiOnly": dialog.is_api_only,
        "status": dialog.status,
        "content": dialog.content,
        "searchTags": tags,
        "attachments": dialog.attachments,
        "guiActions": dialog.gui_actions,
        "apiActions": dialog.api_actions,
    });
    UPDATE
        .fit(document)
        .ok_or_else(|| Inapplicable::new("The stored dialog cannot be patched."))
}

/// Reads the document as the body of an update.
pub fn into_body(mut document: Value) -> Result<UpdateDialog, Inapplicable> {
    drop_nulls(&mut document);
    let bytes = document.to_string().into_bytes();
    if bytes.len() > limits::BODY_BYTES {
        return Err(Inapplicable::new("The dialog would become too large."));
    }
    json::read(&bytes).map_err(|refusal| Inapplicable::new(refusal.to_string()))
}

/// Null is as good as left out, but where it is not.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Object(members) => {
            members.retain(|name, value| !value.is_null() || name == HTTP_METHOD);
            members.values_mut().for_each(drop_nulls);
        }
        _ => {}
    }
}
