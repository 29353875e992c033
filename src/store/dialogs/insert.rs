//! Creating a dialog: the dialog, its parts, its search vector and its events, by one statement.

use sqlx::types::Json;
use uuid::Uuid;

use super::{document, plain};
use crate::{
    dialog::{
        Dialog, actor::ActorType, draft::PartKind, event::Event, label::SystemLabel, named::Named,
        search::Passages, timestamp::Timestamp,
    },
    store::{Store, keys::DialogKeys, pool::Pool},
};

/// A dialog to be created.
#[derive(Debug)]
pub struct NewDialog<'a> {
    /// The dialog.
    pub dialog: &'a Dialog,
    /// Ids that the client chose for parts without a row of their own, with the number of their kind.
    pub claimed: &'a [(i16, Uuid)],
    /// Entries of the label log: their ids and the labels that came with the dialog.
    pub labelled: &'a [(Uuid, SystemLabel)],
    /// What the world hears.
    pub events: &'a [Event],
    /// Until when the events wait.
    pub hold_until: Option<Timestamp>,
    /// When it happened.
    pub now: Timestamp,
}

/// Why a dialog was not created.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The idempotent key has been used for this dialog.
    #[error("the idempotent key belongs to dialog {0}")]
    IdempotentKeyUsed(Uuid),
    /// An id is taken; the kind of part that has it.
    #[error("the id of a {0} is taken")]
    IdTaken(&'static str, Option<Uuid>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Store {
    /// Inserts everything or nothing. One statement, and one before it where the party, the resource or the
    /// organization is new to this process. Two more where the database has lost one of these.
    pub async fn insert_dialog(&self, new: &NewDialog<'_>) -> Result<(), Refused> {
        let dialog = new.dialog;
        let pool = self.request();
        let (org, resource, party) = (&dialog.org, &dialog.service_resource, &dialog.party);
        let mut numbers = self.keys.of_dialog(pool, org, resource, party).await?;
        let mut may_be_stale = true;
        let passages = Passages::of_dialog(dialog);
        loop {
            let outcome = if plain::is_plain(new, &passages) {
                plain::statement(self, numbers, new, &passages).await
            } else {
                statement(pool, numbers, new, &passages).await
            };
            match outcome {
                Ok(Outcome {
                    created: Some(_), ..
                }) => {
                    self.announce();
                    return Ok(());
                }
                Ok(Outcome {
                    existing: Some(id), ..
                }) => {
                    return Err(Refused::IdempotentKeyUsed(id));
                }
                // A racing statement with the same key has just committed: this one's snapshot did not show its row.
                Ok(_) => {}
                Err(error) if may_be_stale && is_unknown_number(&error) => {
                    may_be_stale = false;
                    self.keys.forget(org, resource, party);
                    numbers = self.keys.of_dialog(pool, org, resource, party).await?;
                }
                Err(error) => return Err(taken(error)),
            }
        }
    }

    /// The dialog that already has this idempotent key, deleted or not.
    pub async fn dialog_with_idempotent_key(
        &self,
        org: &str,
        key: &str,
    ) -> sqlx::Result<Option<Uuid>> {
        sqlx::query_scalar!(
            r#"
            SELECT d.id FROM dialog d JOIN org o ON o.id = d.org_id
             WHERE o.short_name = $1 AND d.idempotent_key = $2
            "#,
            org,
            key,
        )
        .fetch_optional(self.request())
        .await
    }
}

pub(super) struct Outcome {
    pub(super) created: Option<Uuid>,
    pub(super) existing: Option<Uuid>,
}

