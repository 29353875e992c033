//! PUT serviceowner/dialogs/{dialogId}.

mod outcome;
mod rules;
