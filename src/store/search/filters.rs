//! Conditions on a dialog `d`, apart by what the index of an order can tell and what only the table knows.

use std::fmt::{self, Write as _};

use super::{binds::Binds, keyset};
use crate::{
    dialog::{
        label::{LabelMask, SystemLabel},
        named::Named,
        search::{Filter, order::Key},
        timestamp::Timestamp,
    },
    store::dialogs::document::{API_ONLY, SEEN},
};

/// Conditions, each with `AND` before it.
#[derive(Default)]
pub(super) struct Conditions {
    /// On columns that the index holds by which the order is read.
    pub in_index: String,
    /// On all others.
    pub in_table: String,
}

impl Conditions {
    /// All of them.
    pub(super) fn all(&self) -> String {
        format!("{}{}", self.in_index, self.in_table)
    }

    fn and(&mut self, in_index: bool, condition: fmt::Arguments<'_>) {
        let sql = if in_index {
            &mut self.in_index
        } else {
            &mut self.in_table
        };
        // Writing into a string cannot fail.
        let _ = write!(sql, " AND {condition}");
    }
}

/// What must hold of dialogs that end users find, where `lead` is the key that the index is read by.
pub(super) fn end_user(
    filter: &Filter,
    now: Timestamp,
    lead: Key,
    binds: &mut Binds,
) -> sqlx::Result<Conditions> {
    let mut conditions = Conditions::default();
    let now = binds.add(now)?;
    // The indexes hold what is not deleted, and no other dialogs.
    conditions.and(true, format_args!("d.deleted_at IS NULL"));
    // Those by content also hold what most searches ask for.
    let by_content = lead == Key::ContentUpdatedAt;
    conditions.and(
        by_content,
        format_args!("(d.visible_from IS NULL OR d.visible_from <= {now})"),
    );
    conditions.and(
        by_content,
        format_args!("(d.expires_at IS NULL OR d.expires_at > {now})"),
    );
    given(&mut conditions, filter, lead, binds)?;
    Ok(conditions)
}

/// What the caller asked for.
fn given(
    conditions: &mut Conditions,
    filter: &Filter,
    lead: Key,
    binds: &mut Binds,
) -> sqlx::Result<()> {
    let by_content = lead == Key::ContentUpdatedAt;
    if !filter.statuses.is_empty() {
        let statuses: Vec<i16> = filter.statuses.iter().map(|s| s.number()).collect();
        let statuses = binds.add(statuses)?;
        conditions.and(by_content, format_args!("d.status = ANY ({statuses})"));
    }
    if let Some(labels) = filter.labels {
        let mask = binds.add(labels.bits())?;
        conditions.and(by_content, format_args!("d.label_mask & {mask} = {mask}"));
    }
    if let Some(seen) = filter.is_content_seen {
        let seen = binds.add(seen)?;
        let unopened = LabelMask::bit(SystemLabel::MarkedAsUnopened);
        conditions.and(
            by_content,
            format_args!(
                "(d.flags & {SEEN} <> 0 AND d.label_mask & {unopened}::smallint = 0) = {seen}"
            ),
        );
    }
    if filter.exclude_api_only {
        conditions.and(by_content, format_args!("d.flags & {API_ONLY} = 0"));
    }
    if !filter.orgs.is_empty() {
        let orgs = binds.add(&filter.orgs)?;
        conditions.and(
            false,
            format_args!(
                "d.org_id = ANY (ARRAY (SELECT id FROM org WHERE short_name = ANY ({orgs})))"
            ),
        );
    }
    if !filter.extended_statuses.is_empty() {
        let statuses = binds.add(&filter.extended_statuses)?;
        conditions.and(false, format_args!("d.extended_status = ANY ({statuses})"));
    }
    if let Some(reference) = &filter.external_reference {
        let reference = binds.add(reference)?;
        conditions.and(false, format_args!("d.external_reference = {reference}"));
    }
    if let Some(process) = &filter.process {
        let process = binds.add(process)?;
        conditions.and(false, format_args!("d.process = {process}"));
    }
    for (key, span) in [
        (Key::CreatedAt, filter.created),
        (Key::UpdatedAt, filter.updated),
        (Key::ContentUpdatedAt, filter.content_updated),
        (Key::DueAt, filter.due),
    ] {
        let column = keyset::column(key);
        for (comparison, end) in [(">=", span.after), ("<=", span.before)] {
            if let Some(end) = end {
                let end = binds.add(end)?;
                conditions.and(key == lead, format_args!("d.{column} {comparison} {end}"));
            }
        }
    }
    Ok(())
}
