//! A dialog that is about to change, and what the change must know about its transmissions and activities: one
//! statement, whose cost does not grow with the number of them.

use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    document::{Detail, List},
    load::{ActivityRow, Row, SEARCHED, SeenRow, TransmissionRow},
};
use crate::{
    dialog::{
        Dialog,
        activity::Activity,
        change::{Surroundings, Wanted},
        timestamp::Timestamp,
        transmission::Transmission,
    },
    store::{Inconsistent, Store},
};

/// What the statement found around a dialog.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Found {
    transmissions: Option<Vec<(Uuid, bool)>>,
    relations: Option<Vec<(Uuid, Option<Uuid>)>>,
    keys: Option<Vec<String>>,
    activities: Option<Vec<Uuid>>,
    attachments: Option<Vec<Uuid>>,
    unopened: i64,
    is_correspondence_opened: bool,
    lacks_transmission_content: bool,
    named_resources: Option<Vec<String>>,
    has_children: bool,
}

impl From<Found> for Surroundings {
    fn from(found: Found) -> Self {
        Self {
            transmissions: found.transmissions.unwrap_or_default(),
            relations: found.relations.unwrap_or_default(),
            keys: found.keys.unwrap_or_default(),
            activities: found.activities.unwrap_or_default(),
            attachments: found.attachments.unwrap_or_default(),
            unopened: found.unopened,
            is_correspondence_opened: found.is_correspondence_opened,
            lacks_transmission_content: found.lacks_transmission_content,
            named_resources: found.named_resources.unwrap_or_default(),
            has_children: found.has_children,
        }
    }
}

