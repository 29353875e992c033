//! Bodies that create: a dialog with all its parts, and the parts that requests of their own add.

use dialogporten::{
    dialog::{
        Dialog,
        action::DialogGuiActionPriority,
        attachment::Attachment,
        draft::{
            CreateDialog, CreateDialogActivityRequest, CreateTransmissionRequest, Place, Rules,
            UpdateTransmissionRequest,
            labels::{
                BulkSetSystemLabels, BulkSetSystemLabelsAs, CreateServiceOwnerLabel,
                SetSystemLabels, SetSystemLabelsAs,
            },
            placement_violations,
            text::uri,
        },
        event::Announcer,
        label::{LabelChange, LabelMask},
        limits::{self, utf16_length},
        localization::Localization,
        search::Passages,
        timestamp::Timestamp,
    },
    json::{self, Read},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    made::{all, ids, must_be_told, now, plain, stored},
    syntax::is_short,
};

const BASE: &str = "https://dialogporten.example.com";

/// A body is refused with words, or becomes a dialog within all limits that can be sent again and becomes the same.
pub fn create(data: &[u8]) {
    let draft = match json::read::<CreateDialog>(data) {
        Ok(draft) => draft,
        Err(refusal) => return is_short(&refusal),
    };
    let mut was_valid = false;
    for rules in [plain(), all()] {
        match draft.clone().validate(&rules, &mut ids()) {
            Ok(valid) => {
                // What is asked afterwards answers whatever the draft says.
                let _ = valid.passed_dates();
                let _ = valid.transmission_violations();
                let _ = valid.repeated_transmission_keys();
                let _ = valid.resource_attributes();
                let is_taken = !valid.taken_twice().is_empty();
                let dialog = stored(valid);
                within_limits(&dialog, &rules);
                announced(&dialog);
                found_by_its_own_words(&dialog, data.len());
                if !is_taken {
                    can_be_sent_again(&dialog, &rules);
                }
                was_valid = true;
            }
            Err(violations) => {
                assert!(!was_valid, "whoever may more is refused: {violations:?}");
                must_be_told(&violations);
            }
        }
    }
}

fn within_limits(dialog: &Dialog, rules: &Rules) {
    let short = |text: &Option<String>| {
        assert!(
            text.as_deref()
                .is_none_or(|t| utf16_length(t) <= limits::TEXT)
        );
    };
    short(&dialog.extended_status);
    short(&dialog.external_reference);
    assert!(dialog.progress.is_none_or(|p| (0..=100).contains(&p)));
    assert!(dialog.service_owner_labels.len() <= limits::SERVICE_OWNER_LABELS);
    assert!(dialog.service_owner_labels.is_sorted());
    for label in &dialog.service_owner_labels {
        assert!(limits::SERVICE_OWNER_LABEL.contains(&utf16_length(label)));
    }
    for tag in &dialog.search_tags {
        assert!(limits::SEARCH_TAG.contains(&utf16_length(tag)));
    }
    assert!(dialog.content.is_some() || dialog.is_api_only);
    for (priority, most) in [
        (DialogGuiActionPriority::Primary, 1),
        (DialogGuiActionPriority::Secondary, 1),
        (DialogGuiActionPriority::Tertiary, 5),
    ] {
        let actions = dialog.gui_actions.iter();
        assert!(actions.filter(|action| action.priority == priority).count() <= most);
    }
    for action in &dialog.gui_actions {
        is_address(&action.url);
        in_languages(&action.title, limits::TEXT);
    }
    for endpoint in dialog
        .api_actions
        .iter()
        .flat_map(|action| &action.endpoints)
    {
        is_address(&endpoint.url);
    }
    for transmission in &dialog.transmissions {
        has_addresses(&transmission.body.attachments);
        for action in &transmission.body.navigational_actions {
            is_address(&action.url);
        }
    }
    has_addresses(&dialog.attachments);
    let longest = if rules.correspondence_scope {
        limits::CORRESPONDENCE_TEXT
    } else {
        limits::TEXT
    };
    if let Some(content) = &dialog.content {
        in_languages(&content.title.value, longest);
        assert!(!content.title.value.is_empty());
    }
}

fn has_addresses(attachments: &[Attachment]) {
    for attachment in attachments {
        assert!(!attachment.urls.is_empty());
        for url in &attachment.urls {
            is_address(&url.url);
        }
        if let Some(name) = &attachment.display_name {
            in_languages(name, limits::TEXT);
        }
    }
}

