//! The transmission that is to be put right, and what that depends on: of the dialog around it only what matters.

use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    dialog::{
        activity::Activity,
        attachment::Attachment,
        content::Content,
        draft::{Correction, PartKind},
        search::{Passages, Searched},
        timestamp::Timestamp,
        transmission::Transmission,
    },
    store::{
        Inconsistent, Store,
        dialogs::{
            document::{self, Detail, List},
            load::{ActivityRow, SEARCHED, TransmissionRow},
        },
    },
};

/// A transmission at the moment when it is to be put right.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Correctable {
    /// The dialog.
    pub dialog: Uuid,
    /// Its revision.
    pub revision: Uuid,
    /// Short name of the service owner, lower case.
    pub org: String,
    /// The resource, lower case.
    pub service_resource: String,
    /// The resource's type, lower case.
    pub service_resource_type: String,
    /// From when end users see it.
    pub visible_from: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// Whether only admins may change it.
    pub is_frozen: bool,
    /// How many transmissions the service owner sent.
    pub service_owner_transmissions: i32,
    /// How many the party sent.
    pub party_transmissions: i32,
    /// The transmission; `None` where the dialog has no such one.
    pub transmission: Option<Transmission>,
    /// Whether it was opened.
    pub is_opened: bool,
    /// Whether something else waits to be opened.
    pub is_other_unopened: bool,
    /// Whether another transmission of the dialog has the key that this one is to have.
    pub is_key_used: bool,
    /// An identifier that this one is to have in it and another part of the dialog has.
    pub taken: Option<(PartKind, Uuid)>,
    /// What it is to hang together with, each with the transmission that it answers; nothing if it is to answer none.
    pub relations: Vec<(Uuid, Option<Uuid>)>,
    /// All else by which the dialog is found; read only where words of this one change.
    pub others: Option<Others>,
}

/// What a dialog is found by beside one of its transmissions.
#[derive(Debug)]
pub struct Others {
    content: Option<Content>,
    search_tags: Vec<String>,
    attachments: Vec<Attachment>,
    transmissions: Vec<Transmission>,
    activities: Vec<Activity>,
}

impl Others {
    /// Adds the transmission as it is to be.
    pub fn add(&mut self, transmission: &Transmission) {
        self.transmissions.push(transmission.clone());
    }

    /// All words of the dialog.
    pub fn passages(&self) -> Passages<'_> {
        Passages::of(&Searched {
            content: self.content.as_ref(),
            search_tags: &self.search_tags,
            attachments: &self.attachments,
            transmissions: &self.transmissions,
            activities: &self.activities,
        })
    }
}

#[derive(Debug, Deserialize)]
struct OthersRow {
    list: List<'static>,
    detail: Detail<'static>,
    transmissions: Option<Vec<TransmissionRow>>,
    activities: Option<Vec<ActivityRow>>,
}

impl TryFrom<OthersRow> for Others {
    type Error = Inconsistent;

    fn try_from(row: OthersRow) -> Result<Self, Inconsistent> {
        let mut detail = row.detail;
        let (transmissions, activities) = (row.transmissions, row.activities);
        Ok(Self {
            content: document::content(row.list, &mut detail),
            search_tags: detail.search_tags.into_owned(),
            attachments: detail.attachments.into_owned(),
            transmissions: transmissions
                .into_iter()
                .flatten()
                .map(TryInto::try_into)
                .collect::<Result<_, Inconsistent>>()?,
            activities: activities
                .into_iter()
                .flatten()
                .map(TryInto::try_into)
                .collect::<Result<_, Inconsistent>>()?,
        })
    }
}