impl Store {
    /// The dialog with this id, deleted or not, without transmissions, activities and seen entries, and what was wanted
    /// to be known about those.
    ///
    /// Parts are found by their own ids (`IS TRUE` hides the dialog's from the planner): most dialogs have so few that
    /// it would look at all of the dialog's parts, and some have thousands.
    pub async fn dialog_to_change(
        &self,
        id: Uuid,
        wanted: &Wanted,
    ) -> sqlx::Result<Option<(Dialog, Surroundings)>> {
        let ids: Vec<Uuid> = wanted.ids.iter().copied().collect();
        let keys: Vec<String> = wanted.keys.iter().cloned().collect();
        let row = sqlx::query_as!(
            Row,
            r#"
            SELECT d.id, d.revision, d.status, d.flags, d.label_mask, d.eu_revision, d.so_revision,
                   d.created_at AS "created_at: Timestamp", d.updated_at AS "updated_at: Timestamp",
                   d.content_updated_at AS "content_updated_at: Timestamp", d.due_at AS "due_at: Timestamp",
                   d.visible_from AS "visible_from: Timestamp", d.expires_at AS "expires_at: Timestamp",
                   d.deleted_at AS "deleted_at: Timestamp", d.idempotent_key, d.external_reference,
                   d.extended_status, d.process, d.preceding_process, d.resource_type, d.progress,
                   d.so_transmissions, d.party_transmissions, d.so_labels,
                   d.list AS "list: Json<List<'static>>", d.detail AS "detail: Json<Detail<'static>>",
                   o.short_name AS org, r.urn AS resource, p.urn AS party,
                   NULL::json AS "transmissions: Json<Vec<TransmissionRow>>",
                   NULL::json AS "activities: Json<Vec<ActivityRow>>",
                   NULL::json AS "seen: Json<Vec<SeenRow>>",
                   json_build_object(
                     'transmissions',
                     (SELECT json_agg(json_build_array(t.id, t.type NOT IN (7, 8) AND t.opened_at IS NULL))
                        FROM transmission t WHERE (t.dialog_id = d.id) IS TRUE AND t.id = ANY($2)),
                     'relations',
                     (WITH RECURSIVE above AS (
                             SELECT t.id, t.related_id
                               FROM transmission t WHERE (t.dialog_id = d.id) IS TRUE AND t.id = ANY($2)
                              UNION
                             SELECT t.id, t.related_id
                               FROM above
                              CROSS JOIN LATERAL (SELECT t.id, t.related_id
                                                    FROM transmission t
                                                   WHERE t.id = above.related_id AND (t.dialog_id = d.id) IS TRUE
                                                   LIMIT 1) AS t)
                      SELECT json_agg(json_build_array(x.id, x.related_id))
                        FROM (SELECT id, related_id FROM above
                               UNION
                              SELECT answer.id, answer.related_id
                                FROM unnest($2::uuid[]) AS w (id)
                               CROSS JOIN LATERAL (SELECT t.id, t.related_id
                                                     FROM transmission t
                                                    WHERE t.dialog_id = d.id AND t.related_id = w.id
                                                    LIMIT 101) AS answer) AS x),
                     'keys',
                     (SELECT json_agg(t.idempotent_key)
                        FROM transmission t WHERE t.dialog_id = d.id AND t.idempotent_key = ANY($3)),
                     'activities',
                     (SELECT json_agg(a.id) FROM activity a WHERE (a.dialog_id = d.id) IS TRUE AND a.id = ANY($2)),
                     'attachments',
                     (SELECT json_agg(c.id)
                        FROM claimed_id c WHERE c.kind = 1 AND c.id = ANY($2) AND c.dialog_id = d.id),
                     'unopened',
                     CASE WHEN $4 THEN (SELECT count(*)
                                          FROM transmission t
                                         WHERE t.dialog_id = d.id AND t.type NOT IN (7, 8) AND t.opened_at IS NULL)
                          ELSE 0 END,
                     'isCorrespondenceOpened',
                     $4 AND d.resource_type = 'correspondenceservice'
                        AND EXISTS (SELECT FROM activity a WHERE a.dialog_id = d.id AND a.type = 16),
                     'lacksTransmissionContent',
                     d.flags & 1 <> 0
                        AND EXISTS (SELECT FROM transmission t WHERE t.dialog_id = d.id AND NOT t.doc ? 'content'),
                     'namedResources',
                     (SELECT json_agg(DISTINCT lower(t.doc ->> 'authorizationAttribute'))
                        FROM transmission t
                       WHERE t.dialog_id = d.id
                         AND lower(t.doc ->> 'authorizationAttribute') LIKE 'urn:altinn:resource:%'),
                     'hasChildren',
                     d.latest_activity IS NOT NULL
                        OR EXISTS (SELECT FROM transmission t WHERE t.dialog_id = d.id)) AS "found: Json<Found>"
              FROM dialog d
              JOIN org o ON o.id = d.org_id
              JOIN resource r ON r.id = d.resource_id
              JOIN party p ON p.id = d.party_id
             WHERE d.id = $1
            "#,
            id,
            &ids,
            &keys,
            wanted.appends,
        )
        .fetch_optional(self.request())
        .await?;
        let Some(mut row) = row else {
            return Ok(None);
        };
        let found = row
            .found
            .take()
            .map_or_else(Surroundings::default, |found| found.0.into());
        Ok(Some((row.try_into()?, found)))
    }

    /// Transmissions and activities of a dialog as far as it is found by their words: the newest of each kind.
    pub(super) async fn searched_children(
        &self,
        dialog: Uuid,
    ) -> sqlx::Result<(Vec<Transmission>, Vec<Activity>)> {
        let row = sqlx::query!(
            r#"
            SELECT (SELECT json_agg(json_build_array(t.id, t.created_at, t.type, t.related_id, t.idempotent_key, t.doc))
                      FROM (SELECT * FROM transmission
                             WHERE dialog_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2) AS t)
                     AS "transmissions: Json<Vec<TransmissionRow>>",
                   (SELECT json_agg(json_build_array(a.id, a.created_at, a.type, a.transmission_id, a.doc))
                      FROM (SELECT * FROM activity
                             WHERE dialog_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2) AS a)
                     AS "activities: Json<Vec<ActivityRow>>"
            "#,
            dialog,
            SEARCHED,
        )
        .fetch_one(self.request())
        .await?;
        let transmissions = row.transmissions.map_or_else(Vec::new, |rows| rows.0);
        let activities = row.activities.map_or_else(Vec::new, |rows| rows.0);
        Ok((
            transmissions
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, Inconsistent>>()?,
            activities
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, Inconsistent>>()?,
        ))
    }
}
