//! How the dates of a dialog relate to each other and to now.

use super::{check::Check, input::CreateDialog};
use crate::dialog::{timestamp::Timestamp, violations::Violations};

/// When a dialog that comes from elsewhere was created and changed there.
pub fn check_history(check: &mut Check<'_>, input: &CreateDialog) {
    if let Some(created_at) = input.created_at {
        check.not_ahead("createdAt", created_at);
    }
    let Some(updated_at) = given(input.updated_at) else {
        return;
    };
    // A moment in the year 1 is as good as any here, though it is not kept.
    let Some(created_at) = input.created_at else {
        check.tell_of(
            "createdAt",
            "'CreatedAt' must be given where 'UpdatedAt' is.",
        );
        return;
    };
    check.not_ahead("updatedAt", updated_at);
    if updated_at < created_at {
        check.tell_of("updatedAt", "'UpdatedAt' must not lie before 'CreatedAt'.");
    }
}

/// What is due, hidden and shown when; `visible_from` cannot change once the dialog exists.
pub fn check_order(
    check: &mut Check<'_>,
    visible_from: Option<Timestamp>,
    due_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
) {
    let is_before = |moment: Option<Timestamp>, limit| moment.is_some() && moment < limit;
    if is_before(expires_at, due_at) {
        check.tell_of("expiresAt", "'ExpiresAt' must not lie before 'DueAt'.");
    }
    if is_before(expires_at, visible_from) {
        check.tell_of(
            "expiresAt",
            "'ExpiresAt' must not lie before 'VisibleFrom'.",
        );
    }
    if is_before(due_at, visible_from) && !check.rules.admin {
        check.tell_of("dueAt", "'DueAt' must not lie before 'VisibleFrom'.");
    }
}

/// The dates of a new dialog that have passed.
pub fn passed(dates: [(&str, Option<Timestamp>); 3], now: Timestamp) -> Violations {
    let mut violations = Violations::default();
    for (key, _) in dates
        .into_iter()
        .filter(|(_, moment)| moment.is_some_and(|moment| moment <= now))
    {
        violations.add(key, format!("'{key}' is invalid. Must be in the future."));
    }
    violations
}

/// A moment, unless it is in the year 1, which some clients send for none.
pub fn given(moment: Option<Timestamp>) -> Option<Timestamp> {
    moment.filter(|moment| !moment.is_unset())
}
