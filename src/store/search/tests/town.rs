//! A database full of dialogs, and the slow but obvious way to search it.

use std::{cmp::Ordering, collections::HashSet, sync::Arc};

use chrono::Duration;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    dialog::{
        label::{LabelMask, SystemLabel},
        named::Named,
        party::PartyUrn,
        search::{
            Cursor, Filter, Order, OwnerFilter,
            cursor::Value,
            filter::Span,
            order::{Direction, Key},
            owner::{DeletedFilter, LabelPattern},
        },
        status::DialogStatus,
        timestamp::Timestamp,
    },
    store::{
        pool::Pool,
        search::{Asked, Owned, Shown},
        testing,
    },
};

pub const PARTIES: usize = 60;
pub const RESOURCES: usize = 20;
pub const DIALOGS: usize = 4_000;
pub const ORGS: [&str; 2] = ["ttd", "brg"];
const WORDS: [&str; 6] = ["elg", "hund", "katt", "gran", "furu", "bjørk"];

/// A dialog as the slow way sees it.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: Uuid,
    pub party: usize,
    pub resource: usize,
    org: usize,
    status: DialogStatus,
    flags: i32,
    labels: i16,
    created: Timestamp,
    updated: Timestamp,
    content_updated: Timestamp,
    due: Option<Timestamp>,
    visible_from: Option<Timestamp>,
    expires: Option<Timestamp>,
    deleted: bool,
    extended_status: Option<String>,
    external_reference: Option<String>,
    process: Option<String>,
    words: Vec<&'static str>,
    pub label: Option<String>,
    /// Labels, that one included.
    so_labels: Vec<String>,
}

/// What a search by words means.
#[derive(Debug, Clone)]
pub enum Words {
    Any(Vec<&'static str>),
    All(Vec<&'static str>),
    But(&'static str, &'static str),
}

pub struct Town {
    pub pool: Pool,
    pub dialogs: Vec<Known>,
}

/// Some day, plus so many minutes.
pub fn at(minutes: i64) -> Timestamp {
    Timestamp::new("2025-01-01T00:00:00Z".parse().unwrap()) + Duration::minutes(minutes)
}

/// When searches take place.
pub fn now() -> Timestamp {
    at(30 * 1_440)
}

pub fn party(n: usize) -> Arc<PartyUrn> {
    Arc::new(PartyUrn::from_stored(format!("urn:party:{n}")))
}

pub fn resource(n: usize) -> Arc<str> {
    format!("urn:altinn:resource:r{n}").into()
}

pub fn word() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&WORDS[..])
}

/// Times repeat, so that dialogs are equal in them.
pub fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (0_i64..40).prop_map(|day| at(day * 1_440)),
        (0_i64..40 * 1_440).prop_map(at),
    ]
}

fn maybe<T: std::fmt::Debug + Clone + 'static>(
    percent: u32,
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(f64::from(percent) / 100.0, value)
}

fn status() -> impl Strategy<Value = DialogStatus> {
    let all: Vec<_> = DialogStatus::ALL.iter().map(|(s, _, _)| *s).collect();
    proptest::sample::select(all)
}

fn text(prefix: &'static str) -> impl Strategy<Value = String> {
    (0..4).prop_map(move |n| format!("{prefix}{n}"))
}

/// Some on half of the dialogs, some on few, with characters that mean something elsewhere.
fn own_label() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec!["abc_d1", "abcxd1", "abc%", "ab"])
            .prop_map(ToOwned::to_owned),
        (0..300).prop_map(|n| format!("case-{n}")),
    ]
}

fn pattern() -> impl Strategy<Value = LabelPattern> {
    let prefix = proptest::sample::select(vec!["", "abc", "abc_", "abc%", "case-1", "urn:", "x"]);
    prop_oneof![
        own_label().prop_map(LabelPattern::Exact),
        prefix.prop_map(|prefix| LabelPattern::Prefix(prefix.to_owned())),
    ]
}

