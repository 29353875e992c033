//! Free text within a search.
//!
//! A frequent word is found soon by looking through the leading dialogs, a rare one by asking the text index: which
//! it is shows by itself. `looked_at` holds the leading dialogs of the scope and `matching` those of them that have the
//! words. If that makes a page, or if there were no more dialogs, it is the answer. Only otherwise is the text index
//! asked, party by party (`probed`), and answers alone. Both ways find the same dialogs in the same order.

use super::{
    binds::Binds,
    keyset,
    statement::{self, Plan},
};
use crate::dialog::search::TextQuery;

/// How many leading dialogs are looked through.
pub(super) const WINDOW: i64 = 2_000;

/// That a dialog `d` has the words.
pub(super) const CONDITION: &str = " AND EXISTS (SELECT FROM dialog_search w
    WHERE w.dialog_id = d.id AND w.vec @@ (SELECT words FROM query)) AND (SELECT usable FROM query)";

/// The words to look for.
pub(super) struct Query {
    /// `query`, with one row: `words`, and whether they are `usable`.
    pub cte: String,
    /// How many leading dialogs are looked through.
    pub window: super::binds::Placeholder,
}

/// Reads the words. Those that an index cannot be asked for (none at all, or only excluded ones) find nothing.
pub(super) fn query(text: &TextQuery, window: i64, binds: &mut Binds) -> sqlx::Result<Query> {
    let dictionary = binds.add(text.dictionary.name())?;
    let websearch = binds.add(&text.websearch)?;
    Ok(Query {
        cte: format!(
            "query AS MATERIALIZED (
               SELECT words, querytree(words) NOT IN ('', 'T') AS usable
                 FROM (SELECT websearch_to_tsquery({dictionary}::text::regconfig, {websearch}) AS words) AS q)"
        ),
        window: binds.add(window)?,
    })
}

/// Where the dialogs with the words come from. Each step is lateral, so that the words are asked for first.
pub(super) fn sources(plan: &Plan, query: &Query, with: &mut Vec<String>) -> Vec<String> {
    let window = query.window;
    statement::candidates(plan, window, with);
    let by_candidate = keyset::order_by(&plan.parts, "c");
    with.push(format!(
        "looked_at AS MATERIALIZED (
           SELECT c.* FROM ({}) AS c ORDER BY {by_candidate} LIMIT {window})",
        statement::found(plan)
    ));
    // In order, so that the search ends when the page is full.
    with.push(format!(
        "matching AS MATERIALIZED (
           SELECT c.* FROM (SELECT c.* FROM looked_at AS c ORDER BY {by_candidate}) AS c
            CROSS JOIN LATERAL (SELECT FROM dialog_search w
                                 WHERE w.dialog_id = c.id AND w.vec @@ (SELECT words FROM query) LIMIT 1) AS w
            ORDER BY {by_candidate} LIMIT {})",
        plan.limit
    ));
    with.push(format!(
        "undecided AS MATERIALIZED (
           SELECT (SELECT count(*) FROM looked_at) = {window} AND (SELECT count(*) FROM matching) < {} AS yes)",
        plan.limit
    ));
    with.push(format!(
        "probed AS MATERIALIZED (
           SELECT c.*
             FROM (SELECT party_id, array_agg(resource_id) AS resources FROM pairs
                    WHERE (SELECT yes FROM undecided) GROUP BY party_id) AS u
            CROSS JOIN LATERAL (
                  SELECT d.*
                    FROM (SELECT w.dialog_id FROM dialog_search w
                           WHERE w.party_id = u.party_id AND w.vec @@ (SELECT words FROM query) OFFSET 0) AS w
                   CROSS JOIN LATERAL (
                         SELECT {} FROM dialog d
                          WHERE d.id = w.dialog_id AND d.party_id = u.party_id
                            AND d.resource_id = ANY (u.resources){}{} LIMIT 1) AS d
                   ORDER BY {} LIMIT {}) AS c
            ORDER BY {by_candidate} LIMIT {})",
        keyset::columns(&plan.parts, "d"),
        plan.filters,
        keyset::behind(&plan.parts),
        keyset::order_by(&plan.parts, "d"),
        plan.limit,
        plan.limit
    ));
    vec![
        "SELECT * FROM matching WHERE NOT (SELECT yes FROM undecided)".to_owned(),
        "SELECT * FROM probed".to_owned(),
    ]
}
