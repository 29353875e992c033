//! The small numbers that stand for parties, resources and organizations inside the database.
//!
//! The rows never change and are never deleted, so what was once learned stays true: the caches need no invalidation,
//! only a bound. But a database that has lost its last transactions may not know the newest of them: what was learned is
//! forgotten when connections break, and when the database refuses a number.

mod remembered;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use self::remembered::Remembered;
use super::pool::Pool;

/// Most parties remembered; about 100 bytes each.
const PARTIES: usize = 200_000;
/// Most resources and organizations remembered.
const RESOURCES: usize = 20_000;

/// What a process has learned.
#[derive(Debug, Clone)]
pub struct Keys {
    orgs: Arc<Remembered<i16>>,
    resources: Arc<Remembered<i32>>,
    parties: Arc<Remembered<i32>>,
    org_names: Arc<RwLock<Arc<OrgNames>>>,
}

/// Short names of organizations by number. There are few of them.
pub type OrgNames = BTreeMap<i16, Arc<str>>;

/// The numbers of one dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DialogKeys {
    /// Of the service owner's short name.
    pub org: i16,
    /// Of the resource.
    pub resource: i32,
    /// Of the party.
    pub party: i32,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            orgs: Arc::new(Remembered::new(RESOURCES)),
            resources: Arc::new(Remembered::new(RESOURCES)),
            parties: Arc::new(Remembered::new(PARTIES)),
            org_names: Arc::default(),
        }
    }
}

impl Keys {
    /// The number of a party, where it is remembered.
    pub fn party(&self, urn: &str) -> Option<i32> {
        self.parties.get(urn)
    }

    /// The numbers of parties, where they are remembered, in their order.
    pub fn parties<'a>(
        &self,
        urns: impl IntoIterator<Item = &'a str>,
    ) -> impl Iterator<Item = (&'a str, Option<i32>)> {
        let remembered = self.parties.read();
        urns.into_iter().map(move |urn| (urn, remembered.get(urn)))
    }

    /// The number of a resource, where it is remembered.
    pub fn resource(&self, urn: &str) -> Option<i32> {
        self.resources.get(urn)
    }

    /// The number of an organization, where it is remembered.
    pub fn org(&self, short_name: &str) -> Option<i16> {
        self.orgs.get(short_name)
    }

    /// Remembers a party.
    pub fn learn_party(&self, urn: &str, id: i32) {
        self.parties.insert(urn, id);
    }

    /// Remembers a resource.
    pub fn learn_resource(&self, urn: &str, id: i32) {
        self.resources.insert(urn, id);
    }

    /// Remembers an organization.
    pub fn learn_org(&self, short_name: &str, id: i16) {
        self.orgs.insert(short_name, id);
        let mut names = self
            .org_names
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if names.get(&id).is_none_or(|name| **name != *short_name) {
            Arc::make_mut(&mut names).insert(id, short_name.into());
        }
    }

    /// The short names that are remembered.
    pub fn org_names(&self) -> Arc<OrgNames> {
        let names = self.org_names.read();
        Arc::clone(&names.unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets the numbers of a dialog, which the database does not know.
    pub fn forget(&self, org: &str, resource: &str, party: &str) {
        self.orgs.forget(org);
        let mut names = self
            .org_names
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut names).retain(|_, name| **name != *org);
        self.resources.forget(resource);
        self.parties.forget(party);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        self.orgs.forget_all();
        self.resources.forget_all();
        self.parties.forget_all();
        *self
            .org_names
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    /// The numbers of a dialog to be written; one statement where one of them is not remembered.
    pub async fn of_dialog(
        &self,
        pool: &Pool,
        org: &str,
        resource: &str,
        party: &str,
    ) -> sqlx::Result<DialogKeys> {
        if let (Some(org), Some(resource), Some(party)) =
            (self.org(org), self.resource(resource), self.party(party))
        {
            return Ok(DialogKeys {
                org,
                resource,
                party,
            });
        }
        loop {
            // A row that another statement inserts at the same time is invisible here: the next round sees it.
            if let Some(keys) = insert_missing(pool, org, resource, party).await? {
                self.learn_org(org, keys.org);
                self.learn_resource(resource, keys.resource);
                self.learn_party(party, keys.party);
                return Ok(keys);
            }
        }
    }
}

async fn insert_missing(
    pool: &Pool,
    org: &str,
    resource: &str,
    party: &str,
) -> sqlx::Result<Option<DialogKeys>> {
    let row = sqlx::query!(
        r#"
        WITH new_org AS (
               INSERT INTO org (short_name)
               SELECT $1::text WHERE NOT EXISTS (SELECT FROM org WHERE short_name = $1)
                   ON CONFLICT DO NOTHING RETURNING id),
             new_resource AS (
               INSERT INTO resource (urn)
               SELECT $2::text WHERE NOT EXISTS (SELECT FROM resource WHERE urn = $2)
                   ON CONFLICT DO NOTHING RETURNING id),
             new_party AS (
               INSERT INTO party (urn)
               SELECT $3::text WHERE NOT EXISTS (SELECT FROM party WHERE urn = $3)
                   ON CONFLICT DO NOTHING RETURNING id)
        SELECT coalesce((SELECT id FROM new_org), (SELECT id FROM org WHERE short_name = $1)) AS org,
               coalesce((SELECT id FROM new_resource), (SELECT id FROM resource WHERE urn = $2)) AS resource,
               coalesce((SELECT id FROM new_party), (SELECT id FROM party WHERE urn = $3)) AS party
        "#,
        org,
        resource,
        party,
    )
    .fetch_one(pool)
    .await?;
    Ok(match (row.org, row.resource, row.party) {
        (Some(org), Some(resource), Some(party)) => Some(DialogKeys {
            org,
            resource,
            party,
        }),
        _ => None,
    })
}
