//! The texts of dialogs and transmissions.
//!
//! The API tells violations in any slot under the same keys (`dto.content.value[0].value`); messages name the slot
//! where the key cannot.

use super::localized::localizations_that;
use crate::dialog::{
    content::{Content, ContentValue, MediaType, TransmissionContent},
    draft::{
        check::{Check, Invalid, Valid},
        input::{ContentValueInput, CreateDialogContent, CreateDialogTransmissionContent},
        text::{html, uri},
    },
    limits,
    named::Named,
};

/// Retired names and what they are kept as.
const RETIRED: [(&str, MediaType); 2] = [
    (
        "application/vnd.dialogporten.frontchannelembed+json;type=markdown",
        MediaType::EmbedMarkdown,
    ),
    (
        "application/vnd.dialogporten.frontchannelembed+json;type=html",
        MediaType::EmbedHtml,
    ),
];

/// What one slot may hold.
struct Slot {
    name: &'static str,
    longest: usize,
    allowed: &'static [MediaType],
}

impl Slot {
    /// A line of plain text; longer for callers with the scope of correspondence.
    fn line(check: &Check<'_>, name: &'static str) -> Self {
        Self {
            name,
            longest: if check.rules.correspondence_scope {
                limits::CORRESPONDENCE_TEXT
            } else {
                limits::TEXT
            },
            allowed: &[MediaType::Plain],
        }
    }

    /// A paragraph; HTML for callers with the scope for it.
    fn paragraph(check: &Check<'_>, name: &'static str) -> Self {
        Self {
            name,
            longest: limits::URI,
            allowed: if check.rules.legacy_html_scope {
                &[MediaType::Plain, MediaType::Markdown, MediaType::Html]
            } else {
                &[MediaType::Plain, MediaType::Markdown]
            },
        }
    }

    /// An address of content that portals embed.
    fn reference(check: &Check<'_>, name: &'static str) -> Self {
        Self {
            name,
            longest: limits::URI,
            allowed: if check.rules.legacy_html_scope {
                &[MediaType::EmbedMarkdown, MediaType::EmbedHtml]
            } else {
                &[MediaType::EmbedMarkdown]
            },
        }
    }
}

/// The texts of a dialog; `None` where there need be none.
pub fn content(
    check: &mut Check<'_>,
    input: Option<CreateDialogContent>,
    may_lack: bool,
) -> Valid<Option<Content>> {
    let Some(input) = input else {
        return lacking(check, may_lack);
    };
    check.at("content", |check| {
        let line =
            |check: &mut Check<'_>, name, input| slot(check, &Slot::line(check, name), input);
        let title = title(check, input.title);
        let non_sensitive_title = line(check, "NonSensitiveTitle", input.non_sensitive_title);
        let summary = line(check, "Summary", input.summary);
        let non_sensitive_summary = line(check, "NonSensitiveSummary", input.non_sensitive_summary);
        let sender_name = line(check, "SenderName", input.sender_name);
        let additional_info = Slot::paragraph(check, "AdditionalInfo");
        let additional_info = slot(check, &additional_info, input.additional_info);
        let extended_status = Slot {
            name: "ExtendedStatus",
            longest: limits::EXTENDED_STATUS,
            allowed: &[MediaType::Plain],
        };
        let extended_status = slot(check, &extended_status, input.extended_status);
        let reference = Slot::reference(check, "MainContentReference");
        let main_content_reference = slot(check, &reference, input.main_content_reference);
        Ok(Some(Content {
            title: title?,
            non_sensitive_title: non_sensitive_title?,
            summary: summary?,
            non_sensitive_summary: non_sensitive_summary?,
            sender_name: sender_name?,
            additional_info: additional_info?,
            extended_status: extended_status?,
            main_content_reference: main_content_reference?,
        }))
    })
}

/// The texts of a transmission; `None` where there need be none.
pub fn transmission_content(
    check: &mut Check<'_>,
    input: Option<CreateDialogTransmissionContent>,
    may_lack: bool,
) -> Valid<Option<TransmissionContent>> {
    let Some(input) = input else {
        return lacking(check, may_lack);
    };
    check.at("content", |check| {
        let title = title(check, input.title);
        let summary = Slot::line(check, "Summary");
        let summary = slot(check, &summary, input.summary);
        let reference = Slot::reference(check, "ContentReference");
        let content_reference = slot(check, &reference, input.content_reference);
        Ok(Some(TransmissionContent {
            title: title?,
            summary: summary?,
            content_reference: content_reference?,
        }))
    })
}

fn lacking<T>(check: &mut Check<'_>, may_lack: bool) -> Valid<Option<T>> {
    if may_lack {
        return Ok(None);
    }
    check.empty("content");
    Err(Invalid)
}

fn title(check: &mut Check<'_>, input: Option<ContentValueInput>) -> Valid<ContentValue> {
    if input.is_none() {
        check.tell("Title must not be empty.");
    }
    let line = Slot::line(check, "Title");
    slot(check, &line, input)?.ok_or(Invalid)
}

fn slot(
    check: &mut Check<'_>,
    slot: &Slot,
    input: Option<ContentValueInput>,
) -> Valid<Option<ContentValue>> {
    let Some(input) = input else {
        return Ok(None);
    };
    let media_type = media_type(check, slot, input.media_type);
    if input.value.is_empty() {
        check.tell_of(
            "value",
            format!("'Value' must not be empty. ({})", slot.name),
        );
    }
    let value = localizations_that(check, "value", input.value, slot.longest, |check, text| {
        match media_type {
            Ok(MediaType::Html) if !html::is_allowed(text) => check.tell(
                "'Value' contains HTML that is not allowed. Allowed are simple text, lists and tables without \
                 attributes, and links with an https address.",
            ),
            Ok(MediaType::EmbedMarkdown | MediaType::EmbedHtml) if !uri::is_https(text) => {
                check.tell_of("value", "'Value' must be a well-formed absolute https address.");
            }
            _ => {}
        }
    });
    Ok(Some(ContentValue {
        value: value?,
        media_type: media_type?,
        is_authorized: None,
    }))
}

/// The media type, if there is such a one; names compare exactly.
fn media_type(check: &mut Check<'_>, slot: &Slot, name: Option<String>) -> Valid<MediaType> {
    let Some(name) = name else {
        return allowed(check, slot, MediaType::Plain.name(), Some(MediaType::Plain));
    };
    if name.trim().is_empty() {
        check.empty("mediaType");
    }
    let known = MediaType::ALL
        .iter()
        .map(|(value, name, _)| (*name, *value));
    let found = known.chain(RETIRED).find(|(known, _)| *known == name);
    allowed(check, slot, &name, found.map(|(_, value)| value))
}

fn allowed(
    check: &mut Check<'_>,
    slot: &Slot,
    name: &str,
    found: Option<MediaType>,
) -> Valid<MediaType> {
    if found.is_none_or(|media_type| !slot.allowed.contains(&media_type)) {
        let names: Vec<_> = slot
            .allowed
            .iter()
            .map(|media_type| media_type.name())
            .collect();
        let name: String = name.chars().take(limits::TEXT).collect();
        check.tell_of(
            "mediaType",
            format!(
                "'{name}' is not allowed for {}. Allowed media types are {}.",
                slot.name,
                names.join(", ")
            ),
        );
    }
    found.ok_or(Invalid)
}
