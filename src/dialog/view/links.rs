//! Hides links that a caller may not follow and links that have expired. Titles, names and flags stay.

use crate::dialog::{
    Dialog, attachment::Attachment, content::ContentValue, timestamp::Timestamp,
    transmission::Transmission,
};

/// Stands where a link is that the caller may not follow.
pub const UNAUTHORIZED: &str = "urn:dialogporten:unauthorized";
/// Stands where a link was that has expired.
pub const EXPIRED: &str = "urn:dialogporten:expired";

/// Hides links in a dialog whose parts carry `is_authorized`; a part without the flag counts as not authorized.
pub fn hide(dialog: &mut Dialog, now: Timestamp) {
    for action in &mut dialog.gui_actions {
        if action.is_authorized != Some(true) {
            UNAUTHORIZED.clone_into(&mut action.url);
        }
    }
    for action in &mut dialog.api_actions {
        if action.is_authorized != Some(true) {
            for endpoint in &mut action.endpoints {
                UNAUTHORIZED.clone_into(&mut endpoint.url);
            }
        }
    }
    if let Some(reference) = dialog
        .content
        .as_mut()
        .and_then(|content| content.main_content_reference.as_mut())
        && reference.is_authorized != Some(true)
    {
        hide_texts(reference);
    }
    for attachment in &mut dialog.attachments {
        hide_expired(attachment, now);
    }
    for transmission in &mut dialog.transmissions {
        hide_in_transmission(transmission, now);
    }
}

/// Hides links in one transmission; "unauthorized" wins over "expired".
pub fn hide_in_transmission(transmission: &mut Transmission, now: Timestamp) {
    let authorized = transmission.is_authorized == Some(true);
    let body = &mut transmission.body;
    for attachment in &mut body.attachments {
        if authorized {
            hide_expired(attachment, now);
        } else {
            for url in &mut attachment.urls {
                UNAUTHORIZED.clone_into(&mut url.url);
            }
        }
    }
    for action in &mut body.navigational_actions {
        if !authorized {
            UNAUTHORIZED.clone_into(&mut action.url);
        } else if action.expires_at.is_some_and(|at| at < now) {
            EXPIRED.clone_into(&mut action.url);
        }
    }
    if !authorized
        && let Some(reference) = body
            .content
            .as_mut()
            .and_then(|content| content.content_reference.as_mut())
    {
        hide_texts(reference);
    }
}

fn hide_expired(attachment: &mut Attachment, now: Timestamp) {
    if attachment.expires_at.is_some_and(|at| at < now) {
        for url in &mut attachment.urls {
            EXPIRED.clone_into(&mut url.url);
        }
    }
}

fn hide_texts(reference: &mut ContentValue) {
    for text in &mut reference.value {
        UNAUTHORIZED.clone_into(&mut text.value);
    }
}
