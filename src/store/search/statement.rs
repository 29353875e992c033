//! The statement of a search, put together from literals and placeholders.
//!
//! ```text
//! scope: pairs ─ candidates: units ─ offers ─ threshold ─ rest ─┬─────────────────┬─ page ─ list items
//!                                                               └─ text: matching ┤
//! scope: delegated ─ single ──────────────────────────────────────────────────────┘
//! ```
//!
//! Before it, a short statement has a [`glance`] at the newest dialogs of a single party, which mostly suffices.
//!
//! Plans must be right for one pair and for a hundred thousand: connections plan without looking at values, so every
//! step is lateral, a reading of an index for each row of the step before.

use sqlx::{Postgres, QueryBuilder};

use super::{
    Asked, Error, Shown,
    binds::Binds,
    candidates::{Of, candidates},
    filters::{self, Index},
    glance, keyset,
    numbers::Numbers,
    plan::{self, Plan, Unit},
    row,
    scope::{self, Sets},
    service_owner, text,
};
use crate::dialog::search::order::Key;

/// Most dialogs that are looked at in one step: with more, looking twice costs less than looking at all of them.
const SMALL: usize = 1_200;

/// How the dialogs of a scope are read.
fn plan_of(asked: &Asked<'_>, numbers: &Numbers<'_>, binds: &mut Binds) -> Result<Plan, Error> {
    let parts = keyset::parts(asked.order, asked.cursor, binds)?;
    let lead = parts.first().map_or(Key::Id, |part| part.key);
    let mut unit = Unit::of_scope(&parts);
    let index = Index {
        lead,
        is_of_owner: asked.shown.has_deleted(),
    };
    let mut conditions = filters::conditions(asked.filter, asked.shown, index, binds)?;
    if let Shown::ToOwner { org, .. } = asked.shown {
        let org = service_owner::org(binds.add(org)?);
        if index.is_of_owner {
            unit = service_owner::parties_of_scope(&org, lead);
        }
        conditions.and(false, format_args!("d.org_id = {org}"));
    }
    Ok(Plan {
        unit,
        conditions,
        limit: binds.add(i64::from(asked.limit) + 1)?,
        is_small: asked.text.is_none()
            && numbers.most_pairs().saturating_mul(asked.limit.into()) <= SMALL,
        edge: binds.add(plan::edge(&parts))?,
        parts,
    })
}

/// The statement that only looks at the newest dialogs of a single party, where that is possible: it returns what
/// [`scoped`] would, unless [`glance::settled`] says that other dialogs may belong on the page.
pub(super) fn glanced(
    asked: &Asked<'_>,
    numbers: &Numbers<'_>,
) -> Result<Option<QueryBuilder<Postgres>>, Error> {
    if !numbers.is_one_party() || numbers.has_delegated() || asked.text.is_some() {
        return Ok(None);
    }
    let mut binds = Binds::default();
    let plan = plan_of(asked, numbers, &mut binds)?;
    if plan.is_small || !glance::is_possible(&plan) {
        return Ok(None);
    }
    let mut with = Vec::new();
    let sets = Sets::new(numbers, &mut with, &mut binds)?;
    let org = other_org(numbers, &mut binds)?;
    let more = match numbers.new_resources.as_slice() {
        [] => String::new(),
        _ => format!(
            ", (SELECT json_object_agg(urn, id) FROM new_resource) AS {}",
            row::RESOURCES
        ),
    };
    let columns = item_columns(&org, &more);
    let query = glance::items(&plan, &sets, &columns);
    let sql = match with.as_slice() {
        [] => query,
        _ => format!("WITH {}\n{query}", with.join(",\n")),
    };
    Ok(Some(QueryBuilder::with_arguments(
        sql,
        binds.into_arguments(),
    )))
}

/// The statement for a page of a scope; it returns one row more where another page follows.
/// Words are looked for in `window` leading dialogs before the text index is asked.
pub(super) fn scoped(
    asked: &Asked<'_>,
    numbers: &Numbers<'_>,
    window: i64,
) -> Result<QueryBuilder<Postgres>, Error> {
    let mut binds = Binds::default();
    let plan = plan_of(asked, numbers, &mut binds)?;
    let words = asked
        .text
        .map(|words| text::Words::new(words, window, &mut binds))
        .transpose()?;
    let mut with = Vec::new();
    let sets = Sets::new(numbers, &mut with, &mut binds)?;
    let mut sources = Vec::new();
    let mut gate = "TRUE";
    if let Some(words) = &words {
        with.push(words.query.clone());
        gate = text::USABLE;
    }
    let latest = plan
        .parts
        .first()
        .and_then(|part| part.start.value())
        .filter(|_| plan.is_bounded());
    with.push(scope::pairs(asked, &sets, latest, gate, &mut binds)?);
    match &words {
        None => {
            let limit = plan.limit.to_string();
            sources.push(candidates(&plan, Of::page(&limit), &mut with));
        }
        Some(words) => {
            let glance = (numbers.is_one_party() && glance::is_possible(&plan)).then_some(&sets);
            sources.extend(words.sources(&plan, glance, &mut with));
        }
    }
    if numbers.has_delegated() {
        with.push(scope::delegated(numbers, &mut binds)?);
        with.push(single(&plan, words.is_some()));
        sources.push("SELECT * FROM single".to_owned());
    }
    let learned = learned(numbers);
    with.push(page(
        &plan,
        &sources.join(" UNION ALL "),
        !learned.is_empty(),
    ));
    let items = match asked.shown {
        Shown::ToEndUser { .. } => {
            let org = other_org(numbers, &mut binds)?;
            list_items(&plan, &org, &learned)
        }
        Shown::ToOwner { .. } => {
            let more = format!("{OF_OWNER}{learned}");
            list_items(&plan, "NULL::text", &more)
        }
    };
    let sql = format!("WITH {}\n{items}", with.join(",\n"));
    Ok(QueryBuilder::with_arguments(sql, binds.into_arguments()))
}

