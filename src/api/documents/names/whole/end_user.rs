//! Names of what end users can do, in the document that holds everything.

use super::SHARED;
use crate::http::openapi::{Names, names::everywhere};

/// What end users can do, in the whole document.
pub const WHOLE_END_USER: Names = Names {
    scopes: &[
        SHARED,
        everywhere(&[
            ("Actor", "V1EndUserCommonActors_Actor"),
            (
                "AuthorizedParty",
                "V1AccessManagementQueriesGetParties_AuthorizedParty",
            ),
            (
                "AuthorizedServiceResourceList",
                "V1EndUserServiceResourcesQueriesSearch_AuthorizedServiceResources",
            ),
            (
                "BulkSetSystemLabel",
                "V1EndUserEndUserContextCommandsBulkSetSystemLabels_BulkSetSystemLabel",
            ),
            ("Content", "V1EndUserDialogsQueriesGet_Content"),
            ("Dialog", "V1EndUserDialogsQueriesGet_Dialog"),
            (
                "DialogActivityDetails",
                "V1EndUserDialogsQueriesGetActivity_Activity",
            ),
            (
                "DialogActivitySearchItem",
                "V1EndUserDialogsQueriesSearchActivities_Activity",
            ),
            (
                "DialogContentSummary",
                "V1EndUserDialogsQueriesSearch_Content",
            ),
            ("DialogListItem", "V1EndUserDialogsQueriesSearch_Dialog"),
            (
                "DialogRevision",
                "V1EndUserEndUserContextCommandsBulkSetSystemLabels_DialogRevision",
            ),
            (
                "DialogSeenLogDetails",
                "V1EndUserDialogsQueriesGetSeenLog_SeenLog",
            ),
            (
                "DialogSeenLogSearchItem",
                "V1EndUserDialogsQueriesSearchSeenLogs_SeenLog",
            ),
            ("Dialog*ListItem", "V1EndUserDialogsQueriesSearch_Dialog*"),
            (
                "DialogTransmissionDetails",
                "V1EndUserDialogsQueriesGetTransmission_Transmission",
            ),
            (
                "DialogTransmission*Details",
                "V1EndUserDialogsQueriesGetTransmission_*",
            ),
            (
                "DialogTransmissionSearchItem",
                "V1EndUserDialogsQueriesSearchTransmissions_Transmission",
            ),
            (
                "DialogTransmissionSearch*",
                "V1EndUserDialogsQueriesSearchTransmissions_*",
            ),
            ("Dialog*", "V1EndUserDialogsQueriesGet_Dialog*"),
            (
                "LabelAssignmentLog",
                "V1EndUserEndUserContextQueriesSearchLabelAssignmentLog_LabelAssignmentLog",
            ),
            (
                "PaginatedListOfDialogListItem",
                "PaginatedListOfV1EndUserDialogsQueriesSearch_Dialog",
            ),
            ("Parties", "V1AccessManagementQueriesGetParties_Parties"),
            (
                "SetDialogSystemLabelRequest",
                "V1EndUserEndUserContextCommandsSetSystemLabel_SetDialogSystemLabelRequest",
            ),
        ]),
    ],
    edits: &[],
    operations: &[
        (
            "BulkSetDialogSystemLabels",
            "V1EndUserEndUserContextCommandsBulkSetSystemLabels_BulkSetDialogSystemLabels",
        ),
        ("GetDialog", "V1EndUserDialogsQueriesGet_Dialog"),
        (
            "GetDialogActivity",
            "V1EndUserDialogsQueriesGetActivity_DialogActivity",
        ),
        (
            "GetDialogLookup",
            "V1EndUserDialogLookupQueriesGet_DialogLookup",
        ),
        (
            "GetDialogSeenLog",
            "V1EndUserDialogsQueriesGetSeenLog_DialogSeenLog",
        ),
        (
            "GetDialogTransmission",
            "V1EndUserDialogsQueriesGetTransmission_DialogTransmission",
        ),
        (
            "GetParties",
            "V1EndUserAccessManagementQueriesGetParties_Parties",
        ),
        (
            "SearchAuthorizedServiceResources",
            "V1EndUserServiceResourcesSearch_AuthorizedServiceResources",
        ),
        (
            "SearchDialogActivities",
            "V1EndUserDialogsQueriesSearchActivities_DialogActivity",
        ),
        (
            "SearchDialogLabelAssignmentLogs",
            "V1EndUserEndUserContextQueriesSearchLabelAssignmentLogs_DialogLabelAssignmentLog",
        ),
        (
            "SearchDialogSeenLogs",
            "V1EndUserDialogsQueriesSearchSeenLogs_DialogSeenLog",
        ),
        (
            "SearchDialogTransmissions",
            "V1EndUserDialogsQueriesSearchTransmissions_DialogTransmission",
        ),
        ("SearchDialogs", "V1EndUserDialogsQueriesSearch_Dialog"),
        (
            "SetDialogSystemLabels",
            "V1EndUserEndUserContextCommandsSetSystemLabel_SetDialogSystemLabels",
        ),
    ],
};
