-- Fills the normalised layout with the dialogs of our own tables, so that both hold the same. Numbers for kinds of things
-- are made up. Kinds of things that no seeded dialog has (actions of machines, attachments and navigational actions of
-- transmissions, prompts) stay without rows.

-- Identifiers in the order of time: that of the dialog with other last bits, unique within a table.
CREATE FUNCTION n.part(dialog uuid, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (left(dialog::text, 32) || lpad(to_hex(number), 4, '0'))::uuid
$$;

INSERT INTO n.party (id, kind, number)
SELECT id, CASE split_part(urn, ':', 3) WHEN 'organization' THEN 'o' ELSE 'p' END, split_part(urn, ':', 5) FROM party;
SELECT setval(pg_get_serial_sequence('n.party', 'id'), max(id)) FROM n.party;
INSERT INTO n.resource (id, name) SELECT id, substr(urn, length('urn:altinn:resource:') + 1) FROM resource;
SELECT setval(pg_get_serial_sequence('n.resource', 'id'), max(id)) FROM n.resource;
INSERT INTO n.party_resource (party_id, resource_id) SELECT party_id, resource_id FROM pair ORDER BY party_id, resource_id;

INSERT INTO n.dialog
SELECT d.id, d.revision, d.idempotent_key, d.created_at, d.updated_at, d.content_updated_at, d.deleted_at IS NOT NULL,
       d.deleted_at, o.short_name, r.urn, d.resource_type, p.urn, d.progress, d.extended_status, d.external_reference,
       d.visible_from, d.due_at, d.expires_at, d.process, d.preceding_process, d.flags & 1 <> 0, d.so_transmissions,
       d.party_transmissions, d.flags & 8 <> 0, d.label_mask, d.flags & 2 <> 0, d.flags & 4 <> 0, d.status
  FROM dialog d JOIN org o ON o.id = d.org_id JOIN resource r ON r.id = d.resource_id JOIN party p ON p.id = d.party_id
 ORDER BY d.id;

-- Types of contents: 1 title, 2 summary, 3 additional information; the first two are shown in lists.
INSERT INTO n.dialog_content
SELECT n.part(d.id, c.type), d.id, c.type, c.doc ->> 'mediaType'
  FROM dialog d
 CROSS JOIN LATERAL (VALUES (1, d.list -> 'title'), (2, d.list -> 'summary'), (3, d.detail -> 'additionalInfo')) c (type, doc)
 WHERE c.doc IS NOT NULL
 ORDER BY d.id, c.type;

INSERT INTO n.transmission
SELECT id, dialog_id, created_at, type, related_id, idempotent_key, NULL FROM transmission ORDER BY dialog_id, id;

INSERT INTO n.transmission_content
SELECT n.part(t.dialog_id, row_number() OVER (PARTITION BY t.dialog_id ORDER BY t.id, c.type)), t.id, c.type, c.doc ->> 'mediaType'
  FROM transmission t
 CROSS JOIN LATERAL (VALUES (1, t.doc -> 'content' -> 'title'), (2, t.doc -> 'content' -> 'summary')) c (type, doc)
 WHERE c.doc IS NOT NULL
 ORDER BY 1;

INSERT INTO n.attachment
SELECT (a ->> 'id')::uuid, 'DialogAttachment', d.id, NULL, a ->> 'name', (a ->> 'expiresAt')::timestamptz
  FROM dialog d CROSS JOIN LATERAL jsonb_array_elements(d.detail -> 'attachments') a ORDER BY d.id, 1;

INSERT INTO n.attachment_url
SELECT (u ->> 'id')::uuid, (a ->> 'id')::uuid, u ->> 'url', CASE u ->> 'consumerType' WHEN 'Gui' THEN 1 ELSE 2 END,
       u ->> 'mediaType'
  FROM dialog d
 CROSS JOIN LATERAL jsonb_array_elements(d.detail -> 'attachments') a
 CROSS JOIN LATERAL jsonb_array_elements(a -> 'urls') u
 ORDER BY d.id, 1;

INSERT INTO n.gui_action
SELECT (g ->> 'id')::uuid, d.id, g ->> 'action', g ->> 'url',
       CASE g ->> 'priority' WHEN 'Primary' THEN 1 WHEN 'Secondary' THEN 2 ELSE 3 END, 1,
       (g ->> 'isDeleteDialogAction')::boolean
  FROM dialog d CROSS JOIN LATERAL jsonb_array_elements(d.detail -> 'guiActions') g ORDER BY d.id, 1;

INSERT INTO n.activity
SELECT id, dialog_id, created_at, type, doc ->> 'extendedType', transmission_id FROM activity ORDER BY dialog_id, id;

INSERT INTO n.seen_log
SELECT id, dialog_id, created_at, user_type, via_service_owner FROM seen_log ORDER BY dialog_id, id;

INSERT INTO n.end_user_context SELECT n.part(id, 1), id, eu_revision FROM dialog ORDER BY id;
INSERT INTO n.system_label
SELECT n.part(d.id, 1), bit + 1 FROM dialog d CROSS JOIN generate_series(0, 4) bit
 WHERE d.label_mask & (1 << bit) <> 0 ORDER BY d.id, bit;
INSERT INTO n.label_log
SELECT id, n.part(dialog_id, 1), created_at,
       'systemlabel:' || (ARRAY['Default', 'Bin', 'Archive', 'MarkedAsUnopened', 'Sent'])[label],
       CASE WHEN added THEN 'set' ELSE 'remove' END
  FROM label_log ORDER BY dialog_id, id;
INSERT INTO n.service_owner_context SELECT id, so_revision FROM dialog ORDER BY id;
INSERT INTO n.service_owner_label SELECT dialog_id, value FROM service_owner_label ORDER BY dialog_id, value;

-- Who acted; service owners have no name. Types: 1 represents the party, 2 is the service owner.
CREATE TEMP TABLE who AS
SELECT row_number() OVER (PARTITION BY dialog_id ORDER BY owner_kind, owner) AS number, a.*
  FROM (SELECT dialog_id, 'TransmissionSender' AS owner_kind, id AS owner, doc #>> '{sender,actorType}' = 'ServiceOwner' AS is_owner,
               doc #>> '{sender,actorId}' AS actor_id, doc #>> '{sender,actorName}' AS name FROM transmission
        UNION ALL
        SELECT dialog_id, 'ActivityPerformer', id, doc #>> '{performedBy,actorType}' = 'ServiceOwner',
               doc #>> '{performedBy,actorId}', doc #>> '{performedBy,actorName}' FROM activity
        UNION ALL
        SELECT dialog_id, 'SeenBy', id, false, actor_id, actor_name FROM seen_log
        UNION ALL
        SELECT dialog_id, 'LabelAssigner', id, actor_type = 2, actor_id, actor_name FROM label_log) a;
INSERT INTO n.actor_name
SELECT gen_random_uuid(), lower(actor_id), name FROM who
 WHERE actor_id IS NOT NULL OR name IS NOT NULL GROUP BY lower(actor_id), name;
INSERT INTO n.actor
SELECT n.part(w.dialog_id, w.number), w.owner_kind, CASE WHEN w.is_owner THEN 2 ELSE 1 END, a.id,
       CASE w.owner_kind WHEN 'TransmissionSender' THEN owner END, CASE w.owner_kind WHEN 'ActivityPerformer' THEN owner END,
       CASE w.owner_kind WHEN 'SeenBy' THEN owner END, CASE w.owner_kind WHEN 'LabelAssigner' THEN owner END
  FROM who w
  LEFT JOIN n.actor_name a ON coalesce(a.actor_id, '') = coalesce(lower(w.actor_id), '')
                          AND coalesce(a.name, '') = coalesce(w.name, '')
 ORDER BY w.dialog_id, w.number;

-- Texts in their languages, each with what it belongs to.
CREATE TEMP TABLE texts AS
SELECT n.part(dialog_id, row_number() OVER (PARTITION BY dialog_id ORDER BY owner_kind, owner)) AS id, t.*
  FROM (SELECT d.id AS dialog_id, 'DialogContent' AS owner_kind, n.part(d.id, c.type) AS owner, c.type = 1 AS is_title, c.doc -> 'value' AS value
          FROM dialog d
         CROSS JOIN LATERAL (VALUES (1, d.list -> 'title'), (2, d.list -> 'summary'), (3, d.detail -> 'additionalInfo')) c (type, doc)
        UNION ALL
        SELECT t.dialog_id, 'TransmissionContent', c.id, false,
               t.doc -> 'content' -> (CASE c.type WHEN 1 THEN 'title' ELSE 'summary' END) -> 'value'
          FROM transmission t JOIN n.transmission_content c ON c.transmission_id = t.id
        UNION ALL
        SELECT d.id, 'Attachment', (a ->> 'id')::uuid, false, a -> 'displayName'
          FROM dialog d CROSS JOIN LATERAL jsonb_array_elements(d.detail -> 'attachments') a
        UNION ALL
        SELECT d.id, 'GuiActionTitle', (g ->> 'id')::uuid, false, g -> 'title'
          FROM dialog d CROSS JOIN LATERAL jsonb_array_elements(d.detail -> 'guiActions') g
        UNION ALL
        SELECT dialog_id, 'ActivityDescription', id, false, doc -> 'description' FROM activity) t
 WHERE jsonb_typeof(t.value) = 'array';
INSERT INTO n.localization_set
SELECT id, owner_kind, CASE owner_kind WHEN 'DialogContent' THEN owner END,
       CASE owner_kind WHEN 'TransmissionContent' THEN owner END, CASE owner_kind WHEN 'Attachment' THEN owner END,
       CASE owner_kind WHEN 'GuiActionTitle' THEN owner END, NULL,
       CASE owner_kind WHEN 'ActivityDescription' THEN owner END, NULL
  FROM texts ORDER BY id;
INSERT INTO n.localization
SELECT t.id, l ->> 'languageCode', l ->> 'value' FROM texts t CROSS JOIN LATERAL jsonb_array_elements(t.value) l
 ORDER BY t.id, 2;

INSERT INTO n.search_tag
SELECT n.part(d.id, t.number), d.id, t.value
  FROM dialog d CROSS JOIN LATERAL jsonb_array_elements_text(d.detail -> 'searchTags') WITH ORDINALITY t (value, number)
 ORDER BY d.id, t.number;

-- Words by the dictionary of their language alone.
INSERT INTO n.dialog_search
SELECT d.id, d.party, coalesce(v.vec, '') || coalesce(tags.vec, ''), d.updated_at
  FROM n.dialog d
  LEFT JOIN (SELECT dialog_id, tsvector_agg(setweight(to_tsvector(dictionary, passage), weight) ORDER BY weight) AS vec
               FROM (SELECT t.dialog_id, CASE WHEN t.is_title THEN 'B' ELSE 'D' END::"char" AS weight,
                            CASE l ->> 'languageCode' WHEN 'en' THEN 'english' ELSE 'norwegian' END::regconfig AS dictionary,
                            string_agg(l ->> 'value', ' ' ORDER BY t.id) AS passage
                       FROM texts t CROSS JOIN LATERAL jsonb_array_elements(t.value) l
                      WHERE t.owner_kind <> 'GuiActionTitle'
                      GROUP BY 1, 2, 3) p GROUP BY 1) v ON v.dialog_id = d.id
  LEFT JOIN (SELECT dialog_id, to_tsvector('simple', string_agg(value, ' ' ORDER BY id)) AS vec FROM n.search_tag GROUP BY 1) tags
    ON tags.dialog_id = d.id
 ORDER BY d.id;

-- Events of dialogs, as they were announced.
INSERT INTO n.outbox_state
SELECT n.part(dialog_id, 1), dialog_id, min(occurred_at) FROM told.outbox GROUP BY dialog_id;
INSERT INTO n.outbox_message (outbox_id, dialog_id, kind, body, occurred_at)
SELECT n.part(dialog_id, 1), dialog_id, kind, body, occurred_at FROM told.outbox ORDER BY seq;
DROP SCHEMA told CASCADE;

DROP TABLE who, texts;