fn known() -> impl Strategy<Value = Known> {
    let place = (
        any::<u128>().prop_map(Uuid::from_u128),
        // Few parties and resources have most of the dialogs.
        proptest::array::uniform3(0..PARTIES).prop_map(|[a, b, c]| a.min(b).min(c)),
        proptest::array::uniform3(0..RESOURCES).prop_map(|[a, b, c]| a.min(b).min(c)),
        0..ORGS.len(),
    );
    let state = (
        status(),
        0..16_i32,
        proptest::sample::select(vec![1_i16, 2, 4, 9, 17]),
    );
    let times = (
        time(),
        time(),
        time(),
        maybe(60, time()),
        maybe(10, time()),
        maybe(10, time()),
    );
    let texts = (
        proptest::bool::weighted(0.05),
        maybe(50, text("e")),
        maybe(50, text("x")),
        maybe(50, text("p")),
        proptest::collection::vec(word(), 0..3),
        maybe(
            10,
            (0..40).prop_map(|n| format!("urn:altinn:correspondence-id:{n:032}")),
        ),
        proptest::collection::btree_set(own_label(), 0..3),
    );
    (place, state, times, texts).prop_map(|(place, state, times, texts)| Known {
        id: place.0,
        party: place.1,
        resource: place.2,
        org: place.3,
        status: state.0,
        flags: state.1,
        labels: state.2,
        created: times.0,
        updated: times.1,
        content_updated: times.2,
        due: times.3,
        visible_from: times.4,
        expires: times.5,
        deleted: texts.0,
        extended_status: texts.1,
        external_reference: texts.2,
        process: texts.3,
        words: texts.4,
        so_labels: texts.6.into_iter().chain(texts.5.clone()).collect(),
        label: texts.5,
    })
}

impl Town {
    pub async fn new() -> Self {
        let options = testing::database().await.unwrap();
        let pool = Pool::of_test(options.options([
            ("plan_cache_mode", "force_generic_plan"),
            ("jit", "off"),
            ("max_parallel_workers_per_gather", "0"),
        ]));
        let dialogs = proptest::collection::vec(known(), DIALOGS)
            .new_tree(&mut TestRunner::deterministic())
            .unwrap()
            .current();
        let town = Self { pool, dialogs };
        town.fill().await;
        town
    }