/// For any dialog.
async fn statement(
    pool: &Pool,
    keys: DialogKeys,
    new: &NewDialog<'_>,
    passages: &Passages<'_>,
) -> sqlx::Result<Outcome> {
    let d = new.dialog;
    let (list, detail) = document::documents(d);
    let latest = document::latest_activity(&d.activities);
    let t = &d.transmissions;
    let a = &d.activities;
    sqlx::query_as!(
        Outcome,
        r#"
        WITH created AS (
               INSERT INTO dialog (
                 id, party_id, resource_id, org_id, revision, status, flags, label_mask, eu_revision, so_revision,
                 created_at, updated_at, content_updated_at, due_at, visible_from, expires_at, idempotent_key,
                 external_reference, extended_status, process, preceding_process, resource_type, progress,
                 so_transmissions, party_transmissions, gui_attachments, so_labels, list, latest_activity, detail)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                       $22, $23, $24, $25, $26, $27, $28, $29, $30)
                   ON CONFLICT (org_id, idempotent_key) WHERE idempotent_key IS NOT NULL DO NOTHING
               RETURNING id),
             transmissions AS (
               INSERT INTO transmission (dialog_id, id, party_id, created_at, type, related_id, idempotent_key, opened_at, doc)
               SELECT created.id, x.id, $2, x.created_at, x.type, x.related_id, x.idempotent_key, x.opened_at, x.doc
                 FROM created, unnest($31::uuid[], $32::timestamptz[], $33::smallint[], $34::uuid[], $35::text[],
                                      $36::timestamptz[], $37::jsonb[])
                      AS x (id, created_at, type, related_id, idempotent_key, opened_at, doc)),
             activities AS (
               INSERT INTO activity (dialog_id, id, party_id, created_at, type, transmission_id, doc)
               SELECT created.id, x.id, $2, x.created_at, x.type, x.transmission_id, x.doc
                 FROM created, unnest($38::uuid[], $39::timestamptz[], $40::smallint[], $41::uuid[], $42::jsonb[])
                      AS x (id, created_at, type, transmission_id, doc)),
             claims AS (
               INSERT INTO claimed_id (kind, id, dialog_id)
               SELECT x.kind, x.id, created.id FROM created, unnest($43::smallint[], $44::uuid[]) AS x (kind, id)
                ORDER BY x.kind, x.id),
             owner_labels AS (
               INSERT INTO service_owner_label (dialog_id, value)
               SELECT created.id, x.value FROM created, unnest($27::text[]) AS x (value)),
             logged AS (
               INSERT INTO label_log (dialog_id, id, created_at, label, added, actor_type)
               SELECT created.id, x.id, $46, x.label, true, $48
                 FROM created, unnest($45::uuid[], $47::smallint[]) AS x (id, label)),
             searchable AS (
               INSERT INTO dialog_search (dialog_id, party_id, vec)
               SELECT created.id, $2,
                      (SELECT coalesce(tsvector_agg(vec ORDER BY part), '')
                         FROM (SELECT (n - 1) / 64 AS part,
                                      tsvector_agg(setweight(to_tsvector(dictionary::regconfig, text), weight::"char")
                                                   ORDER BY n) AS vec
                                 FROM unnest($49::text[], $50::text[], $51::text[])
                                      WITH ORDINALITY AS passage (dictionary, weight, text, n)
                                GROUP BY 1) AS parts)
                 FROM created),
             paired AS (
               INSERT INTO pair (party_id, resource_id, bound)
               SELECT $2, $3, date_trunc('day', greatest($11, $12, $13), 'UTC') + interval '1 day'
                 FROM created
                WHERE NOT EXISTS (SELECT FROM pair
                                   WHERE party_id = $2 AND resource_id = $3 AND bound > greatest($11, $12, $13))
                   ON CONFLICT (party_id, resource_id) DO UPDATE SET bound = greatest(pair.bound, excluded.bound)),
             announced AS (
               INSERT INTO outbox (dialog_id, kind, body, occurred_at, not_before)
               SELECT created.id, x.kind, x.body, $46, $52
                 FROM created, unnest($53::smallint[], $54::jsonb[]) WITH ORDINALITY AS x (kind, body, n)
                ORDER BY x.n)
        SELECT (SELECT id FROM created) AS created,
               (SELECT id FROM dialog WHERE org_id = $4 AND idempotent_key = $17) AS existing
        "#,
        d.id,
        keys.party,
        keys.resource,
        keys.org,
        d.revision,
        d.status.number(),
        document::flags(d),
        d.labels.bits(),
        d.end_user_revision,
        d.service_owner_revision,
        d.created_at as Timestamp,
        d.updated_at as Timestamp,
        d.content_updated_at as Timestamp,
        d.due_at as Option<Timestamp>,
        d.visible_from as Option<Timestamp>,
        d.expires_at as Option<Timestamp>,
        d.idempotent_key,
        d.external_reference,
        d.extended_status,
        d.process,
        d.preceding_process,
        d.service_resource_type,
        d.progress,
        d.service_owner_transmissions,
        d.party_transmissions,
        document::gui_attachments(&d.attachments),
        &d.service_owner_labels,
        Json(list) as _,
        latest.map(Json) as _,
        Json(detail) as _,
        &t.iter().map(|t| t.id).collect::<Vec<_>>(),
        &t.iter().map(|t| t.created_at).collect::<Vec<_>>() as &[Timestamp],
        &t.iter().map(|t| t.kind.number()).collect::<Vec<_>>(),
        &t.iter().map(|t| t.related_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &t.iter().map(|t| t.idempotent_key.clone()).collect::<Vec<_>>() as &[Option<String>],
        &t.iter().map(|t| document::opened_at(d, t.id)).collect::<Vec<_>>() as &[Option<Timestamp>],
        &t.iter().map(|t| Json(&t.body)).collect::<Vec<_>>() as _,
        &a.iter().map(|a| a.id).collect::<Vec<_>>(),
        &a.iter().map(|a| a.created_at).collect::<Vec<_>>() as &[Timestamp],
        &a.iter().map(|a| a.kind.number()).collect::<Vec<_>>(),
        &a.iter().map(|a| a.transmission_id).collect::<Vec<_>>() as &[Option<Uuid>],
        &a.iter().map(|a| Json(&a.body)).collect::<Vec<_>>() as _,
        &new.claimed.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
        &new.claimed.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
        &new.labelled.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        new.now as Timestamp,
        &new.labelled.iter().map(|(_, label)| label.number()).collect::<Vec<_>>(),
        ActorType::ServiceOwner.number(),
        &passages.dictionaries as _,
        &passages.weights as _,
        &passages.texts as _,
        new.hold_until as Option<Timestamp>,
        &new.events.iter().map(|e| e.kind.number()).collect::<Vec<_>>(),
        &new.events.iter().map(|e| Json(&e.body)).collect::<Vec<_>>() as _,
    )
    .fetch_one(pool)
    .await
}