fn is_address(url: &str) {
    assert!(uri::is_https(url), "{url} is no https address");
}

/// Texts of a bounded length, at most one for each language, in the order of the languages.
fn in_languages(texts: &[Localization], longest: usize) {
    assert!(texts.is_sorted_by(|a, b| a.language_code < b.language_code));
    for text in texts {
        assert!(utf16_length(&text.value) <= longest);
        assert!(!text.value.trim().is_empty());
    }
}

fn announced(dialog: &Dialog) {
    let events = Announcer {
        dialog,
        base: BASE,
        now: now(),
    }
    .created();
    assert_eq!(
        events.len(),
        1 + dialog.transmissions.len() + dialog.activities.len()
    );
    for event in events {
        assert!(event.body.source.starts_with(BASE));
        assert_eq!(event.body.subject, dialog.party);
        let written = json!(event.body);
        assert_eq!(
            serde_json::from_value::<dialogporten::dialog::event::CloudEvent>(written).ok(),
            Some(event.body)
        );
    }
}

/// Each text is indexed twice at most, as it is and by its stems.
fn found_by_its_own_words(dialog: &Dialog, body: usize) {
    let passages = Passages::of_dialog(dialog);
    assert_eq!(passages.texts.len(), passages.weights.len());
    assert_eq!(passages.texts.len(), passages.dictionaries.len());
    let bytes: usize = passages.texts.iter().map(|text| text.len()).sum();
    assert!(bytes <= 4 * body, "{bytes} bytes of {body} are indexed");
}

fn can_be_sent_again(dialog: &Dialog, rules: &Rules) {
    let body = body_of(dialog);
    let read = json::read::<CreateDialog>(body.to_string().as_bytes());
    let draft = read.unwrap_or_else(|refusal| panic!("{refusal} is told of {body}"));
    let valid = draft.validate(rules, &mut ids());
    let valid = valid.unwrap_or_else(|told| panic!("{told:?} is told of {body}"));
    assert_eq!(
        without_made_ids(stored(valid)),
        without_made_ids(dialog.clone())
    );
}

/// A body that makes `dialog`, identifiers and all.
fn body_of(dialog: &Dialog) -> Value {
    let words =
        |words: &[String]| -> Value { words.iter().map(|word| json!({ "value": word })).collect() };
    let is_hidden = dialog.visible_from.is_some_and(|moment| moment > now());
    let (created_at, updated_at) = history(dialog);
    let transmissions: Value = dialog
        .transmissions
        .iter()
        .map(|sent| {
            let known = json!({
                "id": sent.id, "idempotentKey": sent.idempotent_key, "type": sent.kind,
                "createdAt": if is_hidden { None } else { Some(sent.created_at) },
                "relatedTransmissionId": sent.related_id, "sender": known_actor(json!(sent.body.sender)),
            });
            with(json!(sent.body), &known)
        })
        .collect();
    let activities: Value = dialog
        .activities
        .iter()
        .map(|done| {
            let known = json!({
                "id": done.id, "createdAt": done.created_at, "type": done.kind,
                "transmissionId": done.transmission_id, "performedBy": known_actor(json!(done.body.performed_by)),
            });
            with(json!(done.body), &known)
        })
        .collect();
    json!({
        "id": dialog.id,
        "idempotentKey": dialog.idempotent_key,
        "serviceResource": dialog.service_resource,
        "party": dialog.party,
        "progress": dialog.progress,
        "extendedStatus": dialog.extended_status,
        "externalReference": dialog.external_reference,
        "process": dialog.process,
        "precedingProcess": dialog.preceding_process,
        "visibleFrom": dialog.visible_from,
        "dueAt": dialog.due_at,
        "expiresAt": dialog.expires_at,
        "createdAt": created_at,
        "updatedAt": updated_at,
        "status": dialog.status,
        "systemLabel": dialog.labels.place(),
        "isApiOnly": dialog.is_api_only,
        "serviceOwnerContext": { "serviceOwnerLabels": words(&dialog.service_owner_labels) },
        "content": dialog.content,
        "searchTags": words(&dialog.search_tags),
        "attachments": dialog.attachments,
        "guiActions": dialog.gui_actions,
        "apiActions": dialog.api_actions,
        "transmissions": transmissions,
        "activities": activities,
    })
}

