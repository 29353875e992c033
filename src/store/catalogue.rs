//! Which resources have dialogs, at all and of some parties. Read from the dialogs themselves, so that it is never
//! out of date; deleted dialogs count until they are purged.

use super::{Store, pool::Pool};
use crate::dialog::search::Scope;

impl Store {
    /// The resources that any dialog is about, lower case, in no particular order.
    pub async fn resources_in_use(&self) -> sqlx::Result<Vec<String>> {
        let reader = self.reader();
        let found = in_use(reader.pool()).await;
        match reader.instead(&found) {
            Some(pool) => in_use(pool).await,
            None => found,
        }
    }

    /// Those resources of each group that some dialog of some party of the group is about, lower case, in no
    /// particular order. Dialogs that were delegated by themselves do not count.
    pub async fn resources_in_use_of(&self, scope: &Scope) -> sqlx::Result<Vec<String>> {
        if scope.groups.is_empty() {
            return Ok(Vec::new());
        }
        let reader = self.reader();
        let found = in_use_of(reader.pool(), scope).await;
        match reader.instead(&found) {
            Some(pool) => in_use_of(pool, scope).await,
            None => found,
        }
    }
}

async fn in_use(pool: &Pool) -> sqlx::Result<Vec<String>> {
    // Leaps through an index from each combination of owner and resource to the next: one probe per combination,
    // however many dialogs there are.
    sqlx::query_scalar!(
            r#"
            WITH RECURSIVE used AS (
              (SELECT d.org_id, d.resource_id FROM dialog d ORDER BY d.org_id, d.resource_id LIMIT 1)
              UNION ALL
              SELECT next.org_id, next.resource_id
                FROM used
               CROSS JOIN LATERAL (
                 SELECT d.org_id, d.resource_id FROM dialog d
                  WHERE (d.org_id, d.resource_id) > (used.org_id, used.resource_id)
                  ORDER BY d.org_id, d.resource_id
                  LIMIT 1) next)
            SELECT r.urn FROM resource r WHERE r.id IN (SELECT used.resource_id FROM used)
            "#,
        )
        .fetch_all(pool)
        .await
}

async fn in_use_of(pool: &Pool, scope: &Scope) -> sqlx::Result<Vec<String>> {
    let (mut parties, mut party_groups) = (Vec::new(), Vec::new());
    let (mut resources, mut resource_groups) = (Vec::new(), Vec::new());
    for (group, number) in scope.groups.iter().zip(0_i32..) {
        for party in &group.parties {
            parties.push(party.to_string());
            party_groups.push(number);
        }
        for resource in group.resources.iter() {
            resources.push(resource.to_string());
            resource_groups.push(number);
        }
    }
    // A pair may have outlived its dialogs, so each is probed for one. Two probes, because no index holds deleted
    // dialogs and others; and not by EXISTS, which may be planned as a scan of all dialogs.
    sqlx::query_scalar!(
            r#"
            WITH wanted AS MATERIALIZED (
              SELECT DISTINCT pair.party_id, pair.resource_id, r.urn
                FROM unnest($1::text[], $2::int[]) AS p (urn, n)
                JOIN party ON party.urn = p.urn
                JOIN pair ON pair.party_id = party.id
                JOIN resource r ON r.id = pair.resource_id
                JOIN unnest($3::text[], $4::int[]) AS q (urn, n) ON q.urn = r.urn AND q.n = p.n)
            SELECT DISTINCT w.urn
              FROM wanted w
             CROSS JOIN LATERAL (
               (SELECT d.id FROM dialog d
                 WHERE d.party_id = w.party_id AND d.resource_id = w.resource_id AND d.deleted_at IS NULL
                 LIMIT 1)
               UNION ALL
               (SELECT d.id FROM dialog d
                 WHERE d.party_id = w.party_id AND d.resource_id = w.resource_id AND d.deleted_at IS NOT NULL
                 LIMIT 1)
               LIMIT 1) one
            "#,
            &parties,
            &party_groups,
            &resources,
            &resource_groups,
        )
        .fetch_all(pool)
        .await
}
