//! Conditions on a dialog `d`, apart by what the index of an order can tell and what only the table knows.

use std::fmt::{self, Write as _};

use super::{Shown, binds::Binds, keyset};
use crate::{
    dialog::{
        label::{LabelMask, SystemLabel},
        named::Named,
        search::{
            Filter, OwnerFilter,
            filter::Span,
            order::Key,
            owner::{DeletedFilter, LabelPattern},
        },
    },
    store::dialogs::document::{API_ONLY, SEEN},
};

/// Conditions, each with `AND` before it.
#[derive(Default)]
pub(super) struct Conditions {
    /// What holds of all entries of the index that the order is read by; the index has no column that tells it.
    pub of_index: &'static str,
    /// On columns that the index holds by which the order is read.
    pub in_index: String,
    /// On all others.
    pub in_table: String,
}

impl Conditions {
    /// All of them.
    pub(super) fn all(&self) -> String {
        format!("{}{}{}", self.of_index, self.in_index, self.in_table)
    }

    fn hides_deleted(&mut self, index: Index) {
        if index.is_of_owner {
            self.and(false, format_args!("d.deleted_at IS NULL"));
        } else {
            self.of_index = " AND d.deleted_at IS NULL";
        }
    }

    pub(super) fn and(&mut self, in_index: bool, condition: fmt::Arguments<'_>) {
        let sql = if in_index {
            &mut self.in_index
        } else {
            &mut self.in_table
        };
        // Writing into a string cannot fail.
        let _ = write!(sql, " AND {condition}");
    }
}

/// The index that the order is read by.
#[derive(Clone, Copy)]
pub(super) struct Index {
    /// Its key.
    pub lead: Key,
    /// Whether it is one of a service owner's dialogs. These hold nothing but keys, and deleted dialogs too.
    pub is_of_owner: bool,
}

impl Index {
    /// Whether it also holds what most searches ask for.
    fn is_rich(self) -> bool {
        self.lead == Key::ContentUpdatedAt && !self.is_of_owner
    }
}

/// What must hold of dialogs.
pub(super) fn conditions(
    filter: &Filter,
    shown: Shown<'_>,
    index: Index,
    binds: &mut Binds,
) -> sqlx::Result<Conditions> {
    let mut conditions = Conditions::default();
    match shown {
        Shown::ToEndUser { now } => {
            let now = binds.add(now)?;
            let is_rich = index.is_rich();
            conditions.hides_deleted(index);
            conditions.and(
                is_rich,
                format_args!("(d.visible_from IS NULL OR d.visible_from <= {now})"),
            );
            conditions.and(
                is_rich,
                format_args!("(d.expires_at IS NULL OR d.expires_at > {now})"),
            );
        }
        Shown::ToOwner { filter, .. } => owner(&mut conditions, filter, index, binds)?,
    }
    given(&mut conditions, filter, index, binds)?;
    Ok(conditions)
}

/// What only service owners ask for.
fn owner(
    conditions: &mut Conditions,
    filter: &OwnerFilter,
    index: Index,
    binds: &mut Binds,
) -> sqlx::Result<()> {
    match filter.deleted {
        DeletedFilter::Exclude => conditions.hides_deleted(index),
        DeletedFilter::Include => {}
        DeletedFilter::Only => conditions.and(false, format_args!("d.deleted_at IS NOT NULL")),
    }
    let Span { after, before } = filter.visible;
    for (comparison, end) in [(">=", after), ("<=", before)] {
        if let Some(end) = end {
            let end = binds.add(end)?;
            // The planner would believe that next to nothing is left, and rather sort that than read in order.
            conditions.and(false, format_args!("d.visible_from {comparison} {end}"));
        }
    }
    for pattern in &filter.labels {
        match pattern {
            LabelPattern::Exact(label) => {
                let label = binds.add(label)?;
                conditions.and(false, format_args!("{label} = ANY (d.so_labels)"));
            }
            LabelPattern::Prefix(prefix) => {
                let prefix = binds.add(prefix)?;
                conditions.and(
                    false,
                    format_args!(
                        "EXISTS (SELECT FROM unnest(d.so_labels) AS l (value) WHERE starts_with(l.value, {prefix}))"
                    ),
                );
            }
        }
    }
    Ok(())
}

/// What the caller asked for.
fn given(
    conditions: &mut Conditions,
    filter: &Filter,
    index: Index,
    binds: &mut Binds,
) -> sqlx::Result<()> {
    let is_rich = index.is_rich();
    if !filter.statuses.is_empty() {
        let statuses: Vec<i16> = filter.statuses.iter().map(|s| s.number()).collect();
        let statuses = binds.add(statuses)?;
        conditions.and(is_rich, format_args!("d.status = ANY ({statuses})"));
    }
    if let Some(labels) = filter.labels {
        let mask = binds.add(labels.bits())?;
        conditions.and(is_rich, format_args!("d.label_mask & {mask} = {mask}"));
    }
    if let Some(seen) = filter.is_content_seen {
        let seen = binds.add(seen)?;
        let unopened = LabelMask::bit(SystemLabel::MarkedAsUnopened);
        conditions.and(
            is_rich,
            format_args!(
                "(d.flags & {SEEN} <> 0 AND d.label_mask & {unopened}::smallint = 0) = {seen}"
            ),
        );
    }
    if filter.exclude_api_only {
        conditions.and(is_rich, format_args!("d.flags & {API_ONLY} = 0"));
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
                conditions.and(
                    key == index.lead,
                    format_args!("d.{column} {comparison} {end}"),
                );
            }
        }
    }
    Ok(())
}