/// What a client would say of when the dialog was created and changed, to get these times again.
fn history(dialog: &Dialog) -> (Option<String>, Option<Timestamp>) {
    let (created_at, updated_at) = (dialog.created_at, dialog.updated_at);
    if dialog.visible_from.is_some_and(|moment| moment > now()) {
        return (None, None);
    }
    if updated_at >= created_at {
        (Some(created_at.to_string()), Some(updated_at))
    } else if created_at == now() {
        (Some("0001-01-01T00:00:00Z".to_owned()), Some(updated_at))
    } else {
        (Some(created_at.to_string()), None)
    }
}

fn with(mut whole: Value, members: &Value) -> Value {
    if let (Some(whole), Some(members)) = (whole.as_object_mut(), members.as_object()) {
        whole.extend(members.clone());
    }
    whole
}

/// Names of those who have an identifier are not the client's to give.
fn known_actor(mut actor: Value) -> Value {
    if !actor["actorId"].is_null()
        && let Some(members) = actor.as_object_mut()
    {
        members.remove("actorName");
    }
    actor
}

/// Links of a transmission's attachments get new identifiers each time: clients cannot give them.
fn without_made_ids(mut dialog: Dialog) -> Dialog {
    for attachment in dialog
        .transmissions
        .iter_mut()
        .flat_map(|sent| &mut sent.body.attachments)
    {
        for url in &mut attachment.urls {
            url.id = Uuid::nil();
        }
    }
    dialog
}

/// Parts and labels that are added on their own are refused with words, or keep what labels must keep.
pub fn append(data: &[u8]) {
    for rules in [plain(), all()] {
        if let Some(input) = read::<CreateTransmissionRequest>(data) {
            match input.validate(&rules, &mut ids()) {
                Ok((sent, _)) => {
                    let place = Place {
                        depth: Some(1),
                        answers: 100,
                        sent: 3,
                    };
                    let _ = placement_violations(&sent, &place, now());
                }
                Err(violations) => must_be_told(&violations),
            }
        }
        if let Some(input) = read::<UpdateTransmissionRequest>(data)
            && let Err(violations) = input.validate(&rules, &mut ids())
        {
            must_be_told(&violations);
        }
        if let Some(input) = read::<CreateDialogActivityRequest>(data)
            && let Err(violations) = input.validate(&rules, &mut ids())
        {
            must_be_told(&violations);
        }
    }
    labels(data);
}

fn labels(data: &[u8]) {
    if let Some(input) = read::<SetSystemLabels>(data) {
        match input.validate(now()) {
            Ok(change) => keeps_one_place(change),
            Err(violations) => must_be_told(&violations),
        }
    }
    if let Some(input) = read::<BulkSetSystemLabels>(data) {
        match input.validate(now()) {
            Ok(bulk) => {
                assert!((1..=limits::END_USER_BULK).contains(&bulk.ids().len()));
                keeps_one_place(bulk.change);
            }
            Err(violations) => must_be_told(&violations),
        }
    }
    for for_person in [false, true] {
        if let Some(input) = read::<SetSystemLabelsAs>(data) {
            match input.validate(for_person, now()) {
                Ok((change, actor)) => {
                    keeps_one_place(change);
                    assert_eq!(actor.is_none(), for_person);
                }
                Err(violations) => must_be_told(&violations),
            }
        }
        if let Some(input) = read::<BulkSetSystemLabelsAs>(data) {
            match input.validate(for_person, now()) {
                Ok((bulk, actor)) => {
                    assert!((1..=limits::SERVICE_OWNER_BULK).contains(&bulk.ids().len()));
                    keeps_one_place(bulk.change);
                    assert_eq!(actor.is_none(), for_person);
                }
                Err(violations) => must_be_told(&violations),
            }
        }
    }
    read::<CreateServiceOwnerLabel>(data);
}

/// Whatever labels a dialog has, it is in exactly one place afterwards, and was sent if it was before.
fn keeps_one_place(change: LabelChange) {
    const SENT: i16 = 0b1_0000;
    let valid = |bits: &i16| (bits & LabelChange::PLACES).count_ones() == 1;
    for bits in (0..32).filter(valid) {
        let after = change.apply(LabelMask::from_bits(bits)).bits();
        assert_eq!((after & LabelChange::PLACES).count_ones(), 1, "{after:b}");
        assert_eq!(after & SENT, bits & SENT);
    }
}

fn read<T: Read>(data: &[u8]) -> Option<T> {
    json::read(data).map_err(|refusal| is_short(&refusal)).ok()
}
