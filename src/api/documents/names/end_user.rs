//! Names in the document for end users.

use serde_json::{Value, json};

use crate::http::openapi::{
    Edit, Names,
    names::{below, operation},
};

/// The end user's document.
pub const END_USER: Names = Names {
    scopes: &[
        below(
            "DialogTransmission",
            &[("DialogAttachment*", "DialogTransmissionAttachment*")],
        ),
        operation(
            "SearchDialogs",
            &[
                ("DialogEndUserContext", "DialogEndUserContextListItem"),
                ("DialogSeenLog", "DialogSeenLogListItem"),
            ],
        ),
        operation(
            "GetDialogTransmission",
            &[("DialogTransmission*", "DialogTransmission*Details")],
        ),
        operation(
            "SearchDialogTransmissions",
            &[
                ("DialogTransmission", "DialogTransmissionSearchItem"),
                ("DialogTransmission*", "DialogTransmissionSearch*"),
            ],
        ),
        operation(
            "GetDialogActivity",
            &[("DialogActivity", "DialogActivityDetails")],
        ),
        operation(
            "SearchDialogActivities",
            &[("DialogActivity", "DialogActivitySearchItem")],
        ),
        operation(
            "GetDialogSeenLog",
            &[("DialogSeenLog", "DialogSeenLogDetails")],
        ),
        operation(
            "SearchDialogSeenLogs",
            &[("DialogSeenLog", "DialogSeenLogSearchItem")],
        ),
    ],
    edits: &[
        // The key is the service owner's secret.
        Edit {
            schema: "DialogTransmission",
            without: &["idempotentKey"],
            with: &[],
        },
        // Asked for by itself, a transmission does not say whether it was opened.
        Edit {
            schema: "DialogTransmissionDetails",
            without: &["idempotentKey", "isOpened"],
            with: &[("deletedAt", deleted_at)],
        },
        Edit {
            schema: "DialogTransmissionSearchItem",
            without: &["idempotentKey", "isOpened"],
            with: &[("deletedAt", deleted_at)],
        },
        Edit {
            schema: "DialogActivitySearchItem",
            without: &["performedBy"],
            with: &[],
        },
    ],
    operations: &[],
};

/// Promised, but never there: who may not see a deleted dialog gets no transmission either.
fn deleted_at() -> Value {
    json!({
        "type": "string",
        "format": "date-time",
        "nullable": true,
        "description": "When the dialog was deleted.",
    })
}