/// `page`: the leading dialogs of `sources`, each once, in however many ways it was found; with their place among them
/// where it `is_numbered`.
pub(super) fn page(plan: &Plan, sources: &str, is_numbered: bool) -> String {
    let leading = format!(
        "SELECT DISTINCT {} FROM ({sources}) AS c ORDER BY {} LIMIT {}",
        keyset::columns(&plan.parts, "c"),
        keyset::order_by(&plan.parts, "c"),
        plan.limit
    );
    if !is_numbered {
        return format!("page AS ({leading})");
    }
    format!(
        "page AS (SELECT c.*, row_number() OVER (ORDER BY {}) AS n FROM ({leading}) AS c)",
        keyset::order_by(&plan.parts, "c"),
    )
}

/// `single`: the dialogs delegated by themselves, under the conditions of the search.
fn single(plan: &Plan, has_words: bool) -> String {
    format!(
        "single AS MATERIALIZED (
           SELECT c.* FROM (SELECT DISTINCT id FROM delegated) AS n
            CROSS JOIN LATERAL (SELECT {} FROM dialog d WHERE d.id = n.id{}{}{} LIMIT 1) AS c
            ORDER BY {} LIMIT {})",
        keyset::columns(&plan.parts, "d"),
        plan.conditions.all(),
        keyset::behind(&plan.parts),
        if has_words { text::CONDITION } else { "" },
        keyset::order_by(&plan.parts, "c"),
        plan.limit,
    )
}

/// The numbers of parties and resources that the statement found by name, if it looked for any.
fn learned(numbers: &Numbers<'_>) -> String {
    let learned = |table: &str, column: &str, urns: &[&str]| {
        let mut sources = Vec::new();
        if !urns.is_empty() {
            sources.push(format!("SELECT id, urn FROM new_{table}"));
        }
        if numbers.has_delegated() {
            sources.push(format!("SELECT {table}_id, {table} FROM delegated"));
        }
        if sources.is_empty() {
            return String::new();
        }
        // On the first row only; there may be many.
        format!(
            ", CASE WHEN page.n = 1 THEN
                 (SELECT json_object_agg(urn, id) FROM ({}) AS l (id, urn)) END AS {column}",
            sources.join(" UNION ")
        )
    };
    format!(
        "{}{}",
        learned("party", row::PARTIES, &numbers.new_parties),
        learned("resource", row::RESOURCES, &numbers.new_resources)
    )
}

/// Columns that only service owners are shown.
pub(super) const OF_OWNER: &str =
    ", d.revision, d.so_revision, d.visible_from, d.deleted_at, d.so_labels";

/// An expression for the name of the organization of a dialog `d`, where it is not known by its number.
fn other_org(numbers: &Numbers<'_>, binds: &mut Binds) -> sqlx::Result<String> {
    let known: Vec<i16> = numbers.orgs.keys().copied().collect();
    let known = binds.add(known)?;
    Ok(format!(
        "CASE WHEN d.org_id <> ALL ({known}::smallint[])
              THEN (SELECT o.short_name FROM org o WHERE o.id = d.org_id) END"
    ))
}

/// Everything that a list shows of a dialog `d`, as [`super::row::Row`] reads it: `org` is an expression for the name of
/// its organization, `more` are further columns.
fn item_columns(org: &str, more: &str) -> String {
    format!(
        "d.id, d.party_id, d.resource_id, d.org_id, {org} AS org, d.status, d.flags, d.label_mask,
                d.eu_revision, d.created_at, d.updated_at, d.content_updated_at, d.due_at, d.external_reference,
                d.extended_status, d.process, d.preceding_process, d.resource_type, d.progress, d.so_transmissions,
                d.party_transmissions, d.gui_attachments, d.list, d.latest_activity,
                ARRAY (SELECT json_build_array(s.id, s.created_at, s.actor_id, s.actor_name, s.via_service_owner)
                         FROM seen_log s
                        WHERE s.dialog_id = d.id AND s.created_at >= least(d.updated_at, d.content_updated_at))
                  AS seen{more}"
    )
}

/// [`item_columns`] of the dialogs on `page`.
pub(super) fn list_items(plan: &Plan, org: &str, more: &str) -> String {
    format!(
        "SELECT {} FROM page CROSS JOIN LATERAL (SELECT * FROM dialog WHERE id = page.id LIMIT 1) AS d
          ORDER BY {}",
        item_columns(org, more),
        keyset::order_by(&plan.parts, "page"),
    )
}
