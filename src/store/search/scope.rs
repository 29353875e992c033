//! What the caller may find, as relations: `pairs` and, for single dialogs, `delegated`.

use super::{
    Asked,
    binds::{Binds, Placeholder},
    numbers::Numbers,
};

/// Most pairs that are asked for one by one. That takes about as long as reading the pairs of half as many parties.
const FEW: usize = 32;

/// Queries for the numbers of parties and resources, each with the number of the group that it stands in.
pub(super) struct Sets {
    pub parties: String,
    pub resources: String,
    /// An array of the numbers of parties that are known.
    pub party_ids: String,
    /// How many pairs there are if all parties have dialogs of all resources.
    pub most_pairs: usize,
    /// An expression for the numbers of all parties, if they all stand in one group.
    one_group: Option<String>,
}

impl Sets {
    pub(super) fn new(
        numbers: &Numbers<'_>,
        with: &mut Vec<String>,
        binds: &mut Binds,
    ) -> sqlx::Result<Self> {
        let ids = binds.add(&numbers.party_ids)?;
        let party_ids = format!("{ids}::int[]");
        let mut all = party_ids.clone();
        let mut parties = known(ids, &numbers.party_groups, binds)?;
        let resource_ids = binds.add(&numbers.resource_ids)?;
        let mut resources = known(resource_ids, &numbers.resource_groups, binds)?;
        if !numbers.new_parties.is_empty() {
            let (urns, groups) = (&numbers.new_parties, &numbers.new_party_groups);
            with.push(new("party", urns, groups, binds)?);
            parties.push_str(" UNION ALL SELECT id, group_no FROM new_party");
            all.push_str(" || ARRAY (SELECT id FROM new_party)");
        }
        if !numbers.new_resources.is_empty() {
            let (urns, groups) = (&numbers.new_resources, &numbers.new_resource_groups);
            with.push(new("resource", urns, groups, binds)?);
            resources.push_str(" UNION ALL SELECT id, group_no FROM new_resource");
        }
        Ok(Self {
            parties,
            resources,
            party_ids,
            most_pairs: numbers.most_pairs(),
            one_group: numbers.is_one_group().then_some(all),
        })
    }

    /// Those of the pairs that exist. A few are asked for one by one; of many, all that a party has are read.
    fn existing(&self) -> String {
        let Self {
            parties, resources, ..
        } = self;
        if self.most_pairs <= FEW {
            format!(
                "SELECT p.* FROM ({parties}) AS a (id, group_no)
                   JOIN ({resources}) AS r (id, group_no) ON r.group_no = a.group_no
                  CROSS JOIN LATERAL (SELECT p.* FROM pair p
                                       WHERE p.party_id = a.id AND p.resource_id = r.id LIMIT 1) AS p"
            )
        } else if let Some(all) = &self.one_group {
            // One scan that goes from party to party; nothing but the index need tell of a pair.
            format!(
                "SELECT p.* FROM (SELECT * FROM pair WHERE party_id = ANY ({all}) OFFSET 0) AS p
                   JOIN ({resources}) AS r (id, group_no) ON r.id = p.resource_id"
            )
        } else {
            // In this order, or the planner would go through all resources for each party.
            format!(
                "SELECT p.* FROM (SELECT a.group_no, p.* FROM ({parties}) AS a (id, group_no)
                                   CROSS JOIN LATERAL (SELECT p.* FROM pair p WHERE p.party_id = a.id OFFSET 0) AS p
                                   OFFSET 0) AS p
                   JOIN ({resources}) AS r (id, group_no) ON r.group_no = p.group_no AND r.id = p.resource_id"
            )
        }
    }
}

/// `pairs`: the combinations of party and resource that the caller may find and that have dialogs, each with a time
/// that no dialog of it is later than. Behind a cursor none is later than `latest`. `gate` is a condition on
/// everything.
pub(super) fn pairs(
    asked: &Asked<'_>,
    sets: &Sets,
    latest: Option<Placeholder>,
    gate: &str,
    binds: &mut Binds,
) -> sqlx::Result<String> {
    let filter = asked.filter;
    let mut reached = String::new();
    let ends = [
        filter.created.after,
        filter.updated.after,
        filter.content_updated.after,
    ];
    // Nothing is known about the times of deleted dialogs.
    let ends = ends
        .into_iter()
        .flatten()
        .filter(|_| !asked.shown.has_deleted());
    for after in ends {
        reached = format!("{reached} AND p.bound >= {}", binds.add(after)?);
    }
    let bound = latest.map_or("p.bound".to_owned(), |latest| {
        format!("least(p.bound, {latest})")
    });
    Ok(format!(
        "pairs AS (
           SELECT p.party_id, p.resource_id, {bound} AS bound FROM ({}) AS p WHERE {gate}{reached})",
        sets.existing()
    ))
}

fn known(ids: Placeholder, groups: &[i32], binds: &mut Binds) -> sqlx::Result<String> {
    let groups = binds.add(groups)?;
    Ok(format!(
        "SELECT * FROM unnest({ids}::int[], {groups}::int[])"
    ))
}

/// Those that go along by name.
fn new(
    table: &'static str,
    urns: &[&str],
    groups: &[i32],
    binds: &mut Binds,
) -> sqlx::Result<String> {
    let (urns, groups) = (binds.add(urns)?, binds.add(groups)?);
    Ok(format!(
        "new_{table} AS MATERIALIZED (
           SELECT t.id, t.urn, n.group_no
             FROM unnest({urns}::text[], {groups}::int[]) AS n (urn, group_no) JOIN {table} t ON t.urn = n.urn)"
    ))
}

/// `delegated`: dialogs delegated by themselves, with their parties and resources. They count only where these are
/// the dialog's. Every step is lateral, and so by identifier however many dialogs a label seems to have.
pub(super) fn delegated(numbers: &Numbers<'_>, binds: &mut Binds) -> sqlx::Result<String> {
    let (dialogs, labels) = (&numbers.dialogs, &numbers.labels);
    let ids = binds.add(&dialogs.instances)?;
    let (id_parties, id_resources) = (binds.add(&dialogs.parties)?, binds.add(&dialogs.resources)?);
    let texts = binds.add(&labels.instances)?;
    let (parties, resources) = (binds.add(&labels.parties)?, binds.add(&labels.resources)?);
    Ok(format!(
        "delegated AS MATERIALIZED (
           SELECT d.id, d.party_id, n.party, d.resource_id, n.resource
             FROM (SELECT * FROM unnest({ids}::uuid[], {id_parties}::text[], {id_resources}::text[])
                   UNION ALL
                   SELECT l.dialog_id, n.party, n.resource
                     FROM unnest({texts}::text[], {parties}::text[], {resources}::text[])
                          AS n (label, party, resource)
                    CROSS JOIN LATERAL (SELECT dialog_id FROM service_owner_label l
                                         WHERE l.value = n.label OFFSET 0) AS l) AS n (id, party, resource)
            CROSS JOIN LATERAL (SELECT d.id, d.party_id, d.resource_id FROM dialog d
                                 WHERE d.id = n.id
                                   AND (d.party_id = (SELECT p.id FROM party p WHERE p.urn = n.party)
                                        AND d.resource_id = (SELECT r.id FROM resource r WHERE r.urn = n.resource))
                                       IS TRUE
                                 LIMIT 1) AS d)"
    ))
}
