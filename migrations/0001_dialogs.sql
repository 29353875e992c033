-- Dialogs and what belongs to them: hot columns beside documents, so that creating and reading take one statement each.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gin') THEN
    RAISE EXCEPTION 'the PostgreSQL extension "btree_gin" is not available'
      USING HINT = 'It is part of PostgreSQL''s contrib modules (Debian: package "postgresql"); managed services list it as a trusted extension.';
  END IF;
END $$;

CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE org (
  id smallint GENERATED ALWAYS AS IDENTITY,
  short_name text COLLATE "C" NOT NULL,
  CONSTRAINT org_pk PRIMARY KEY (id),
  CONSTRAINT org_short_name_uq UNIQUE (short_name)
);

CREATE TABLE resource (
  id int GENERATED ALWAYS AS IDENTITY,
  urn text COLLATE "C" NOT NULL,
  CONSTRAINT resource_pk PRIMARY KEY (id),
  CONSTRAINT resource_urn_uq UNIQUE (urn)
);

CREATE TABLE party (
  id int GENERATED ALWAYS AS IDENTITY,
  urn text COLLATE "C" NOT NULL,
  CONSTRAINT party_pk PRIMARY KEY (id),
  CONSTRAINT party_urn_uq UNIQUE (urn)
);

-- flags: 1 for machines only, 2 seen since the content changed, 4 frozen, 8 holds unopened content.
-- label_mask: bit n-1 is system label n.
-- list: the texts that lists show. detail: all that is replaced as a whole and never searched by SQL.
CREATE TABLE dialog (
  id uuid NOT NULL,
  party_id int NOT NULL,
  resource_id int NOT NULL,
  org_id smallint NOT NULL,
  revision uuid NOT NULL,
  status smallint NOT NULL,
  flags int NOT NULL,
  label_mask smallint NOT NULL DEFAULT 1,
  eu_revision uuid NOT NULL,
  so_revision uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  content_updated_at timestamptz NOT NULL,
  due_at timestamptz,
  visible_from timestamptz,
  expires_at timestamptz,
  deleted_at timestamptz,
  idempotent_key text COLLATE "C",
  external_reference text COLLATE "C",
  extended_status text COLLATE "C",
  process text COLLATE "C",
  preceding_process text COLLATE "C",
  resource_type text COLLATE "C" NOT NULL,
  progress smallint,
  so_transmissions int NOT NULL DEFAULT 0,
  party_transmissions int NOT NULL DEFAULT 0,
  gui_attachments int NOT NULL DEFAULT 0,
  so_labels text[] COLLATE "C" NOT NULL DEFAULT '{}',
  list jsonb NOT NULL,
  latest_activity jsonb,
  detail jsonb NOT NULL,
  CONSTRAINT dialog_pk PRIMARY KEY (id),
  CONSTRAINT dialog_party_fk FOREIGN KEY (party_id) REFERENCES party,
  CONSTRAINT dialog_resource_fk FOREIGN KEY (resource_id) REFERENCES resource,
  CONSTRAINT dialog_org_fk FOREIGN KEY (org_id) REFERENCES org
) WITH (fillfactor = 90, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE UNIQUE INDEX dialog_idempotent_key_uq ON dialog (org_id, idempotent_key) WHERE idempotent_key IS NOT NULL;
CREATE INDEX dialog_pair_ix ON dialog (party_id, resource_id, content_updated_at DESC, id DESC)
  INCLUDE (status, label_mask, flags, visible_from, expires_at) WHERE deleted_at IS NULL;
CREATE INDEX dialog_party_ix ON dialog (party_id, content_updated_at DESC, id DESC)
  INCLUDE (resource_id, status, label_mask, flags, visible_from, expires_at) WHERE deleted_at IS NULL;
CREATE INDEX dialog_party_created_ix ON dialog (party_id, created_at DESC, id DESC)
  INCLUDE (resource_id) WHERE deleted_at IS NULL;
CREATE INDEX dialog_party_updated_ix ON dialog (party_id, updated_at DESC, id DESC)
  INCLUDE (resource_id) WHERE deleted_at IS NULL;
CREATE INDEX dialog_party_due_ix ON dialog (party_id, due_at DESC, id DESC)
  INCLUDE (resource_id) WHERE deleted_at IS NULL;
CREATE INDEX dialog_org_ix ON dialog (org_id, content_updated_at DESC, id DESC);
CREATE INDEX dialog_org_created_ix ON dialog (org_id, created_at DESC, id DESC);
CREATE INDEX dialog_org_updated_ix ON dialog (org_id, updated_at DESC, id DESC);
CREATE INDEX dialog_org_resource_ix ON dialog (org_id, resource_id, content_updated_at DESC, id DESC);
CREATE INDEX dialog_org_party_ix ON dialog (org_id, party_id, content_updated_at DESC, id DESC);

-- Which parties have dialogs of which resources. bound: no time of such a dialog lies behind it (rounded up to a day).
CREATE TABLE pair (
  party_id int NOT NULL,
  resource_id int NOT NULL,
  bound timestamptz NOT NULL,
  CONSTRAINT pair_pk PRIMARY KEY (party_id, resource_id) INCLUDE (bound)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE TABLE transmission (
  dialog_id uuid NOT NULL,
  id uuid NOT NULL,
  party_id int NOT NULL,
  created_at timestamptz NOT NULL,
  type smallint NOT NULL,
  related_id uuid,
  idempotent_key text COLLATE "C",
  opened_at timestamptz,
  doc jsonb NOT NULL,
  CONSTRAINT transmission_pk PRIMARY KEY (dialog_id, id),
  CONSTRAINT transmission_id_uq UNIQUE (id),
  CONSTRAINT transmission_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);
CREATE UNIQUE INDEX transmission_idempotent_key_uq ON transmission (dialog_id, idempotent_key)
  WHERE idempotent_key IS NOT NULL;
CREATE INDEX transmission_related_ix ON transmission (dialog_id, related_id) WHERE related_id IS NOT NULL;

CREATE TABLE activity (
  dialog_id uuid NOT NULL,
  id uuid NOT NULL,
  party_id int NOT NULL,
  created_at timestamptz NOT NULL,
  type smallint NOT NULL,
  transmission_id uuid,
  doc jsonb NOT NULL,
  CONSTRAINT activity_pk PRIMARY KEY (dialog_id, id),
  CONSTRAINT activity_id_uq UNIQUE (id),
  CONSTRAINT activity_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);

CREATE TABLE seen_log (
  dialog_id uuid NOT NULL,
  id uuid NOT NULL,
  party_id int NOT NULL,
  created_at timestamptz NOT NULL,
  user_type smallint NOT NULL,
  via_service_owner boolean NOT NULL,
  actor_id text COLLATE "C" NOT NULL,
  actor_name text,
  CONSTRAINT seen_log_pk PRIMARY KEY (dialog_id, id),
  CONSTRAINT seen_log_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);

CREATE TABLE label_log (
  dialog_id uuid NOT NULL,
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  label smallint NOT NULL,
  added boolean NOT NULL,
  actor_type smallint NOT NULL,
  actor_id text COLLATE "C",
  actor_name text,
  CONSTRAINT label_log_pk PRIMARY KEY (dialog_id, id),
  CONSTRAINT label_log_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);

-- Ids that clients chose for parts without a row of their own. kind: 1 attachment, 2 attachment url, 3 GUI action,
-- 4 API action, 5 endpoint. Unique within their kind over all dialogs, free again when the part is removed.
CREATE TABLE claimed_id (
  kind smallint NOT NULL,
  id uuid NOT NULL,
  dialog_id uuid NOT NULL,
  CONSTRAINT claimed_id_pk PRIMARY KEY (kind, id),
  CONSTRAINT claimed_id_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);
CREATE INDEX claimed_id_dialog_ix ON claimed_id (dialog_id);

CREATE TABLE service_owner_label (
  dialog_id uuid NOT NULL,
  value text COLLATE "C" NOT NULL,
  CONSTRAINT service_owner_label_pk PRIMARY KEY (dialog_id, value),
  CONSTRAINT service_owner_label_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);
CREATE INDEX service_owner_label_value_ix ON service_owner_label (value, dialog_id);

CREATE TABLE dialog_search (
  dialog_id uuid NOT NULL,
  party_id int NOT NULL,
  vec tsvector NOT NULL,
  CONSTRAINT dialog_search_pk PRIMARY KEY (dialog_id),
  CONSTRAINT dialog_search_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);
CREATE INDEX dialog_search_vec_ix ON dialog_search USING gin (party_id, vec);

-- Events that were not delivered yet. not_before holds one back: after a failure, or until its dialog is visible.
CREATE TABLE outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  dialog_id uuid NOT NULL,
  kind smallint NOT NULL,
  body jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  attempts smallint NOT NULL DEFAULT 0,
  not_before timestamptz,
  CONSTRAINT outbox_pk PRIMARY KEY (seq)
) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 2);
