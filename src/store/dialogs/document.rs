//! The parts of a dialog that are kept as documents, and the bits of its flags.
//!
//! Documents use the names of the public API, so that they can be read and migrated by SQL.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::dialog::{
    Dialog,
    action::{ApiAction, GuiAction},
    activity::{Activity, DialogActivityType},
    actor::Actor,
    attachment::{Attachment, AttachmentUrlConsumerType},
    content::{Content, ContentValue},
    localization::Localization,
    timestamp::Timestamp,
};

/// For machines only.
pub const API_ONLY: i32 = 1;
/// Seen since the content changed.
pub const SEEN: i32 = 2;
/// Only admins may change it.
pub const FROZEN: i32 = 4;
/// Holds something to be opened.
pub const UNOPENED: i32 = 8;

/// The flags of a dialog as one number.
pub fn flags(dialog: &Dialog) -> i32 {
    [
        (dialog.is_api_only, API_ONLY),
        (dialog.is_seen_since_content_update, SEEN),
        (dialog.is_frozen, FROZEN),
        (dialog.has_unopened_content, UNOPENED),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .map(|(_, bit)| bit)
    .sum()
}

/// Column `list`: the texts that lists show. All absent means a dialog without content.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct List<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<Cow<'a, ContentValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    non_sensitive_title: Option<Cow<'a, ContentValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    summary: Option<Cow<'a, ContentValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    non_sensitive_summary: Option<Cow<'a, ContentValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sender_name: Option<Cow<'a, ContentValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extended_status: Option<Cow<'a, ContentValue>>,
}

/// Column `detail`: what is replaced as a whole and never searched by SQL.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    additional_info: Option<Cow<'a, ContentValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    main_content_reference: Option<Cow<'a, ContentValue>>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub search_tags: Cow<'a, [String]>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub attachments: Cow<'a, [Attachment]>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub gui_actions: Cow<'a, [GuiAction]>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub api_actions: Cow<'a, [ApiAction]>,
}

#[expect(clippy::ptr_arg, reason = "serde passes the field as it is")]
fn is_empty<T: Clone>(list: &Cow<'_, [T]>) -> bool {
    list.is_empty()
}

/// Both documents of a dialog.
pub fn documents(dialog: &Dialog) -> (List<'_>, Detail<'_>) {
    let content = dialog.content.as_ref();
    let optional = |of: fn(&Content) -> &Option<ContentValue>| {
        content
            .and_then(|content| of(content).as_ref())
            .map(Cow::Borrowed)
    };
    (
        List {
            title: content.map(|content| Cow::Borrowed(&content.title)),
            non_sensitive_title: optional(|content| &content.non_sensitive_title),
            summary: optional(|content| &content.summary),
            non_sensitive_summary: optional(|content| &content.non_sensitive_summary),
            sender_name: optional(|content| &content.sender_name),
            extended_status: optional(|content| &content.extended_status),
        },
        Detail {
            additional_info: optional(|content| &content.additional_info),
            main_content_reference: optional(|content| &content.main_content_reference),
            search_tags: Cow::Borrowed(&dialog.search_tags),
            attachments: Cow::Borrowed(&dialog.attachments),
            gui_actions: Cow::Borrowed(&dialog.gui_actions),
            api_actions: Cow::Borrowed(&dialog.api_actions),
        },
    )
}

/// The content that two documents hold together.
pub fn content(list: List<'_>, detail: &mut Detail<'_>) -> Option<Content> {
    let owned = |value: Option<Cow<'_, ContentValue>>| value.map(Cow::into_owned);
    Some(Content {
        title: list.title?.into_owned(),
        non_sensitive_title: owned(list.non_sensitive_title),
        summary: owned(list.summary),
        non_sensitive_summary: owned(list.non_sensitive_summary),
        sender_name: owned(list.sender_name),
        additional_info: owned(detail.additional_info.take()),
        extended_status: owned(list.extended_status),
        main_content_reference: owned(detail.main_content_reference.take()),
    })
}

