//! POST serviceowner/dialogs: what is accepted, what is refused, and with which words.

mod actions;
mod activities;
mod attachments;
mod content;
mod dates;
mod enums;
mod envelope;
mod idempotency;
mod identifiers;
mod labels;
mod localizations;
mod malformed;
mod minimal;
mod order;
mod ownership;
mod party;
mod scalars;
mod transmissions;

use serde_json::Value;

use crate::support::Town;

/// Each of these changes makes the service owner's dialog be refused with errors at exactly these keys.
async fn refused(town: &Town, status: u16, cases: Vec<(Value, &[&str])>) {
    for (changes, keys) in cases {
        let answer = town.owner().posts(&town.a_dialog_with(changes)).await;
        answer.refuses(status, keys);
    }
}

/// With each of these changes the service owner's dialog is created.
async fn accepted(town: &Town, cases: Vec<Value>) {
    for changes in cases {
        town.owner()
            .posts(&town.a_dialog_with(changes))
            .await
            .is(201);
    }
}
