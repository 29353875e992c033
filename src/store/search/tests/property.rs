//! Whatever is asked, the fast way finds the same dialogs in the same order as the slow one.

use proptest::{prelude::*, test_runner::TestRunner};
use uuid::Uuid;

use super::town::{self, ORGS, PARTIES, RESOURCES, Town, Words};
use crate::{
    dialog::{
        instance::InstanceRef,
        search::{
            Dictionary, Filter, Order, OwnerFilter, Scope, TextQuery,
            order::{Direction, Key},
            scope::{Delegated, Group},
        },
    },
    store::{
        keys::Keys,
        search::{Asked, Shown, page},
    },
};

#[derive(Debug, Clone)]
struct Case {
    groups: Vec<(Vec<usize>, Vec<usize>)>,
    /// Indexes of dialogs, whether by id, and whether under their own party and resource.
    delegated: Vec<(usize, bool, bool)>,
    filter: Filter,
    words: Option<Words>,
    order: Order,
    limit: u16,
    /// Begin behind this dialog.
    behind: Option<usize>,
    window: i64,
    fresh: bool,
    /// A service owner that asks for the person, by its index, and what it wants.
    owner: Option<(usize, OwnerFilter)>,
}

pub(super) fn order() -> impl Strategy<Value = Order> {
    let key = proptest::sample::select(vec![
        Key::ContentUpdatedAt,
        Key::UpdatedAt,
        Key::CreatedAt,
        Key::DueAt,
        Key::Id,
    ]);
    let direction = proptest::sample::select(vec![Direction::Asc, Direction::Desc]);
    prop_oneof![
        Just(Order::default()),
        proptest::collection::vec((key, direction), 0..4).prop_map(Order::new),
    ]
}

fn words() -> impl Strategy<Value = Words> {
    prop_oneof![
        proptest::collection::vec(town::word(), 1..3).prop_map(Words::Any),
        proptest::collection::vec(town::word(), 1..3).prop_map(Words::All),
        (town::word(), town::word()).prop_map(|(word, excluded)| Words::But(word, excluded)),
    ]
}

/// From one pair to a thousand, in several groups.
fn groups() -> impl Strategy<Value = Vec<(Vec<usize>, Vec<usize>)>> {
    // Some that do not exist.
    let parties: Vec<usize> = (0..PARTIES + 3).collect();
    let resources: Vec<usize> = (0..RESOURCES + 3).collect();
    let count = prop_oneof![0..3_usize, 3..PARTIES];
    count
        .prop_flat_map(move |count| {
            (
                proptest::sample::subsequence(parties.clone(), count).prop_shuffle(),
                proptest::collection::vec(
                    prop_oneof![
                        proptest::sample::subsequence(resources.clone(), 1..=3),
                        proptest::sample::subsequence(resources.clone(), 1..=RESOURCES),
                    ],
                    1..5,
                ),
            )
        })
        .prop_map(|(parties, sets)| {
            let size = parties.len().div_ceil(sets.len()).max(1);
            parties
                .chunks(size)
                .map(<[usize]>::to_vec)
                .zip(sets)
                .collect()
        })
}

fn case() -> impl Strategy<Value = Case> {
    let scope = (
        groups(),
        prop_oneof![
            2 => Just(Vec::new()),
            1 => proptest::collection::vec(
                (any::<proptest::sample::Index>(), any::<bool>(), proptest::bool::weighted(0.8)), 1..40)
        ],
    );
    let what = (
        prop_oneof![Just(Filter::default()), town::filter()],
        proptest::option::weighted(0.3, words()),
        order(),
    );
    let how = (
        proptest::sample::select(vec![1_u16, 2, 7, 50, 100, 1_000]),
        proptest::option::weighted(0.4, any::<proptest::sample::Index>()),
        proptest::sample::select(vec![3_i64, 30, 300, 2_000]),
        any::<bool>(),
        proptest::option::weighted(0.4, (0..ORGS.len(), town::owner_filter())),
    );
    (scope, what, how).prop_map(|(scope, what, how)| Case {
        groups: scope.0,
        delegated: scope
            .1
            .into_iter()
            .map(|(index, by_id, own)| (index.index(4_000), by_id, own))
            .collect(),
        filter: what.0,
        words: what.1,
        order: what.2,
        limit: how.0,
        behind: how.1.map(|index| index.index(4_000)),
        window: how.2,
        fresh: how.3,
        owner: how.4,
    })
}