    async fn fill(&self) {
        for (statement, names) in [
            (
                "INSERT INTO org (short_name) SELECT * FROM unnest($1)",
                ORGS.map(ToOwned::to_owned).to_vec(),
            ),
            (
                "INSERT INTO party (urn) SELECT * FROM unnest($1)",
                (0..PARTIES).map(|n| party(n).to_string()).collect(),
            ),
            (
                "INSERT INTO resource (urn) SELECT * FROM unnest($1)",
                (0..RESOURCES).map(|n| resource(n).to_string()).collect(),
            ),
        ] {
            sqlx::query(statement)
                .bind(names)
                .execute(&self.pool)
                .await
                .unwrap();
        }
        let rows: Vec<_> = self
            .dialogs
            .iter()
            .map(|d| {
                Json(serde_json::json!({
                    "id": d.id, "party": party(d.party).as_str(), "resource": resource(d.resource),
                    "org": ORGS[d.org], "status": d.status.number(), "flags": d.flags, "label_mask": d.labels,
                    "created_at": d.created, "updated_at": d.updated, "content_updated_at": d.content_updated,
                    "due_at": d.due, "visible_from": d.visible_from, "expires_at": d.expires,
                    "deleted_at": d.deleted.then(now), "extended_status": d.extended_status,
                    "external_reference": d.external_reference, "process": d.process,
                    "words": d.words.join(" "), "labels": d.so_labels,
                }))
            })
            .collect();
        let mut connection = self.pool.acquire().await.unwrap();
        sqlx::raw_sql("CREATE TABLE given (row jsonb)")
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::query("INSERT INTO given SELECT * FROM unnest($1::jsonb[])")
            .bind(rows)
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::raw_sql(
            "CREATE TABLE filled AS
               SELECT r.*, p.id AS party_id, s.id AS resource_id, o.id AS org_id
                 FROM given, jsonb_to_record(given.row) AS r (
                      id uuid, party text, resource text, org text, status smallint, flags int, label_mask smallint,
                      created_at timestamptz, updated_at timestamptz, content_updated_at timestamptz,
                      due_at timestamptz, visible_from timestamptz, expires_at timestamptz, deleted_at timestamptz,
                      extended_status text, external_reference text, process text, words text, labels text[])
                 JOIN party p ON p.urn = r.party JOIN resource s ON s.urn = r.resource
                 JOIN org o ON o.short_name = r.org;
             INSERT INTO dialog (id, party_id, resource_id, org_id, revision, status, flags, label_mask, eu_revision,
                                 so_revision, created_at, updated_at, content_updated_at, due_at, visible_from,
                                 expires_at, deleted_at, extended_status, external_reference, process, resource_type,
                                 so_labels, list, detail)
               SELECT id, party_id, resource_id, org_id, id, status, flags, label_mask, id, id, created_at, updated_at,
                      content_updated_at, due_at, visible_from, expires_at, deleted_at, extended_status,
                      external_reference, process, 'genericaccessresource', labels, '{}', '{}' FROM filled;
             -- Some have words behind those of their vector, and some could have.
             INSERT INTO dialog_search
               SELECT id, party_id,
                      to_tsvector('simple', CASE WHEN has_words_behind THEN split_part(words, ' ', 1) ELSE words END),
                      has_words_behind OR id::text LIKE '1%'
                 FROM filled, LATERAL (SELECT id::text LIKE '0%' AS has_words_behind) AS which;
             INSERT INTO dialog_search_tail
               SELECT id, to_tsvector('simple', substr(words, length(split_part(words, ' ', 1)) + 1))
                 FROM filled WHERE id::text LIKE '0%';
             INSERT INTO service_owner_label SELECT id, unnest(labels) FROM filled;
             INSERT INTO pair
               SELECT party_id, resource_id,
                      date_trunc('day', max(greatest(created_at, updated_at, content_updated_at)), 'UTC')
                      + interval '1 day'
                 FROM filled GROUP BY 1, 2;
             DROP TABLE given, filled;
             ANALYZE",
        )
        .execute(&mut *connection)
        .await
        .unwrap();
    }