/// Whether a number is not that of any party, resource or organization.
fn is_unknown_number(error: &sqlx::Error) -> bool {
    let constraint = error
        .as_database_error()
        .and_then(|error| error.constraint());
    matches!(
        constraint,
        Some("dialog_party_fk" | "dialog_resource_fk" | "dialog_org_fk")
    )
}

/// A violated unique constraint tells which id was taken.
pub(in crate::store) fn taken(error: sqlx::Error) -> Refused {
    let Some(database) = error.as_database_error() else {
        return error.into();
    };
    let detail = database
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
        .and_then(|error| error.detail())
        .unwrap_or_default();
    let ids = || {
        detail
            .split(['(', ')', ',', ' ', '='])
            .filter_map(|word| Uuid::try_parse(word).ok())
    };
    let kind = match database.constraint() {
        Some("dialog_pk") => "Dialog",
        Some("transmission_id_uq" | "transmission_pk") => "DialogTransmission",
        Some("activity_id_uq" | "activity_pk") => "DialogActivity",
        Some("claimed_id_pk") => {
            let number = detail.split(['(', ',']).nth(3).map(str::trim);
            match number.and_then(|n| PartKind::of_number(n.parse().ok()?)) {
                Some(kind) => kind.key(),
                None => return error.into(),
            }
        }
        _ => return error.into(),
    };
    Refused::IdTaken(kind, ids().next_back())
}
