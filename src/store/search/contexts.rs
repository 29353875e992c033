//! The labels that parties gave the dialogs of a service owner.

use uuid::Uuid;

use super::Error;
use crate::{
    dialog::{
        label::LabelMask,
        party::PartyUrn,
        search::{
            context::{ContextHit, ContextSearch},
            cursor::Value,
            order::Key,
        },
        timestamp::Timestamp,
    },
    store::{Store, pool::Pool},
};

impl Store {
    /// The labels of dialogs of `org`, deleted or not, and whether more of them follow.
    pub async fn find_contexts(
        &self,
        org: &str,
        search: &ContextSearch,
    ) -> Result<(Vec<ContextHit>, bool), Error> {
        let reader = self.reader();
        let found = page(reader.pool(), org, search).await;
        match reader.instead(&found) {
            Some(pool) => page(pool, org, search).await,
            None => found,
        }
    }
}

async fn page(
    pool: &Pool,
    org: &str,
    search: &ContextSearch,
) -> Result<(Vec<ContextHit>, bool), Error> {
    let parties: Vec<&str> = search.parties.iter().map(PartyUrn::as_str).collect();
    let (mut time, mut id) = (None, None);
    if let Some(cursor) = &search.cursor {
        match (cursor.value(Key::ContentUpdatedAt), cursor.value(Key::Id)) {
            (Some(Value::Time(Some(at))), Some(Value::Id(of))) => {
                (time, id) = (Some(at), Some(of));
            }
            _ => return Err(Error::Cursor),
        }
    }
    let limit = usize::from(search.limit);
    let rows = sqlx::query!(
            r#"
            SELECT c.id AS "id!", c.eu_revision AS "eu_revision!", c.label_mask AS "label_mask!",
                   c.content_updated_at AS "content_updated_at!: Timestamp"
              FROM (SELECT id FROM party WHERE urn = ANY ($2::text[])) AS u
             CROSS JOIN LATERAL (
                   SELECT d.id, d.eu_revision, d.label_mask, d.content_updated_at
                     FROM (SELECT d.id, d.content_updated_at FROM dialog d
                            WHERE d.org_id = (SELECT id FROM org WHERE short_name = $1) AND d.party_id = u.id
                              AND d.content_updated_at >= coalesce($3::timestamptz, '-infinity'::timestamptz)
                              AND (d.content_updated_at, d.id)
                                  < (coalesce($4::timestamptz, 'infinity'::timestamptz), coalesce($5::uuid, $6::uuid))
                            ORDER BY d.content_updated_at DESC, d.id DESC) AS i
                    CROSS JOIN LATERAL (SELECT * FROM dialog d
                                         WHERE d.id = i.id AND ($7::smallint IS NULL OR d.label_mask & $7 <> 0)
                                         LIMIT 1) AS d
                    ORDER BY i.content_updated_at DESC, i.id DESC LIMIT $8::bigint) AS c
             ORDER BY c.content_updated_at DESC, c.id DESC
             LIMIT $8::bigint
            "#,
            org,
            &parties as &[&str],
            search.content_updated_after as Option<Timestamp>,
            time as Option<Timestamp>,
            id,
            Uuid::max(),
            search.labels.map(LabelMask::bits),
            i64::from(search.limit) + 1,
        )
        .fetch_all(pool)
        .await?;
    let has_next = rows.len() > limit;
    let hits = rows
        .into_iter()
        .take(limit)
        .map(|row| ContextHit {
            id: row.id,
            revision: row.eu_revision,
            labels: LabelMask::from_bits(row.label_mask),
            content_updated_at: row.content_updated_at,
        })
        .collect();
    Ok((hits, has_next))
}