    /// Makes so many times as many dialogs, with other identifiers.
    pub async fn multiply(&self, times: i32) {
        let columns: String = sqlx::query_scalar(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
              WHERE attrelid = 'dialog'::regclass AND attnum > 0 AND attname <> 'id'",
        )
        .fetch_one(&self.pool)
        .await
        .unwrap();
        for statement in [
            format!(
                "CREATE TABLE copy AS
                   SELECT id, gen_random_uuid() AS other FROM dialog, generate_series(2, {times})"
            ),
            format!(
                "INSERT INTO dialog (id, {columns})
                   SELECT other, {columns} FROM copy JOIN dialog USING (id)"
            ),
            "INSERT INTO dialog_search
               SELECT other, party_id, vec, has_tail FROM copy JOIN dialog_search ON dialog_id = id"
                .to_owned(),
            "INSERT INTO dialog_search_tail
               SELECT other, vec FROM copy JOIN dialog_search_tail ON dialog_id = id"
                .to_owned(),
            "INSERT INTO service_owner_label
               SELECT other, value FROM copy JOIN service_owner_label ON dialog_id = id"
                .to_owned(),
            "INSERT INTO seen_log (dialog_id, id, party_id, created_at, user_type, via_service_owner, actor_id)
               SELECT id, id, party_id, created_at, 1, false, '' FROM dialog"
                .to_owned(),
            // Of other parties.
            "INSERT INTO pair
               SELECT 1000 + n / 20, n % 20, '2025-01-01' FROM generate_series(0, 99999) AS n"
                .to_owned(),
            "VACUUM ANALYZE".to_owned(),
        ] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
                .execute(&self.pool)
                .await
                .unwrap();
        }
    }

    /// The place behind a dialog.
    pub fn behind(&self, index: usize, order: &Order) -> Cursor {
        let dialog = &self.dialogs[index];
        Cursor::behind(order, |key| dialog.value(key))
    }

    /// The ids of all dialogs that a search should find, in order.
    pub fn search(&self, asked: &Asked<'_>, words: Option<&Words>) -> Vec<Uuid> {
        let scope = asked.scope;
        let pairs: HashSet<(String, String)> = scope
            .groups
            .iter()
            .flat_map(|group| {
                group.parties.iter().flat_map(|party| {
                    group
                        .resources
                        .iter()
                        .map(|resource| (party.to_string(), resource.to_string()))
                })
            })
            .collect();
        self.sorted(asked.order, asked.cursor, |d| {
            let place = (party(d.party).to_string(), resource(d.resource).to_string());
            let delegated = scope.delegated.iter().any(|delegated| {
                let means = match delegated.instance.label() {
                    Some(label) => d.label.as_ref() == Some(&label),
                    None => delegated.instance.to_string().ends_with(&d.id.to_string()),
                };
                means && delegated.party.as_str() == place.0 && *delegated.resource == *place.1
            });
            (pairs.contains(&place) || delegated)
                && d.is_shown(asked.shown)
                && d.passes(asked.filter)
                && words.is_none_or(|words| d.has(words))
        })
    }

    /// The ids of all dialogs that a search of their service owner should find, in order.
    pub fn search_owned(&self, asked: &Owned<'_>) -> Vec<Uuid> {
        let shown = Shown::ToOwner {
            org: asked.org,
            filter: asked.own,
        };
        let (parties, resources) = (asked.parties, asked.resources);
        self.sorted(asked.order, asked.cursor, |d| {
            (parties.is_empty() || parties.contains(&*party(d.party)))
                && (resources.is_empty() || resources.contains(&resource(d.resource).to_string()))
                && d.is_shown(shown)
                && d.passes(asked.filter)
        })
    }

    fn sorted(
        &self,
        order: &Order,
        cursor: Option<&Cursor>,
        wanted: impl Fn(&Known) -> bool,
    ) -> Vec<Uuid> {
        let mut found: Vec<&Known> = self
            .dialogs
            .iter()
            .filter(|d| wanted(d))
            .filter(|d| cursor.is_none_or(|cursor| d.is_behind(cursor, order)))
            .collect();
        found.sort_by(|a, b| compare(order, |key| a.value(key), |key| b.value(key)));
        found.into_iter().map(|d| d.id).collect()
    }
}

