//! Changes of a stored dialog: by a whole body, and by operations.

use dialogporten::{
    dialog::{
        Dialog,
        change::{Change, Proposal, Surroundings, Wanted, change},
        draft::{Rules, Standing, UpdateDialog},
        limits,
        patch::{Operation, patched},
    },
    json,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    made::{all, bare, dialog_of, ids, must_be_told, plain, rich},
    syntax::is_short,
};

/// How much larger than the largest body a dialog can be, because of members that only answers write.
const SLACK: usize = 4;

/// A body is refused with words, or makes of a dialog one that no longer changes when it is sent back as it is.
pub fn update(data: &[u8]) {
    let body = match json::read::<UpdateDialog>(data) {
        Ok(body) => body,
        Err(refusal) => return is_short(&refusal),
    };
    let wanted = Wanted::of_body(&body);
    for before in [rich(), bare()] {
        for rules in [plain(), all()] {
            carried_out(&before, body.clone(), &rules, &wanted);
        }
    }
}

/// A line with the body of the stored dialog, then the operations: they do not apply, or what comes of them is a body as
/// any other, of bounded size.
pub fn patch(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    let (first, rest) = data.split_at(end.unwrap_or(0));
    let before = dialog_of(first, &all()).unwrap_or_else(rich);
    let operations: Vec<Operation> = match json::read(rest) {
        Ok(operations) => operations,
        Err(refusal) => return is_short(&refusal),
    };
    let before = stored_alone(before);
    let wanted = Wanted::of_patch(&operations);
    match patched(&before, &operations) {
        Ok(body) => {
            for rules in [plain(), all()] {
                carried_out(&before, body.clone(), &rules, &wanted);
            }
        }
        Err(reason) => assert!(reason.to_string().len() <= 1_000),
    }
}

fn carried_out(before: &Dialog, body: UpdateDialog, rules: &Rules, wanted: &Wanted) {
    let standing = Standing {
        visible_from: before.visible_from,
        lacks_transmission_content: false,
    };
    let before = stored_alone(before.clone());
    let update = match body.validate(rules, &standing, &mut ids()) {
        Ok(update) => update,
        Err(violations) => return must_be_told(&violations),
    };
    // What is asked of the store before the rules are checked need not be enough; asking for more is.
    let _ = wanted.covers(&Wanted::of_update(&update));
    let surroundings = Surroundings::default();
    let proposal = Proposal {
        before: &before,
        surroundings: &surroundings,
        update: &update,
    };
    let _ = proposal.passed_dates();
    let _ = proposal.stored_activities();
    let _ = proposal.transmission_violations();
    let _ = proposal.repeated_transmission_keys();
    let _ = proposal.reference_violations();
    let _ = proposal.expired_attachments();
    let _ = proposal.named_resources();
    let made = change(&before, update, &surroundings, Uuid::from_u128(9));
    assert_eq!(
        made.is_effective(),
        made.after.revision != before.revision,
        "a new revision means a change"
    );
    let events = made.events("https://example.com");
    assert!(made.is_effective() || events.is_empty());
    assert!(!rules.silent || events.is_empty());
    assert!(size(&made.after) <= SLACK * limits::BODY_BYTES);
    if made.taken.is_none() {
        settles(&made, rules);
    }
}

/// The dialog afterwards, sent back as it is, changes nothing.
fn settles(made: &Change, rules: &Rules) {
    let after = &made.after;
    let body = patched(after, &[]).unwrap_or_else(|reason| panic!("{reason}"));
    let standing = Standing {
        visible_from: after.visible_from,
        lacks_transmission_content: false,
    };
    let update = body.validate(rules, &standing, &mut ids());
    let update = update.unwrap_or_else(|told| panic!("what is stored is refused: {told:?}"));
    let again = change(after, update, &Surroundings::default(), Uuid::from_u128(10));
    assert!(!again.is_effective(), "{:?}\n{:?}", after, again.after);
}

/// As changes load it: without transmissions and activities.
fn stored_alone(dialog: Dialog) -> Dialog {
    Dialog {
        transmissions: Vec::new(),
        activities: Vec::new(),
        ..dialog
    }
}

/// About the bytes of what a client may write of a dialog.
fn size(dialog: &Dialog) -> usize {
    json!([
        dialog.content,
        dialog.search_tags,
        dialog.attachments,
        dialog.gui_actions,
        dialog.api_actions,
        dialog.process,
        dialog.preceding_process,
        dialog.external_reference,
        dialog.extended_status,
    ])
    .to_string()
    .len()
}
