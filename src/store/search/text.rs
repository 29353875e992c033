//! Free text within a search.
//!
//! A frequent word is found soon by looking through the leading dialogs, a rare one by asking the text index: which
//! it is shows by itself. `first` are those of a few of the leading dialogs that have the words. If that makes a page, or
//! if there are no more dialogs, it is the answer. If there are so many that they would make a page before the window
//! ends, `second` are those of all dialogs in the window. Only otherwise (`undecided`) the text index is asked, party by
//! party (`probed`), and answers alone. All ways find the same dialogs in the same order.

use super::{
    binds::{Binds, Placeholder},
    candidates::{Of, candidates},
    glance, keyset,
    plan::Plan,
    scope::Sets,
};
use crate::dialog::search::TextQuery;

/// Which part of the window tells how common the words are.
const FIRST: i64 = 20;

/// How many leading dialogs are looked through.
pub(super) const WINDOW: i64 = 2_000;

/// That an index can be asked for the words. No words at all, or only excluded ones, find nothing.
pub(super) const USABLE: &str = "(SELECT usable FROM query)";

/// That a row `w` of `dialog_search` has the words, in its vector or in the tail that belongs behind it. The size of both
/// together is bounded where they are written.
macro_rules! has_words {
    () => {
        "CASE WHEN w.has_tail
              THEN (w.vec || coalesce((SELECT t.vec FROM dialog_search_tail t WHERE t.dialog_id = w.dialog_id), ''))
                   @@ (SELECT words FROM query)
              ELSE w.vec @@ (SELECT words FROM query) END"
    };
}

const HAS_WORDS: &str = has_words!();

/// That a dialog `d` has the words.
pub(super) const CONDITION: &str = concat!(
    " AND (SELECT usable FROM query)
    AND EXISTS (SELECT FROM dialog_search w WHERE w.dialog_id = d.id AND ",
    has_words!(),
    ")"
);

/// The words to look for.
pub(super) struct Words {
    /// `query`, with one row: `words`, and whether they are `usable`.
    pub query: String,
    window: Placeholder,
}

impl Words {
    /// Binds the words.
    pub(super) fn new(text: &TextQuery, window: i64, binds: &mut Binds) -> sqlx::Result<Self> {
        let dictionary = binds.add(text.dictionary.name())?;
        let websearch = binds.add(&text.websearch)?;
        Ok(Self {
            query: format!(
                "query AS MATERIALIZED (
                   SELECT words, querytree(words) NOT IN ('', 'T') AS usable
                     FROM (SELECT websearch_to_tsquery({dictionary}::text::regconfig, {websearch}) AS words) AS q)"
            ),
            window: binds.add(window)?,
        })
    }

    /// Adds what it takes, and returns queries for the dialogs with the words, in one of which each is. `glance` is the
    /// scope where its newest dialogs can be looked at without its pairs.
    pub(super) fn sources(
        &self,
        plan: &Plan,
        glance: Option<&Sets>,
        with: &mut Vec<String>,
    ) -> Vec<String> {
        let Self { window, .. } = self;
        let limit = plan.limit;
        let order_by = keyset::order_by(&plan.parts, "c");
        let sample = format!("greatest({window}::bigint / {FIRST}, 1)");
        let all = if glance.is_some() {
            "newest"
        } else {
            "looked_at"
        };
        let looked_at = |limit: &str, gate: &str, name: &str, with: &mut Vec<String>| {
            let of = Of { limit, gate, name };
            let candidates = match glance {
                Some(sets) => glance::newest(plan, sets, of, with),
                None => candidates(plan, of, with),
            };
            with.push(format!(
                "looked_at{name} AS MATERIALIZED (
                   SELECT DISTINCT {} FROM ({candidates}) AS c
                    WHERE {gate} ORDER BY {order_by} LIMIT {limit})",
                keyset::columns(&plan.parts, "c"),
            ));
        };
        // In order, so that it ends when the page is full.
        let matching = |name: &str, part: &str| {
            format!(
                "SELECT c.* FROM (SELECT c.* FROM looked_at{name} AS c ORDER BY {order_by} {part}) AS c
                  CROSS JOIN LATERAL (SELECT FROM dialog_search w
                                       WHERE w.dialog_id = c.id AND {HAS_WORDS} LIMIT 1) AS w
                  ORDER BY {order_by} LIMIT {limit}"
            )
        };
        looked_at(&sample, USABLE, "_first", with);
        with.push(format!(
            "first AS MATERIALIZED ({})",
            matching("_first", "")
        ));
        with.push(format!(
            "more AS MATERIALIZED (
               SELECT b.yes, b.yes AND f.found * {FIRST} >= {limit} AS looks_on
                 FROM (SELECT count(*) AS found FROM first) AS f
                CROSS JOIN LATERAL (SELECT f.found < {limit} AND (SELECT count(*) FROM {all}_first) = {sample} AS yes) AS b)"
        ));
        looked_at(
            &window.to_string(),
            "(SELECT looks_on FROM more)",
            "_second",
            with,
        );
        with.push(format!(
            "second AS MATERIALIZED ({})",
            matching("_second", "OFFSET (SELECT count(*) FROM looked_at_first)")
        ));
        with.push(
            "matching AS MATERIALIZED (SELECT * FROM first UNION ALL SELECT * FROM second)"
                .to_owned(),
        );
        with.push(format!(
            "undecided AS MATERIALIZED (
               SELECT yes AND (SELECT count(*) FROM matching) < {limit}
                      AND NOT (looks_on AND (SELECT count(*) FROM {all}_second) < {window}) AS yes
                 FROM more)"
        ));
        with.push(probed(plan));
        vec![
            "SELECT * FROM matching WHERE NOT (SELECT yes FROM undecided)".to_owned(),
            "SELECT * FROM probed".to_owned(),
        ]
    }
}

fn probed(plan: &Plan) -> String {
    format!(
        "probed AS MATERIALIZED (
           SELECT c.*
             FROM (SELECT party_id, array_agg(resource_id) AS resources FROM pairs
                    WHERE (SELECT yes FROM undecided) GROUP BY party_id) AS u
            CROSS JOIN LATERAL (
                  SELECT d.*
                    FROM (SELECT w.dialog_id FROM dialog_search w
                           WHERE w.party_id = u.party_id AND w.vec @@ (SELECT words FROM query) AND NOT w.has_tail
                           UNION ALL
                          SELECT w.dialog_id FROM dialog_search w
                           WHERE w.party_id = u.party_id AND w.has_tail AND {HAS_WORDS} OFFSET 0) AS w
                   CROSS JOIN LATERAL (
                         SELECT {} FROM dialog d
                          WHERE d.id = w.dialog_id
                            AND (d.party_id = u.party_id AND d.resource_id = ANY (u.resources)) IS TRUE{}{}
                          LIMIT 1) AS d
                   ORDER BY {} LIMIT {}) AS c
            ORDER BY {} LIMIT {})",
        keyset::columns(&plan.parts, "d"),
        plan.conditions.all(),
        keyset::behind(&plan.parts),
        keyset::order_by(&plan.parts, "d"),
        plan.limit,
        keyset::order_by(&plan.parts, "c"),
        plan.limit,
    )
}
