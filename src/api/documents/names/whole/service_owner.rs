//! Names of what service owners can do, in the document that holds everything.

use super::SHARED;
use crate::http::openapi::{Names, names::everywhere};

/// What service owners can do, in the whole document.
pub const WHOLE_SERVICE_OWNER: Names = Names {
    scopes: &[
        SHARED,
        everywhere(&[
            ("Actor", "V1ServiceOwnerCommonActors_Actor"),
            (
                "BulkSetSystemLabel",
                "V1ServiceOwnerEndUserContextCommandsBulkSetSystemLabels_BulkSetSystemLabel",
            ),
            ("Content", "V1ServiceOwnerDialogsQueriesGet_Content"),
            (
                "CreateDialogActivityRequest",
                "V1ServiceOwnerDialogsCommandsCreateActivity_ActivityRequest",
            ),
            ("CreateDialog", "V1ServiceOwnerDialogsCommandsCreate_Dialog"),
            (
                "CreateDialogServiceOwnerContext",
                "V1ServiceOwnerDialogsCommandsCreate_DialogServiceOwnerContext",
            ),
            ("CreateDialog*", "V1ServiceOwnerDialogsCommandsCreate_*"),
            (
                "CreateServiceOwnerLabel",
                "V1ServiceOwnerServiceOwnerContextCommandsCreateServiceOwnerLabel_Label",
            ),
            (
                "CreateTransmission*",
                "V1ServiceOwnerDialogsCommandsCreateTransmission_Transmission*",
            ),
            ("DeletedFilter", "V1Common_DeletedFilter"),
            ("Dialog", "V1ServiceOwnerDialogsQueriesGet_Dialog"),
            (
                "DialogActivityDetails",
                "V1ServiceOwnerDialogsQueriesGetActivity_Activity",
            ),
            (
                "DialogActivitySearchItem",
                "V1ServiceOwnerDialogsQueriesSearchActivities_Activity",
            ),
            (
                "DialogContentSummary",
                "V1ServiceOwnerDialogsQueriesSearch_Content",
            ),
            (
                "DialogEndUserContextItem",
                "V1ServiceOwnerDialogsQueriesSearchEndUserContext_DialogEndUserContextItem",
            ),
            (
                "DialogListItem",
                "V1ServiceOwnerDialogsQueriesSearch_Dialog",
            ),
            (
                "DialogListItem*",
                "V1ServiceOwnerDialogsQueriesSearch_Dialog*",
            ),
            (
                "DialogRevision",
                "V1ServiceOwnerEndUserContextCommandsBulkSetSystemLabels_DialogRevision",
            ),
            (
                "DialogSeenLogDetails",
                "V1ServiceOwnerDialogsQueriesGetSeenLog_SeenLog",
            ),
            (
                "DialogSeenLogSearchItem",
                "V1ServiceOwnerDialogsQueriesSearchSeenLogs_SeenLog",
            ),
            (
                "DialogServiceOwnerLabelListItem",
                "V1ServiceOwnerDialogsQueriesSearch_ServiceOwnerLabel",
            ),
            (
                "Dialog*ListItem",
                "V1ServiceOwnerDialogsQueriesSearch_Dialog*",
            ),
            (
                "DialogStatusInput",
                "V1ServiceOwnerCommonDialogStatuses_DialogStatusInput",
            ),
            ("DialogTag", "V1ServiceOwnerDialogsQueriesGet_Tag"),
            (
                "DialogTransmissionDetails",
                "V1ServiceOwnerDialogsQueriesGetTransmission_Transmission",
            ),
            (
                "DialogTransmission*Details",
                "V1ServiceOwnerDialogsQueriesGetTransmission_*",
            ),
            (
                "DialogTransmissionSearchItem",
                "V1ServiceOwnerDialogsQueriesSearchTransmissions_Transmission",
            ),
            (
                "DialogTransmissionSearch*",
                "V1ServiceOwnerDialogsQueriesSearchTransmissions_*",
            ),
            ("Dialog*", "V1ServiceOwnerDialogsQueriesGet_Dialog*"),
            ("JsonPatchOperation", "JsonPatchOperations_Operation"),
            (
                "NotificationCondition",
                "V1ServiceOwnerDialogsQueriesNotificationCondition_NotificationCondition",
            ),
            (
                "NotificationConditionType",
                "V1ServiceOwnerDialogsQueriesNotificationCondition_NotificationConditionType",
            ),
            (
                "PaginatedListOfDialogEndUserContextItem",
                "PaginatedListOfV1ServiceOwnerDialogsQueriesSearchEndUserContext_DialogEndUserContextItem",
            ),
            (
                "PaginatedListOfDialogListItem",
                "PaginatedListOfV1ServiceOwnerDialogsQueriesSearch_Dialog",
            ),
            (
                "ServiceOwnerLabel",
                "V1ServiceOwnerServiceOwnerContextQueriesGetServiceOwnerLabels_ServiceOwnerLabel",
            ),
            (
                "SetDialogSystemLabelRequest",
                "V1ServiceOwnerEndUserContextCommandsSetSystemLabel_SetDialogSystemLabelRequest",
            ),
            ("UpdateDialog", "V1ServiceOwnerDialogsCommandsUpdate_Dialog"),
            ("UpdateDialog*", "V1ServiceOwnerDialogsCommandsUpdate_*"),
            (
                "UpdateTransmission*",
                "V1ServiceOwnerDialogsCommandsUpdateTransmission_Transmission*",
            ),
        ]),
    ],
    edits: &[],
    operations: &[
        (
            "BulkSetDialogSystemLabels",
            "V1ServiceOwnerEndUserContextCommandsBulkSetSystemLabels_BulkSetDialogSystemLabels",
        ),
        (
            "CheckNotificationCondition",
            "V1ServiceOwnerDialogsQueriesNotificationCondition_NotificationCondition",
        ),
        ("CreateDialog", "V1ServiceOwnerDialogsCommandsCreate_Dialog"),
        (
            "CreateDialogActivity",
            "V1ServiceOwnerDialogsCommandsCreateActivity_DialogActivity",
        ),
        (
            "CreateDialogTransmission",
            "V1ServiceOwnerDialogsCommandsCreateTransmission_DialogTransmission",
        ),
        (
            "CreateServiceOwnerLabel",
            "V1ServiceOwnerServiceOwnerContextCommandsCreateServiceOwnerLabel_ServiceOwnerLabel",
        ),
        ("DeleteDialog", "V1ServiceOwnerDialogsCommandsDelete_Dialog"),
        (
            "DeleteServiceOwnerLabel",
            "V1ServiceOwnerServiceOwnerContextCommandsDeleteServiceOwnerLabel_ServiceOwnerLabel",
        ),
        (
            "FreezeDialog",
            "V1ServiceOwnerDialogsCommandsFreeze_FreezeDialog",
        ),
        ("GetDialog", "V1ServiceOwnerDialogsQueriesGet_Dialog"),
        (
            "GetDialogActivity",
            "V1ServiceOwnerDialogsQueriesGetActivity_DialogActivity",
        ),
        (
            "GetDialogLookup",
            "V1ServiceOwnerDialogLookupQueriesGet_DialogLookup",
        ),
        (
            "GetDialogSeenLog",
            "V1ServiceOwnerDialogsQueriesGetSeenLog_DialogSeenLog",
        ),
        (
            "GetDialogTransmission",
            "V1ServiceOwnerDialogsQueriesGetTransmission_DialogTransmission",
        ),
        (
            "GetServiceOwnerLabels",
            "V1ServiceOwnerServiceOwnerContextQueriesGetServiceOwnerLabel_ServiceOwnerLabel",
        ),
        ("PatchDialog", "V1ServiceOwnerDialogsPatchDialog"),
        ("PurgeDialog", "V1ServiceOwnerDialogsCommandsPurge_Dialog"),
        (
            "RestoreDialog",
            "V1ServiceOwnerDialogsCommandsRestore_Dialog",
        ),
        (
            "SearchDialogActivities",
            "V1ServiceOwnerDialogsQueriesSearchActivities_DialogActivity",
        ),
        (
            "SearchDialogEndUserContexts",
            "V1ServiceOwnerDialogsQueriesSearchEndUserContext_DialogEndUserContext",
        ),
        (
            "SearchDialogSeenLogs",
            "V1ServiceOwnerDialogsQueriesSearchSeenLogs_DialogSeenLog",
        ),
        (
            "SearchDialogTransmissions",
            "V1ServiceOwnerDialogsQueriesSearchTransmissions_DialogTransmission",
        ),
        ("SearchDialogs", "V1ServiceOwnerDialogsQueriesSearch_Dialog"),
        (
            "SetDialogSystemLabels",
            "V1ServiceOwnerEndUserContextCommandsSetSystemLabel_SetDialogSystemLabels",
        ),
        ("UpdateDialog", "V1ServiceOwnerDialogsCommandsUpdate_Dialog"),
        (
            "UpdateDialogTransmission",
            "V1ServiceOwnerDialogsCommandsUpdateTransmission_DialogTransmission",
        ),
    ],
};
