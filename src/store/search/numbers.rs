//! A scope in the small numbers of the database, and back from them.

use std::{collections::HashMap, sync::Arc};

use sqlx::types::Json;
use uuid::Uuid;

use super::row::Row;
use crate::{
    dialog::{instance::InstanceRef, search::Scope},
    store::keys::{Keys, OrgNames},
};

/// A scope as arrays to bind. Parties and resources whose number is not remembered go along by name: they may have
/// been added by another process a moment ago.
pub(super) struct Numbers<'a> {
    scope: &'a Scope,
    /// Numbers of parties, and the groups that they stand in.
    pub party_ids: Vec<i32>,
    pub party_groups: Vec<i32>,
    party_urns: Vec<&'a str>,
    pub new_parties: Vec<&'a str>,
    pub new_party_groups: Vec<i32>,
    /// Numbers of resources, and the groups that they belong to.
    pub resource_ids: Vec<i32>,
    pub resource_groups: Vec<i32>,
    resource_urns: Vec<&'a str>,
    pub new_resources: Vec<&'a str>,
    pub new_resource_groups: Vec<i32>,
    /// Single dialogs by their id.
    pub dialogs: Delegations<'a, Uuid>,
    /// Single dialogs by a label.
    pub labels: Delegations<'a, String>,
    /// Organizations whose names need not be asked for.
    pub orgs: Arc<OrgNames>,
}

/// Single dialogs: parallel arrays.
pub(super) struct Delegations<'a, T> {
    pub instances: Vec<T>,
    pub parties: Vec<&'a str>,
    pub resources: Vec<&'a str>,
}

/// Names by number, of what stands on one page.
#[derive(Default)]
pub(super) struct Names {
    parties: Urns,
    resources: Urns,
    orgs: Arc<OrgNames>,
    /// The organization whose dialogs these all are, where that is known.
    of_org: Option<Arc<str>>,
}

/// Numbers in order, each once, with their names. There are few on a page.
#[derive(Default)]
struct Urns(Vec<(i32, Option<Arc<str>>)>);

impl<'a> Numbers<'a> {
    pub(super) fn of(scope: &'a Scope, keys: &Keys) -> Self {
        let mut numbers = Self {
            scope,
            party_ids: Vec::new(),
            party_groups: Vec::new(),
            party_urns: Vec::new(),
            new_parties: Vec::new(),
            new_party_groups: Vec::new(),
            resource_ids: Vec::new(),
            resource_groups: Vec::new(),
            resource_urns: Vec::new(),
            new_resources: Vec::new(),
            new_resource_groups: Vec::new(),
            dialogs: Delegations::default(),
            labels: Delegations::default(),
            orgs: keys.org_names(),
        };
        for (group, number) in scope.groups.iter().zip(0..) {
            for (urn, id) in keys.parties(group.parties.iter().map(|party| party.as_str())) {
                if let Some(id) = id {
                    numbers.party_ids.push(id);
                    numbers.party_groups.push(number);
                    numbers.party_urns.push(urn);
                } else {
                    numbers.new_parties.push(urn);
                    numbers.new_party_groups.push(number);
                }
            }
            for resource in group.resources.iter() {
                if let Some(id) = keys.resource(resource) {
                    numbers.resource_ids.push(id);
                    numbers.resource_groups.push(number);
                    numbers.resource_urns.push(resource);
                } else {
                    numbers.new_resources.push(resource);
                    numbers.new_resource_groups.push(number);
                }
            }
        }
        for delegated in &scope.delegated {
            let (party, resource) = (delegated.party.as_str(), &*delegated.resource);
            match (&delegated.instance, delegated.instance.label()) {
                (InstanceRef::Dialog(id), _) => numbers.dialogs.push(*id, party, resource),
                (_, Some(label)) => numbers.labels.push(label, party, resource),
                (_, None) => {}
            }
        }
        numbers
    }

    /// How many pairs there are if all parties have dialogs of all resources.
    pub(super) fn most_pairs(&self) -> usize {
        let groups = self.scope.groups.iter();
        groups
            .map(|group| group.parties.len().saturating_mul(group.resources.len()))
            .fold(0, usize::saturating_add)
    }

    /// Whether all parties stand in one group.
    pub(super) fn is_one_group(&self) -> bool {
        self.scope.groups.len() == 1
    }