impl Store {
    /// A transmission of a dialog, deleted or not, and what matters for the correction, with the identifiers that the
    /// client claims for its parts; `None` without the dialog.
    pub async fn transmission_to_correct(
        &self,
        dialog: Uuid,
        transmission: Uuid,
        correction: &Correction,
        claims: &[(i16, Uuid)],
    ) -> sqlx::Result<Option<Correctable>> {
        let row = sqlx::query!(
            r#"
            SELECT d.id, d.revision, o.short_name AS org, r.urn AS resource, d.resource_type,
                   d.visible_from AS "visible_from: Timestamp", d.deleted_at AS "deleted_at: Timestamp", d.flags,
                   d.so_transmissions, d.party_transmissions,
                   CASE WHEN t.id IS NOT NULL
                        THEN json_build_array(t.id, t.created_at, t.type, t.related_id, t.idempotent_key, t.doc)
                   END AS "transmission: Json<TransmissionRow>",
                   t.opened_at IS NOT NULL AS "is_opened!",
                   EXISTS (SELECT FROM transmission x
                            WHERE x.dialog_id = $1 AND x.opened_at IS NULL AND x.type NOT IN (7, 8) AND x.id <> $2)
                     OR d.resource_type = 'correspondenceservice'
                        AND NOT EXISTS (SELECT FROM activity WHERE dialog_id = $1 AND type = 16)
                   AS "is_other_unopened!",
                   EXISTS (SELECT FROM transmission x
                            WHERE x.dialog_id = $1 AND x.idempotent_key = $3 AND x.id <> $2) AS "is_key_used!",
                   (SELECT json_build_array(c.kind, c.id)
                      FROM unnest($4::smallint[], $5::uuid[]) AS c (kind, id)
                     CROSS JOIN LATERAL
                           (SELECT CASE c.kind WHEN 1 THEN jsonb_build_object('id', c.id)
                                   ELSE jsonb_build_object('urls', jsonb_build_array(jsonb_build_object('id', c.id)))
                                   END AS attachment) AS a
                     CROSS JOIN LATERAL
                           (SELECT jsonb_build_object('attachments', jsonb_build_array(a.attachment)) AS part) AS p
                     WHERE NOT t.doc @> p.part
                       AND (d.detail @> p.part
                            OR EXISTS (SELECT FROM transmission x
                                        WHERE x.dialog_id = $1 AND x.id <> $2 AND x.doc @> p.part))
                     LIMIT 1) AS "taken: Json<(i16, Uuid)>",
                   CASE WHEN $6::uuid IS NOT NULL
                        THEN (WITH RECURSIVE above AS (
                                     SELECT x.id, x.related_id
                                       FROM transmission x WHERE x.dialog_id = $1 AND x.id = $6
                                      UNION
                                     SELECT x.id, x.related_id
                                       FROM above JOIN transmission x
                                         ON x.dialog_id = $1 AND x.id = above.related_id),
                                   below AS (
                                     SELECT x.id, x.related_id
                                       FROM transmission x WHERE x.dialog_id = $1 AND x.related_id = $2
                                      UNION
                                     SELECT x.id, x.related_id
                                       FROM below JOIN transmission x
                                         ON x.dialog_id = $1 AND x.related_id = below.id)
                              SELECT json_agg(json_build_array(near.id, near.related_id))
                                FROM (TABLE above UNION TABLE below UNION
                                      (SELECT x.id, x.related_id
                                         FROM transmission x
                                        WHERE x.dialog_id = $1 AND x.related_id = $6 LIMIT 101)) AS near)
                   END AS "relations: Json<Vec<(Uuid, Option<Uuid>)>>",
                   CASE WHEN w.change
                        THEN json_build_object(
                               'list', d.list, 'detail', d.detail,
                               'transmissions',
                               (SELECT json_agg(json_build_array(x.id, x.created_at, x.type, x.related_id,
                                                                 x.idempotent_key, x.doc))
                                  FROM (SELECT * FROM transmission
                                         WHERE dialog_id = $1 AND id <> $2
                                         ORDER BY created_at DESC, id DESC LIMIT $8) AS x),
                               'activities',
                               (SELECT json_agg(json_build_array(x.id, x.created_at, x.type, x.transmission_id, x.doc))
                                  FROM (SELECT * FROM activity
                                         WHERE dialog_id = $1 ORDER BY created_at DESC, id DESC LIMIT $8) AS x))
                   END AS "others: Json<OthersRow>"
              FROM dialog d
              JOIN org o ON o.id = d.org_id
              JOIN resource r ON r.id = d.resource_id
              LEFT JOIN transmission t ON t.dialog_id = d.id AND t.id = $2
             CROSS JOIN LATERAL
                   (SELECT t.doc #> '{content,title}' IS DISTINCT FROM $7::jsonb #> '{content,title}'
                        OR t.doc #> '{content,summary}' IS DISTINCT FROM $7 #> '{content,summary}'
                        OR jsonb_path_query_array(t.doc, '$.attachments[*].displayName')
                           <> jsonb_path_query_array($7, '$.attachments[*].displayName') AS change) AS w
             WHERE d.id = $1
            "#,
            dialog,
            transmission,
            correction.idempotent_key,
            &claims.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
            &claims.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
            correction.related_id,
            Json(&correction.body) as _,
            SEARCHED,
        )
        .fetch_optional(self.request())
        .await?;
        let found = row.map(|row| {
            Ok::<_, Inconsistent>(Correctable {
                dialog: row.id,
                revision: row.revision,
                org: row.org,
                service_resource: row.resource,
                service_resource_type: row.resource_type,
                visible_from: row.visible_from,
                deleted_at: row.deleted_at,
                is_frozen: row.flags & document::FROZEN != 0,
                service_owner_transmissions: row.so_transmissions,
                party_transmissions: row.party_transmissions,
                transmission: row.transmission.map(|t| t.0.try_into()).transpose()?,
                is_opened: row.is_opened,
                is_other_unopened: row.is_other_unopened,
                is_key_used: row.is_key_used,
                taken: row
                    .taken
                    .and_then(|Json((kind, id))| Some((PartKind::of_number(kind)?, id))),
                relations: row.relations.map_or_else(Vec::new, |all| all.0),
                others: row.others.map(|others| others.0.try_into()).transpose()?,
            })
        });
        Ok(found.transpose()?)
    }
}
