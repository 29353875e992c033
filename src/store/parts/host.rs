//! The dialog that a part is to be added to: what deciding about that needs, and no part beside those that matter.

use uuid::Uuid;

use crate::{
    dialog::{
        event::{Announced, Topic},
        label::LabelMask,
        limits,
        timestamp::Timestamp,
    },
    store::{Store, dialogs::document},
};

/// A dialog at the moment when a part is to be added.
#[derive(Debug, Clone)]
pub struct Host {
    /// Identifier.
    pub id: Uuid,
    /// Its revision.
    pub revision: Uuid,
    /// Short name of the service owner, lower case.
    pub org: String,
    /// The resource, lower case.
    pub service_resource: String,
    /// The resource's type, lower case.
    pub service_resource_type: String,
    /// Whose dialog it is, lower case.
    pub party: String,
    /// The process that the dialog belongs to.
    pub process: Option<String>,
    /// The process before.
    pub preceding_process: Option<String>,
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
    /// The length of the chain of transmissions that ends with the one that the part names, counted from 1 and not
    /// beyond 101; `None` where the dialog has no such transmission.
    pub depth: Option<i32>,
    /// How many answers that transmission has, not counted beyond 100.
    pub answers: i64,
    /// Whether a transmission of the dialog has the idempotent key.
    pub is_key_used: bool,
    /// Its system labels.
    pub labels: LabelMask,
    /// No time of the party's dialogs of this resource lies behind it, as far as searches know; times before it need not
    /// be told them.
    pub bound: Option<Timestamp>,
    /// Bytes of words that stand in a row of their own; `None` where they all stand with the others.
    pub tail: Option<i32>,
}

impl Announced for Host {
    fn topic(&self) -> Topic<'_> {
        Topic {
            id: self.id,
            party: &self.party,
            service_resource: &self.service_resource,
            process: self.process.as_deref(),
            preceding_process: self.preceding_process.as_deref(),
            visible_from: self.visible_from,
        }
    }
}

/// What is read of a dialog that a part is to be added to.
struct HostRow {
    id: Uuid,
    revision: Uuid,
    org: String,
    resource: String,
    resource_type: String,
    party: String,
    process: Option<String>,
    preceding_process: Option<String>,
    visible_from: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    flags: i32,
    label_mask: i16,
    so_transmissions: i32,
    party_transmissions: i32,
    bound: Option<Timestamp>,
    tail: Option<i32>,
    depth: Option<i32>,
    answers: i64,
    is_key_used: bool,
}

impl From<HostRow> for Host {
    fn from(row: HostRow) -> Self {
        Self {
            id: row.id,
            revision: row.revision,
            org: row.org,
            service_resource: row.resource,
            service_resource_type: row.resource_type,
            party: row.party,
            process: row.process,
            preceding_process: row.preceding_process,
            visible_from: row.visible_from,
            deleted_at: row.deleted_at,
            is_frozen: row.flags & document::FROZEN != 0,
            service_owner_transmissions: row.so_transmissions,
            party_transmissions: row.party_transmissions,
            depth: row.depth,
            answers: row.answers,
            is_key_used: row.is_key_used,
            labels: LabelMask::from_bits(row.label_mask),
            bound: row.bound,
            tail: row.tail,
        }
    }
}

impl Store {
    /// The dialog with this id, deleted or not, and what it knows of the transmission that a new part names and of the
    /// idempotent key that it brings. The cost does not depend on how many parts the dialog has.
    pub async fn host(
        &self,
        dialog: Uuid,
        transmission: Option<Uuid>,
        idempotent_key: Option<&str>,
    ) -> sqlx::Result<Option<Host>> {
        let row = if transmission.is_none() && idempotent_key.is_none() {
            self.host_alone(dialog).await
        } else {
            self.host_and_parts(dialog, transmission, idempotent_key)
                .await
        };
        Ok(row?.map(Host::from))
    }