    /// Whether there is but one party, and its number is known.
    pub(super) fn is_one_party(&self) -> bool {
        self.party_ids.len() == 1 && self.new_parties.is_empty()
    }

    /// Whether there are single dialogs.
    pub(super) fn has_delegated(&self) -> bool {
        !self.scope.delegated.is_empty()
    }

    /// The names of what is in `rows`; the statement tells those that it found by name, and they are remembered.
    pub(super) fn names(
        &self,
        rows: &[Row<'_>],
        keys: &Keys,
        of_org: Option<&str>,
    ) -> sqlx::Result<Names> {
        let mut names = Names {
            parties: Urns::of(rows.iter().map(|row| row.party_id()))?,
            resources: Urns::of(rows.iter().map(|row| row.resource_id()))?,
            orgs: self.learned_orgs(rows, keys)?,
            of_org: of_org.map(Into::into),
        };
        names.parties.fill(&self.party_ids, &self.party_urns);
        names
            .resources
            .fill(&self.resource_ids, &self.resource_urns);
        if let Some(first) = rows.first() {
            for (urn, id) in learned(*first, first.further.learned_parties)? {
                keys.learn_party(&urn, id);
                names.parties.name(id, &urn);
            }
            for (urn, id) in learned(*first, first.further.learned_resources)? {
                keys.learn_resource(&urn, id);
                names.resources.name(id, &urn);
            }
        }
        Ok(names)
    }

    fn learned_orgs(&self, rows: &[Row<'_>], keys: &Keys) -> sqlx::Result<Arc<OrgNames>> {
        let mut is_known = true;
        for row in rows {
            if let Some(name) = row.org()? {
                keys.learn_org(name, row.org_id()?);
                is_known = false;
            }
        }
        Ok(if is_known {
            Arc::clone(&self.orgs)
        } else {
            keys.org_names()
        })
    }
}

/// The numbers that a statement found by name.
fn learned(first: Row<'_>, place: Option<usize>) -> sqlx::Result<HashMap<String, i32>> {
    let learned: Option<Json<_>> = first.get(place)?;
    Ok(learned.unwrap_or_default().0)
}

impl<T> Default for Delegations<'_, T> {
    fn default() -> Self {
        Self {
            instances: Vec::new(),
            parties: Vec::new(),
            resources: Vec::new(),
        }
    }
}

impl<'a, T> Delegations<'a, T> {
    fn push(&mut self, instance: T, party: &'a str, resource: &'a str) {
        self.instances.push(instance);
        self.parties.push(party);
        self.resources.push(resource);
    }
}

impl Urns {
    fn of(ids: impl Iterator<Item = sqlx::Result<i32>>) -> sqlx::Result<Self> {
        let nameless = ids.map(|id| Ok((id?, None)));
        let mut urns: Vec<_> = nameless.collect::<sqlx::Result<_>>()?;
        urns.sort_unstable_by_key(|(id, _)| *id);
        urns.dedup_by_key(|(id, _)| *id);
        Ok(Self(urns))
    }

    fn place(&self, id: i32) -> Option<usize> {
        self.0.binary_search_by_key(&id, |(id, _)| *id).ok()
    }

    /// Names one of them; does nothing where it is none.
    fn name(&mut self, id: i32, urn: &str) {
        if let Some(place) = self.place(id) {
            self.0[place].1 = Some(urn.into());
        }
    }

    /// Names those that are asked for.
    fn fill(&mut self, ids: &[i32], urns: &[&str]) {
        for (id, urn) in ids.iter().zip(urns) {
            self.name(*id, urn);
        }
    }

    fn get(&self, id: i32) -> Option<Arc<str>> {
        self.0[self.place(id)?].1.clone()
    }
}

impl Names {
    /// Where all dialogs are those of one organization, and the rest is told by the rows.
    pub(super) fn of_org(short_name: &str) -> Self {
        Self {
            of_org: Some(short_name.into()),
            ..Self::default()
        }
    }

    /// The organization with this number.
    pub(super) fn org(&self, id: i16) -> Option<Arc<str>> {
        self.of_org.as_ref().or_else(|| self.orgs.get(&id)).cloned()
    }

    /// The party with this number.
    pub(super) fn party(&self, id: i32) -> Option<Arc<str>> {
        self.parties.get(id)
    }

    /// The resource with this number.
    pub(super) fn resource(&self, id: i32) -> Option<Arc<str>> {
        self.resources.get(id)
    }
}
