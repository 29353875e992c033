//! Whatever a service owner asks for, the fast way finds the same dialogs in the same order as the slow one.

use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use uuid::Uuid;

use super::{
    property::order,
    town::{self, DIALOGS, ORGS, PARTIES, RESOURCES, Town},
};
use crate::{
    dialog::{
        party::PartyUrn,
        search::{Filter, Order, OwnerFilter},
    },
    store::search::{Owned, owned_page},
};

#[derive(Debug, Clone)]
struct Case {
    org: &'static str,
    parties: Vec<PartyUrn>,
    resources: Vec<String>,
    filter: Filter,
    own: OwnerFilter,
    order: Order,
    limit: u16,
    /// Begin behind this dialog.
    behind: Option<usize>,
    labelled: i64,
}

fn case() -> impl Strategy<Value = Case> {
    // Some that do not exist, some that are named twice.
    let some = |count: usize| {
        prop_oneof![
            Just(Vec::new()),
            proptest::collection::vec(0..count + 3, 1..4),
            proptest::collection::vec(0..count + 3, 1..20),
        ]
    };
    let place = (
        proptest::sample::select(vec![ORGS[0], ORGS[1], "nobody"]),
        some(PARTIES),
        some(RESOURCES),
    );
    let what = (
        prop_oneof![Just(Filter::default()), town::filter()],
        town::owner_filter(),
        order(),
    );
    let how = (
        proptest::sample::select(vec![1_u16, 2, 7, 50, 100, 1_000]),
        proptest::option::weighted(0.4, any::<Index>()),
        proptest::sample::select(vec![0_i64, 1, 20, 10_000]),
    );
    (place, what, how).prop_map(|(place, what, how)| Case {
        org: place.0,
        parties: place
            .1
            .into_iter()
            .map(|n| (*town::party(n)).clone())
            .collect(),
        resources: place
            .2
            .into_iter()
            .map(|n| town::resource(n).to_string())
            .collect(),
        filter: what.0,
        own: what.1,
        order: what.2,
        limit: how.0,
        behind: how.1.map(|index| index.index(DIALOGS)),
        labelled: how.2,
    })
}

impl Case {
    async fn check(&self, town: &Town) -> Result<(), TestCaseError> {
        let behind = self.behind.map(|index| town.behind(index, &self.order));
        let first = Owned {
            org: self.org,
            parties: &self.parties,
            resources: &self.resources,
            filter: &self.filter,
            own: &self.own,
            order: &self.order,
            cursor: behind.as_ref(),
            limit: self.limit,
        };
        let expected = town.search_owned(&first);
        let limit = usize::from(self.limit);
        let mut cursor = behind.clone();
        for start in (0..).map(|page| page * limit).take(4) {
            let asked = Owned {
                cursor: cursor.as_ref(),
                ..first
            };
            let found = owned_page(&town.pool, &asked, self.labelled)
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
fn every_search_of_a_service_owner_finds_what_the_slow_way_finds() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let town = runtime.block_on(Town::new());
    let cases = ProptestConfig {
        cases: 400,
        ..ProptestConfig::default()
    };
    TestRunner::new(cases)
        .run(&case(), |case| runtime.block_on(case.check(&town)))
        .unwrap_or_else(|error| panic!("{error}"));
}
