//! Names in the document for service owners.

use crate::http::openapi::{
    Edit, Names,
    names::{below, operation},
};

/// The service owner's document.
pub const SERVICE_OWNER: Names = Names {
    scopes: &[
        below(
            "DialogTransmission",
            &[("DialogAttachment*", "DialogTransmissionAttachment*")],
        ),
        operation(
            "SearchDialogs",
            &[
                ("DialogEndUserContext", "DialogListItemEndUserContext"),
                ("DialogSeenLog", "DialogSeenLogListItem"),
                ("DialogServiceOwner*", "DialogServiceOwner*ListItem"),
            ],
        ),
        operation(
            "GetServiceOwnerLabels",
            &[("DialogServiceOwnerLabel", "ServiceOwnerLabel")],
        ),
        operation("UpdateDialog", &[("CreateDialog*", "UpdateDialog*")]),
        operation(
            "CreateDialogTransmission",
            &[
                ("CreateDialogTransmission", "CreateTransmissionRequest"),
                ("CreateDialogTransmission*", "CreateTransmission*"),
            ],
        ),
        operation(
            "UpdateDialogTransmission",
            &[
                ("CreateDialogTransmission", "UpdateTransmissionRequest"),
                ("CreateDialogTransmission*", "UpdateTransmission*"),
                ("CreateDialogAttachment*", "UpdateTransmissionAttachment*"),
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
            "CreateDialogActivity",
            &[("CreateDialogActivity", "CreateDialogActivityRequest")],
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
        // Asked for by itself, a transmission is neither opened nor decided about.
        Edit {
            schema: "DialogTransmissionDetails",
            without: &["isAuthorized", "isOpened"],
            with: &[],
        },
        Edit {
            schema: "DialogTransmissionSearchItem",
            without: &["isAuthorized", "isOpened"],
            with: &[],
        },
        Edit {
            schema: "DialogActivitySearchItem",
            without: &["description", "performedBy"],
            with: &[],
        },
        // A service owner that asks for the log itself is no end user.
        Edit {
            schema: "DialogSeenLogDetails",
            without: &["isCurrentEndUser"],
            with: &[],
        },
        Edit {
            schema: "DialogSeenLogSearchItem",
            without: &["isCurrentEndUser"],
            with: &[],
        },
    ],
    operations: &[],
};