/// Column `latest_activity`: the newest activity, as lists show it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LatestActivity<'a> {
    id: uuid::Uuid,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extended_type: Option<Cow<'a, str>>,
    #[serde(rename = "type")]
    kind: DialogActivityType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transmission_id: Option<uuid::Uuid>,
    performed_by: Cow<'a, Actor>,
    description: Cow<'a, [Localization]>,
}

/// The newest of `activities` by time, then id.
pub fn latest_activity(activities: &[Activity]) -> Option<LatestActivity<'_>> {
    let newest = activities
        .iter()
        .max_by_key(|activity| (activity.created_at, activity.id))?;
    Some(LatestActivity {
        id: newest.id,
        created_at: newest.created_at,
        extended_type: newest.body.extended_type.as_deref().map(Cow::Borrowed),
        kind: newest.kind,
        transmission_id: newest.transmission_id,
        performed_by: Cow::Borrowed(&newest.body.performed_by),
        description: Cow::Borrowed(&newest.body.description),
    })
}

/// How many attachments have a link for people.
pub fn gui_attachments(attachments: &[Attachment]) -> i32 {
    let count = attachments
        .iter()
        .filter(|a| {
            a.urls
                .iter()
                .any(|url| url.consumer_type == AttachmentUrlConsumerType::Gui)
        })
        .count();
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Column `opened_at` of a transmission: when the first activity told so.
pub fn opened_at(dialog: &Dialog, transmission: uuid::Uuid) -> Option<Timestamp> {
    dialog
        .activities
        .iter()
        .filter(|activity| activity.transmission_id == Some(transmission))
        .map(|activity| activity.created_at)
        .min()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::dialog::{
        activity::ActivityBody,
        content::MediaType,
        language::LanguageCode,
        search::{StoredActivity, StoredTexts},
    };

    fn localizations() -> Vec<Localization> {
        vec![Localization {
            value: "A text".to_owned(),
            language_code: LanguageCode::NB,
        }]
    }

    /// Lists show them without reading them.
    #[test]
    fn texts_are_stored_with_the_members_that_answers_show() {
        let text = ContentValue {
            value: localizations(),
            media_type: MediaType::Plain,
            is_authorized: None,
        };
        let list = || {
            let text = || Some(Cow::Borrowed(&text));
            List {
                title: text(),
                non_sensitive_title: text(),
                summary: text(),
                non_sensitive_summary: text(),
                sender_name: text(),
                extended_status: text(),
            }
        };
        let stored = StoredTexts::new(&json!(list()).to_string());
        let shown = stored.read().unwrap();
        let members = [
            &shown.title,
            &shown.non_sensitive_title,
            &shown.summary,
            &shown.non_sensitive_summary,
            &shown.sender_name,
            &shown.extended_status,
        ];
        assert_eq!(members.len(), json!(list()).as_object().unwrap().len());
        for member in members {
            assert_eq!(json!(member), json!(text));
        }
    }

    #[test]
    fn the_newest_activity_is_stored_with_the_members_that_answers_show() {
        let time = serde_json::from_str("\"2025-01-05T00:00:00Z\"").unwrap();
        let barest = Activity {
            id: Uuid::from_u128(1),
            created_at: time,
            kind: DialogActivityType::TransmissionOpened,
            transmission_id: None,
            body: ActivityBody {
                extended_type: None,
                performed_by: Actor::service_owner(),
                description: Vec::new(),
            },
        };
        let fullest = Activity {
            transmission_id: Some(Uuid::from_u128(2)),
            body: ActivityBody {
                extended_type: Some("urn:x".to_owned()),
                performed_by: Actor::representative("urn:y".to_owned(), Some("Y".to_owned())),
                description: localizations(),
            },
            ..barest.clone()
        };
        for activity in [fullest, barest] {
            let document = json!(latest_activity(&[activity]));
            let stored = StoredActivity::new(&document.to_string());
            assert_eq!(json!(stored.read().unwrap()), document);
        }
    }
}
