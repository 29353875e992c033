//! Conditions on a dialog `d`.
//!
//! Columns that the indexes of the order hold are compared plainly. The others must not tempt the planner, which
//! knows no values, to another index: that one would read all dialogs of a party to find a few, whereas in order the
//! page is usually full after a few. `IS TRUE` keeps them from being index conditions.

use std::fmt::{self, Write as _};

use super::{
    Shown,
    binds::{Binds, Placeholder},
};
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
        timestamp::Timestamp,
    },
    store::dialogs::document::{API_ONLY, SEEN},
};

/// What must hold of dialogs, each condition with `AND` before it. `lead` is the key that the index is read by.
pub(super) fn shown(
    filter: &Filter,
    shown: Shown<'_>,
    lead: Key,
    binds: &mut Binds,
) -> sqlx::Result<String> {
    let mut sql = match shown {
        Shown::ToEndUser { now } => {
            let now = binds.add(now)?;
            format!(
                " AND d.deleted_at IS NULL
                  AND (d.visible_from IS NULL OR d.visible_from <= {now})
                  AND (d.expires_at IS NULL OR d.expires_at > {now})"
            )
        }
        Shown::ToOwner { filter, .. } => owner(filter, binds)?,
    };
    given(&mut sql, filter, lead, binds)?;
    Ok(sql)
}

/// What only service owners ask for.
fn owner(filter: &OwnerFilter, binds: &mut Binds) -> sqlx::Result<String> {
    let mut sql = match filter.deleted {
        DeletedFilter::Exclude => " AND d.deleted_at IS NULL",
        DeletedFilter::Include => "",
        DeletedFilter::Only => " AND d.deleted_at IS NOT NULL",
    }
    .to_owned();
    let Span { after, before } = filter.visible;
    for (comparison, end) in [(">=", after), ("<=", before)] {
        if let Some(end) = end {
            let end = binds.add(end)?;
            sql.push_str(&format!(" AND d.visible_from {comparison} {end}"));
        }
    }
    for pattern in &filter.labels {
        sql.push_str(&match pattern {
            LabelPattern::Exact(label) => {
                format!(" AND {} = ANY (d.so_labels)", binds.add(label)?)
            }
            LabelPattern::Prefix(prefix) => format!(
                " AND EXISTS (SELECT FROM unnest(d.so_labels) AS l (value) WHERE starts_with(l.value, {}))",
                binds.add(prefix)?
            ),
        });
    }
    Ok(sql)
}

/// What the caller asked for.
fn given(sql: &mut String, filter: &Filter, lead: Key, binds: &mut Binds) -> sqlx::Result<()> {
    let mut and = |condition: fmt::Arguments<'_>| {
        // Writing into a string cannot fail.
        let _ = write!(sql, " AND {condition}");
    };
    if !filter.statuses.is_empty() {
        let statuses: Vec<i16> = filter.statuses.iter().map(|s| s.number()).collect();
        let statuses = binds.add(statuses)?;
        and(format_args!("d.status = ANY ({statuses})"));
    }
    if let Some(labels) = filter.labels {
        let mask = binds.add(labels.bits())?;
        and(format_args!("d.label_mask & {mask} = {mask}"));
    }
    if let Some(seen) = filter.is_content_seen {
        let seen = binds.add(seen)?;
        let unopened = LabelMask::bit(SystemLabel::MarkedAsUnopened);
        and(format_args!(
            "(d.flags & {SEEN} <> 0 AND d.label_mask & {unopened}::smallint = 0) = {seen}"
        ));
    }
    if filter.exclude_api_only {
        and(format_args!("d.flags & {API_ONLY} = 0"));
    }
    if !filter.orgs.is_empty() {
        let orgs = binds.add(&filter.orgs)?;
        and(format_args!(
            "(d.org_id = ANY (ARRAY (SELECT id FROM org WHERE short_name = ANY ({orgs})))) IS TRUE"
        ));
    }
    if !filter.extended_statuses.is_empty() {
        let statuses = binds.add(&filter.extended_statuses)?;
        and(format_args!("d.extended_status = ANY ({statuses})"));
    }
    if let Some(reference) = &filter.external_reference {
        let reference = binds.add(reference)?;
        and(format_args!("d.external_reference = {reference}"));
    }
    if let Some(process) = &filter.process {
        let process = binds.add(process)?;
        and(format_args!("d.process = {process}"));
    }
    for (key, span) in [
        (Key::CreatedAt, filter.created),
        (Key::UpdatedAt, filter.updated),
        (Key::ContentUpdatedAt, filter.content_updated),
        (Key::DueAt, filter.due),
    ] {
        let test = if key == lead { "" } else { " IS TRUE" };
        let column = super::keyset::column(key);
        let Span { after, before } = span;
        let ends: [(&str, Option<Timestamp>); 2] = [(">=", after), ("<=", before)];
        for (comparison, end) in ends {
            if let Some(end) = end {
                let end: Placeholder = binds.add(end)?;
                and(format_args!("(d.{column} {comparison} {end}){test}"));
            }
        }
    }
    Ok(())
}