    /// For a part that names no other: most do not, and even looking for nothing costs half as much again.
    async fn host_alone(&self, dialog: Uuid) -> sqlx::Result<Option<HostRow>> {
        sqlx::query_as!(
            HostRow,
            r#"
            SELECT d.id, d.revision, o.short_name AS org, r.urn AS resource, d.resource_type, p.urn AS party, d.process,
                   d.preceding_process, d.visible_from AS "visible_from: Timestamp",
                   d.deleted_at AS "deleted_at: Timestamp", d.flags, d.label_mask, d.so_transmissions,
                   d.party_transmissions,
                   (SELECT bound FROM pair
                     WHERE party_id = d.party_id AND resource_id = d.resource_id) AS "bound: Timestamp",
                   (SELECT coalesce((SELECT pg_column_size(t.vec || ''::tsvector) FROM dialog_search_tail t
                                      WHERE t.dialog_id = s.dialog_id), 0)
                      FROM dialog_search s WHERE s.dialog_id = $1 AND s.has_tail) AS tail,
                   NULL::int AS depth, 0::bigint AS "answers!", false AS "is_key_used!"
              FROM dialog d
              JOIN org o ON o.id = d.org_id
              JOIN resource r ON r.id = d.resource_id
              JOIN party p ON p.id = d.party_id
             WHERE d.id = $1
            "#,
            dialog,
        )
        .fetch_optional(self.request())
        .await
    }

    /// `IS TRUE` keeps the planner, who expects few transmissions, from looking at all of them.
    async fn host_and_parts(
        &self,
        dialog: Uuid,
        transmission: Option<Uuid>,
        idempotent_key: Option<&str>,
    ) -> sqlx::Result<Option<HostRow>> {
        let longest = i64::try_from(limits::TRANSMISSION_HIERARCHY).unwrap_or(i64::MAX);
        sqlx::query_as!(
            HostRow,
            r#"
            SELECT d.id, d.revision, o.short_name AS org, r.urn AS resource, d.resource_type, p.urn AS party, d.process,
                   d.preceding_process, d.visible_from AS "visible_from: Timestamp",
                   d.deleted_at AS "deleted_at: Timestamp", d.flags, d.label_mask, d.so_transmissions,
                   d.party_transmissions,
                   (SELECT bound FROM pair
                     WHERE party_id = d.party_id AND resource_id = d.resource_id) AS "bound: Timestamp",
                   (SELECT coalesce((SELECT pg_column_size(t.vec || ''::tsvector) FROM dialog_search_tail t
                                      WHERE t.dialog_id = s.dialog_id), 0)
                      FROM dialog_search s WHERE s.dialog_id = $1 AND s.has_tail) AS tail,
                   (WITH RECURSIVE chain (related_id, depth) AS (
                      SELECT related_id, 1 FROM transmission WHERE id = $2 AND (dialog_id = $1) IS TRUE
                       UNION ALL
                      SELECT t.related_id, chain.depth + 1
                        FROM chain
                       CROSS JOIN LATERAL (SELECT related_id FROM transmission
                                            WHERE id = chain.related_id AND (dialog_id = $1) IS TRUE LIMIT 1) AS t
                       WHERE chain.depth <= $4::bigint)
                    SELECT max(depth) FROM chain) AS depth,
                   (SELECT count(*)
                      FROM (SELECT FROM transmission WHERE dialog_id = $1 AND related_id = $2 LIMIT $4) AS answer)
                   AS "answers!",
                   EXISTS (SELECT FROM transmission WHERE dialog_id = $1 AND idempotent_key = $3) AS "is_key_used!"
              FROM dialog d
              JOIN org o ON o.id = d.org_id
              JOIN resource r ON r.id = d.resource_id
              JOIN party p ON p.id = d.party_id
             WHERE d.id = $1
            "#,
            dialog,
            transmission,
            idempotent_key,
            longest,
        )
        .fetch_optional(self.request())
        .await
    }
}
