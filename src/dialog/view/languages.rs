//! One language for each text, as the caller prefers.

use crate::dialog::{
    Dialog,
    content::{Content, ContentValue, TransmissionContent},
    preference::Preference,
    transmission::Transmission,
};

/// Leaves each text of a dialog in the language that the caller prefers; texts in none of the wanted languages stay
/// in all of theirs.
pub fn prune(dialog: &mut Dialog, preference: &Preference) {
    if let Some(content) = &mut dialog.content {
        prune_content(content, preference);
    }
    for attachment in &mut dialog.attachments {
        attachment
            .display_name
            .iter_mut()
            .for_each(|texts| preference.prune(texts));
    }
    for action in &mut dialog.gui_actions {
        preference.prune(&mut action.title);
        action
            .prompt
            .iter_mut()
            .for_each(|texts| preference.prune(texts));
    }
    for transmission in &mut dialog.transmissions {
        prune_transmission(transmission, preference);
    }
    for activity in &mut dialog.activities {
        preference.prune(&mut activity.body.description);
    }
}

/// The same for one transmission.
pub fn prune_transmission(transmission: &mut Transmission, preference: &Preference) {
    let body = &mut transmission.body;
    if let Some(TransmissionContent {
        title,
        summary,
        content_reference,
    }) = &mut body.content
    {
        preference.prune(&mut title.value);
        for value in [summary, content_reference].into_iter().flatten() {
            preference.prune(&mut value.value);
        }
    }
    for attachment in &mut body.attachments {
        attachment
            .display_name
            .iter_mut()
            .for_each(|texts| preference.prune(texts));
    }
    for action in &mut body.navigational_actions {
        preference.prune(&mut action.title);
    }
}

fn prune_content(content: &mut Content, preference: &Preference) {
    let Content {
        title,
        non_sensitive_title,
        summary,
        non_sensitive_summary,
        sender_name,
        additional_info,
        extended_status,
        main_content_reference,
    } = content;
    preference.prune(&mut title.value);
    let optional: [&mut Option<ContentValue>; 7] = [
        non_sensitive_title,
        summary,
        non_sensitive_summary,
        sender_name,
        additional_info,
        extended_status,
        main_content_reference,
    ];
    for value in optional.into_iter().flatten() {
        preference.prune(&mut value.value);
    }
}