/// Missing times are later than all others.
fn compare(order: &Order, a: impl Fn(Key) -> Value, b: impl Fn(Key) -> Value) -> Ordering {
    order
        .keys()
        .iter()
        .map(|(key, direction)| {
            let ascending = match (a(*key), b(*key)) {
                (Value::Id(a), Value::Id(b)) => a.cmp(&b),
                (Value::Time(Some(a)), Value::Time(Some(b))) => a.cmp(&b),
                (Value::Time(a), Value::Time(b)) => a.is_none().cmp(&b.is_none()),
                _ => unreachable!("keys have one kind of value"),
            };
            match direction {
                Direction::Asc => ascending,
                Direction::Desc => ascending.reverse(),
            }
        })
        .find(|ordering| *ordering != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

impl Known {
    pub fn value(&self, key: Key) -> Value {
        match key {
            Key::ContentUpdatedAt => Value::Time(Some(self.content_updated)),
            Key::UpdatedAt => Value::Time(Some(self.updated)),
            Key::CreatedAt => Value::Time(Some(self.created)),
            Key::DueAt => Value::Time(self.due),
            Key::Id => Value::Id(self.id),
        }
    }

    fn is_behind(&self, cursor: &Cursor, order: &Order) -> bool {
        let of_cursor = |key| cursor.value(key).unwrap();
        compare(order, |key| self.value(key), of_cursor) == Ordering::Greater
    }

    fn has(&self, words: &Words) -> bool {
        let has = |word: &&str| self.words.contains(word);
        match words {
            Words::Any(words) => words.iter().any(has),
            Words::All(words) => words.iter().all(has),
            Words::But(word, excluded) => has(word) && !has(excluded),
        }
    }

    fn is_shown(&self, shown: Shown<'_>) -> bool {
        let has = |pattern: &LabelPattern| match pattern {
            LabelPattern::Exact(label) => self.so_labels.contains(label),
            LabelPattern::Prefix(prefix) => self.so_labels.iter().any(|l| l.starts_with(prefix)),
        };
        match shown {
            Shown::ToEndUser { now } => {
                !self.deleted
                    && self.visible_from.is_none_or(|from| from <= now)
                    && self.expires.is_none_or(|at| at > now)
            }
            Shown::ToOwner { org, filter } => {
                ORGS[self.org] == org
                    && match filter.deleted {
                        DeletedFilter::Exclude => !self.deleted,
                        DeletedFilter::Include => true,
                        DeletedFilter::Only => self.deleted,
                    }
                    && within(&filter.visible, self.visible_from)
                    && filter.labels.iter().all(has)
            }
        }
    }

    fn passes(&self, filter: &Filter) -> bool {
        let any = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_some_and(|value| list.iter().any(|wanted| wanted == value))
        };
        let mask = LabelMask::from_bits(self.labels);
        let seen = self.flags & 2 != 0 && !mask.has(SystemLabel::MarkedAsUnopened);
        let equal =
            |wanted: &Option<String>, value: &Option<String>| wanted.is_none() || wanted == value;
        any(&filter.orgs, Some(ORGS[self.org]))
            && (filter.statuses.is_empty() || filter.statuses.contains(&self.status))
            && any(&filter.extended_statuses, self.extended_status.as_deref())
            && equal(&filter.external_reference, &self.external_reference)
            && equal(&filter.process, &self.process)
            && filter
                .labels
                .is_none_or(|labels| self.labels & labels.bits() == labels.bits())
            && filter.is_content_seen.is_none_or(|wanted| seen == wanted)
            && !(filter.exclude_api_only && self.flags & 1 != 0)
            && within(&filter.created, Some(self.created))
            && within(&filter.updated, Some(self.updated))
            && within(&filter.content_updated, Some(self.content_updated))
            && within(&filter.due, self.due)
    }
}

fn within(span: &Span<Timestamp>, time: Option<Timestamp>) -> bool {
    let Span { after, before } = span;
    after.is_none_or(|after| time.is_some_and(|time| time >= after))
        && before.is_none_or(|before| time.is_some_and(|time| time <= before))
}

/// What a service owner asks for besides.
pub fn owner_filter() -> impl Strategy<Value = OwnerFilter> {
    let deleted: Vec<_> = DeletedFilter::ALL.iter().map(|(d, _, _)| *d).collect();
    (
        proptest::sample::select(deleted),
        (maybe(10, time()), maybe(10, time())),
        prop_oneof![3 => Just(Vec::new()), 2 => proptest::collection::vec(pattern(), 1..3)],
    )
        .prop_map(|(deleted, (after, before), labels)| OwnerFilter {
            deleted,
            visible: Span { after, before },
            labels,
        })
}

/// Conditions; most of them absent, as most combinations find nothing.
pub fn filter() -> impl Strategy<Value = Filter> {
    let span = |percent| {
        (maybe(percent, time()), maybe(percent, time()))
            .prop_map(|(after, before)| Span { after, before })
    };
    let lists = (
        proptest::sample::subsequence(
            vec!["ttd".to_owned(), "brg".to_owned(), "no".to_owned()],
            0..=3,
        ),
        prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(status(), 1..4)],
        prop_oneof![5 => Just(Vec::new()), 1 => proptest::collection::vec(text("e"), 1..3)],
        maybe(10, text("x")),
        maybe(10, text("p")),
    );
    let flags = (
        maybe(15, proptest::sample::select(vec![1_i16, 2, 4, 6, 8, 9])),
        maybe(15, any::<bool>()),
        proptest::bool::weighted(0.15),
    );
    let spans = (span(8), span(8), span(10), span(8));
    (lists, flags, spans).prop_map(|(lists, flags, spans)| Filter {
        orgs: lists.0,
        statuses: lists.1,
        extended_statuses: lists.2,
        external_reference: lists.3,
        process: lists.4,
        labels: flags.0.map(LabelMask::from_bits),
        is_content_seen: flags.1,
        exclude_api_only: flags.2,
        created: spans.0,
        updated: spans.1,
        content_updated: spans.2,
        due: spans.3,
    })
}
