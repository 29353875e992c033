//! Attachments and their links.

use super::localizations;
use crate::dialog::{
    attachment::{Attachment, AttachmentUrl},
    draft::{
        check::{Check, Purpose, Valid},
        claims::PartKind,
        input::{CreateDialogAttachment, CreateDialogAttachmentUrl},
    },
    limits,
};

/// The attachments of a dialog or a transmission, by identifier.
pub fn attachments(
    check: &mut Check<'_>,
    items: Vec<CreateDialogAttachment>,
) -> Valid<Vec<Attachment>> {
    check.distinct_ids("attachments", items.iter().map(|item| item.id));
    check.each("attachments", items, attachment)
}

fn attachment(check: &mut Check<'_>, input: CreateDialogAttachment) -> Valid<Attachment> {
    let id = check.own_id(PartKind::Attachment, input.id);
    let display_name = localizations(check, "displayName", input.display_name, limits::TEXT);
    let name = check.optional_text("name", input.name, limits::TEXT);
    // Attachments that a dialog already has may have expired; whether one is new is found out later.
    if check.purpose == Purpose::Create {
        check.not_expired(input.expires_at);
    }
    if input.urls.is_empty() {
        check.empty("urls");
    }
    check.distinct_ids("urls", input.urls.iter().map(|url| url.id));
    let urls = check.each("urls", input.urls, attachment_url);
    Ok(Attachment {
        id,
        display_name: display_name.map(|texts| (!texts.is_empty()).then_some(texts))?,
        name,
        urls: urls?,
        expires_at: input.expires_at,
    })
}

fn attachment_url(check: &mut Check<'_>, input: CreateDialogAttachmentUrl) -> Valid<AttachmentUrl> {
    let id = check.own_id(PartKind::AttachmentUrl, input.id);
    // What the API has always taken where a transmission is added on its own, and clients send.
    let url = if check.purpose == Purpose::Append {
        check.required_uri("url", input.url)
    } else {
        check.https_url(input.url)
    };
    let media_type = check.optional_text("mediaType", input.media_type, limits::TEXT);
    let consumer_type = check.choice("consumerType", input.consumer_type);
    Ok(AttachmentUrl {
        id,
        url: url?,
        media_type,
        consumer_type: consumer_type?,
    })
}