impl Case {
    fn scope(&self, town: &Town) -> Scope {
        let groups = self.groups.iter().map(|(parties, resources)| Group {
            resources: resources.iter().map(|n| town::resource(*n)).collect(),
            parties: parties.iter().map(|n| town::party(*n)).collect(),
        });
        let delegated = self.delegated.iter().map(|(index, by_id, own)| {
            let dialog = &town.dialogs[*index];
            let label = dialog.label.as_deref().filter(|_| !by_id);
            Delegated {
                instance: label
                    .and_then(InstanceRef::parse)
                    .unwrap_or(InstanceRef::Dialog(dialog.id)),
                party: town::party(dialog.party + usize::from(!own)),
                resource: town::resource(dialog.resource),
            }
        });
        Scope {
            groups: groups.collect(),
            delegated: delegated.collect(),
        }
    }

    fn text(&self) -> Option<TextQuery> {
        let typed = match self.words.as_ref()? {
            Words::Any(words) => words.join(" "),
            Words::All(words) => words.join(" AND "),
            Words::But(word, excluded) => format!("{word} -{excluded}"),
        };
        Some(TextQuery::new(&typed, Dictionary::SIMPLE))
    }

    async fn check(&self, town: &Town, keys: &Keys) -> Result<(), TestCaseError> {
        let scope = self.scope(town);
        let text = self.text();
        let fresh = Keys::default();
        let behind = self.behind.map(|index| town.behind(index, &self.order));
        let mut cursor = behind.clone();
        let shown = match &self.owner {
            None => Shown::ToEndUser { now: town::now() },
            Some((org, filter)) => Shown::ToOwner {
                org: ORGS[*org],
                filter,
            },
        };
        let first = Asked {
            scope: &scope,
            filter: &self.filter,
            text: text.as_ref(),
            order: &self.order,
            cursor: behind.as_ref(),
            limit: self.limit,
            shown,
        };
        let expected = town.search(&first, self.words.as_ref());
        let limit = usize::from(self.limit);
        for start in (0..).map(|page| page * limit).take(4) {
            let asked = Asked {
                cursor: cursor.as_ref(),
                ..first
            };
            let keys = if self.fresh { &fresh } else { keys };
            let found = page(&town.pool, keys, &asked, self.window)
                .await
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let ids: Vec<Uuid> = found.hits.iter().map(|hit| hit.id).collect();
            let rest = expected.get(start..).unwrap_or_default();
            prop_assert_eq!(
                &ids[..],
                &rest[..limit.min(rest.len())],
                "page from {}",
                start
            );
            prop_assert_eq!(found.has_next, rest.len() > limit);
            for hit in &found.hits {
                let dialog = town.dialogs.iter().find(|d| d.id == hit.id).unwrap();
                let (party, resource) =
                    (town::party(dialog.party), town::resource(dialog.resource));
                prop_assert_eq!(&*hit.party, party.as_str());
                prop_assert_eq!(&*hit.service_resource, &*resource);
            }
            match found.next(&self.order) {
                Some(next) if found.has_next => cursor = Some(next),
                _ => break,
            }
        }
        Ok(())
    }
}

#[test]
fn every_search_finds_what_the_slow_way_finds() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let town = runtime.block_on(Town::new());
    let keys = Keys::default();
    TestRunner::default()
        .run(&case(), |case| runtime.block_on(case.check(&town, &keys)))
        .unwrap_or_else(|error| panic!("{error}"));
}
