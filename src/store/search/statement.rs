//! The statement of a search, put together from literals and placeholders.
//!
//! ```text
//! scope: pairs ─ candidates: units ─ offers ─ threshold ─ rest ─┬─────────────────┬─ page ─ list items
//!                                                               └─ text: matching ┤
//! scope: delegated ─ single ──────────────────────────────────────────────────────┘
//! ```
//!
//! Plans must be right for one pair and for a hundred thousand: connections plan without looking at values, so every
//! step is lateral, a reading of an index for each row of the step before.

use sqlx::{Postgres, QueryBuilder};

use super::{
    Asked, Error, Shown,
    binds::Binds,
    candidates::candidates,
    filters::{self, Index},
    keyset,
    numbers::Numbers,
    plan::{self, Plan, Unit},
    scope, service_owner, text,
};
use crate::dialog::search::order::Key;

/// The statement for a page of a scope; it returns one row more where another page follows.
/// Words are looked for in `window` leading dialogs before the text index is asked.
pub(super) fn scoped(
    asked: &Asked<'_>,
    numbers: &Numbers<'_>,
    window: i64,
) -> Result<QueryBuilder<Postgres>, Error> {
    let mut binds = Binds::default();
    let parts = keyset::parts(asked.order, asked.cursor, &mut binds)?;
    let lead = parts.first().map_or(Key::Id, |part| part.key);
    let mut unit = Unit::of_scope(&parts);
    let index = Index {
        lead,
        is_of_owner: asked.shown.has_deleted(),
    };
    let mut conditions = filters::conditions(asked.filter, asked.shown, index, &mut binds)?;
    if let Shown::ToOwner { org, .. } = asked.shown {
        let org = service_owner::org(binds.add(org)?);
        if index.is_of_owner {
            unit = service_owner::parties_of_scope(&org, lead);
        }
        conditions.and(false, format_args!("d.org_id = {org}"));
    }
    let plan = Plan {
        unit,
        conditions,
        limit: binds.add(i64::from(asked.limit) + 1)?,
        edge: binds.add(plan::edge(&parts))?,
        parts,
    };
    let words = asked
        .text
        .map(|words| text::Words::new(words, window, &mut binds))
        .transpose()?;
    let mut with = Vec::new();
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
    scope::pairs(asked, numbers, latest, gate, &mut with, &mut binds)?;
    let mut sources = match &words {
        None => vec![candidates(&plan, plan.limit, &mut with)],
        Some(words) => words.sources(&plan, &mut with),
    };
    if numbers.has_delegated() {
        with.push(scope::delegated(numbers, &mut binds)?);
        with.push(single(&plan, words.is_some()));
        sources.push("SELECT * FROM single".to_owned());
    }
    // The same dialog may have been found in several ways.
    with.push(page(&plan, &sources.join(" UNION ")));
    let sql = format!(
        "WITH {}\n{}",
        with.join(",\n"),
        list_items(&learned(numbers))
    );
    Ok(QueryBuilder::with_arguments(sql, binds.into_arguments()))
}

/// `page`: the leading dialogs of `sources`, and their place among them.
pub(super) fn page(plan: &Plan, sources: &str) -> String {
    let order_by = keyset::order_by(&plan.parts, "c");
    format!(
        "page AS (
           SELECT c.id, row_number() OVER (ORDER BY {order_by}) AS n FROM ({sources}) AS c
            ORDER BY {order_by} LIMIT {})",
        plan.limit
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

/// The numbers of parties and resources that the statement found by name.
fn learned(numbers: &Numbers<'_>) -> String {
    let learned = |table: &str| {
        let mut sources = Vec::new();
        if numbers.has_new() {
            sources.push(format!("SELECT id, urn FROM new_{table}"));
        }
        if numbers.has_delegated() {
            sources.push(format!("SELECT {table}_id, {table} FROM delegated"));
        }
        if sources.is_empty() {
            return "NULL::json".to_owned();
        }
        // On the first row only; there may be many.
        format!(
            "CASE WHEN page.n = 1 THEN
               (SELECT json_object_agg(urn, id) FROM ({}) AS l (id, urn)) END",
            sources.join(" UNION ")
        )
    };
    format!(
        "{} AS learned_parties, {} AS learned_resources",
        learned("party"),
        learned("resource")
    )
}

/// Everything that a list shows of the dialogs on `page`; `names` are columns that tell of parties and resources.
pub(super) fn list_items(names: &str) -> String {
    format!(
        "SELECT {names},
                d.id, d.party_id, d.resource_id, o.short_name AS org, d.revision, d.status, d.flags, d.label_mask,
                d.eu_revision, d.so_revision, d.created_at, d.updated_at, d.content_updated_at, d.due_at,
                d.visible_from, d.deleted_at, d.external_reference, d.extended_status, d.process, d.preceding_process,
                d.resource_type, d.progress, d.so_transmissions, d.party_transmissions, d.gui_attachments, d.so_labels,
                d.list, d.latest_activity,
                (SELECT json_agg(json_build_array(s.id, s.created_at, s.actor_id, s.actor_name, s.via_service_owner)
                                 ORDER BY s.created_at, s.id)
                   FROM seen_log s
                  WHERE s.dialog_id = d.id AND s.created_at >= least(d.updated_at, d.content_updated_at)) AS seen
           FROM page CROSS JOIN LATERAL (SELECT * FROM dialog WHERE id = page.id LIMIT 1) AS d
           JOIN org o ON o.id = d.org_id
          ORDER BY page.n"
    )
}
