-- Keys, indexes and triggers of the normalised layout, made after it is filled.

-- Dialogs: seventeen indexes.
ALTER TABLE n.dialog ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON n.dialog (id) INCLUDE (party, service_resource, content_updated_at, visible_from, expires_at);
CREATE UNIQUE INDEX ON n.dialog (org, idempotent_key) WHERE idempotent_key IS NOT NULL;
CREATE INDEX ON n.dialog (party, content_updated_at DESC, id DESC)
  INCLUDE (service_resource, visible_from, expires_at, status) WHERE NOT deleted;
CREATE INDEX ON n.dialog (party, created_at DESC, id DESC)
  INCLUDE (service_resource, visible_from, expires_at, status) WHERE NOT deleted;
CREATE INDEX ON n.dialog (party, updated_at DESC, id DESC)
  INCLUDE (service_resource, visible_from, expires_at, status) WHERE NOT deleted;
CREATE INDEX ON n.dialog (party, due_at DESC, id DESC)
  INCLUDE (service_resource, visible_from, expires_at, status) WHERE NOT deleted;
CREATE INDEX ON n.dialog (service_resource, party, content_updated_at DESC, id DESC)
  INCLUDE (visible_from, expires_at, status, label_mask) WHERE NOT deleted;
CREATE INDEX ON n.dialog (org, content_updated_at DESC, id DESC);
CREATE INDEX ON n.dialog (org, created_at DESC, id DESC);
CREATE INDEX ON n.dialog (org, updated_at DESC, id DESC);
CREATE INDEX ON n.dialog (org, party, content_updated_at DESC, id DESC);
CREATE INDEX ON n.dialog (org, service_resource, content_updated_at DESC, id DESC);
CREATE INDEX ON n.dialog (deleted);
CREATE INDEX ON n.dialog (service_resource);
CREATE INDEX ON n.dialog (status);
CREATE INDEX ON n.dialog (visible_from);

ALTER TABLE n.party ADD PRIMARY KEY (id), ADD UNIQUE (kind, number);
ALTER TABLE n.resource ADD PRIMARY KEY (id), ADD UNIQUE (name);
ALTER TABLE n.party_resource ADD PRIMARY KEY (id), ADD UNIQUE (party_id, resource_id),
  ADD FOREIGN KEY (party_id) REFERENCES n.party, ADD FOREIGN KEY (resource_id) REFERENCES n.resource;

ALTER TABLE n.dialog_content ADD PRIMARY KEY (id), ADD UNIQUE (dialog_id, type),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE;

ALTER TABLE n.transmission ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE,
  ADD FOREIGN KEY (related_id) REFERENCES n.transmission ON DELETE SET NULL;
CREATE INDEX ON n.transmission (dialog_id);
CREATE INDEX ON n.transmission (related_id);
CREATE UNIQUE INDEX ON n.transmission (dialog_id, idempotent_key) WHERE idempotent_key IS NOT NULL;
ALTER TABLE n.transmission_content ADD PRIMARY KEY (id), ADD UNIQUE (transmission_id, type),
  ADD FOREIGN KEY (transmission_id) REFERENCES n.transmission ON DELETE CASCADE;
ALTER TABLE n.navigational_action ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (transmission_id) REFERENCES n.transmission ON DELETE CASCADE;
CREATE INDEX ON n.navigational_action (transmission_id);

ALTER TABLE n.attachment ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE,
  ADD FOREIGN KEY (transmission_id) REFERENCES n.transmission ON DELETE CASCADE;
CREATE INDEX ON n.attachment (dialog_id) WHERE dialog_id IS NOT NULL;
CREATE INDEX ON n.attachment (transmission_id) WHERE transmission_id IS NOT NULL;
ALTER TABLE n.attachment_url ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (attachment_id) REFERENCES n.attachment ON DELETE CASCADE;
CREATE INDEX ON n.attachment_url (attachment_id);

ALTER TABLE n.gui_action ADD PRIMARY KEY (id), ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE;
CREATE INDEX ON n.gui_action (dialog_id);
ALTER TABLE n.api_action ADD PRIMARY KEY (id), ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE;
CREATE INDEX ON n.api_action (dialog_id);
ALTER TABLE n.api_endpoint ADD PRIMARY KEY (id), ADD FOREIGN KEY (action_id) REFERENCES n.api_action ON DELETE CASCADE;
CREATE INDEX ON n.api_endpoint (action_id);

ALTER TABLE n.activity ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE,
  ADD FOREIGN KEY (transmission_id) REFERENCES n.transmission ON DELETE SET NULL;
CREATE INDEX ON n.activity (dialog_id, created_at DESC, id DESC);
CREATE INDEX ON n.activity (transmission_id, type);

ALTER TABLE n.seen_log ADD PRIMARY KEY (id), ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE;
CREATE INDEX ON n.seen_log (dialog_id);

ALTER TABLE n.end_user_context ADD PRIMARY KEY (id), ADD UNIQUE (dialog_id),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE SET NULL;
ALTER TABLE n.system_label ADD PRIMARY KEY (context_id, label),
  ADD FOREIGN KEY (context_id) REFERENCES n.end_user_context ON DELETE CASCADE;
ALTER TABLE n.label_log ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (context_id) REFERENCES n.end_user_context ON DELETE CASCADE;
CREATE INDEX ON n.label_log (context_id);
ALTER TABLE n.service_owner_context ADD PRIMARY KEY (dialog_id),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE;
ALTER TABLE n.service_owner_label ADD PRIMARY KEY (dialog_id, value),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.service_owner_context ON DELETE CASCADE;
CREATE INDEX ON n.service_owner_label (value, dialog_id);

ALTER TABLE n.actor_name ADD PRIMARY KEY (id), ADD UNIQUE NULLS NOT DISTINCT (actor_id, name);
ALTER TABLE n.actor ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (actor_name_id) REFERENCES n.actor_name,
  ADD FOREIGN KEY (transmission_id) REFERENCES n.transmission ON DELETE CASCADE,
  ADD FOREIGN KEY (activity_id) REFERENCES n.activity ON DELETE CASCADE,
  ADD FOREIGN KEY (seen_log_id) REFERENCES n.seen_log ON DELETE CASCADE,
  ADD FOREIGN KEY (label_log_id) REFERENCES n.label_log ON DELETE CASCADE;
CREATE INDEX ON n.actor (actor_name_id);
CREATE UNIQUE INDEX ON n.actor (transmission_id) WHERE transmission_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.actor (activity_id) WHERE activity_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.actor (seen_log_id) WHERE seen_log_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.actor (label_log_id) WHERE label_log_id IS NOT NULL;

ALTER TABLE n.localization_set ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (dialog_content_id) REFERENCES n.dialog_content ON DELETE CASCADE,
  ADD FOREIGN KEY (transmission_content_id) REFERENCES n.transmission_content ON DELETE CASCADE,
  ADD FOREIGN KEY (attachment_id) REFERENCES n.attachment ON DELETE CASCADE,
  ADD FOREIGN KEY (gui_action_title_id) REFERENCES n.gui_action ON DELETE CASCADE,
  ADD FOREIGN KEY (gui_action_prompt_id) REFERENCES n.gui_action ON DELETE CASCADE,
  ADD FOREIGN KEY (activity_id) REFERENCES n.activity ON DELETE CASCADE,
  ADD FOREIGN KEY (navigational_action_id) REFERENCES n.navigational_action ON DELETE CASCADE;
CREATE UNIQUE INDEX ON n.localization_set (dialog_content_id) WHERE dialog_content_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.localization_set (transmission_content_id) WHERE transmission_content_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.localization_set (attachment_id) WHERE attachment_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.localization_set (gui_action_title_id) WHERE gui_action_title_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.localization_set (gui_action_prompt_id) WHERE gui_action_prompt_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.localization_set (activity_id) WHERE activity_id IS NOT NULL;
CREATE UNIQUE INDEX ON n.localization_set (navigational_action_id) WHERE navigational_action_id IS NOT NULL;
ALTER TABLE n.localization ADD PRIMARY KEY (set_id, language),
  ADD FOREIGN KEY (set_id) REFERENCES n.localization_set ON DELETE CASCADE;

ALTER TABLE n.search_tag ADD PRIMARY KEY (id), ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE;
CREATE INDEX ON n.search_tag (dialog_id);

ALTER TABLE n.dialog_search ADD PRIMARY KEY (dialog_id),
  ADD FOREIGN KEY (dialog_id) REFERENCES n.dialog ON DELETE CASCADE;
CREATE INDEX ON n.dialog_search USING gin (party, vec);

ALTER TABLE n.outbox_state ADD PRIMARY KEY (id);
ALTER TABLE n.outbox_message ADD PRIMARY KEY (id), ADD FOREIGN KEY (outbox_id) REFERENCES n.outbox_state;
CREATE INDEX ON n.outbox_message (outbox_id);

-- Every new dialog asks whether its party is known to have dialogs of its resource.
CREATE FUNCTION n.know_pair() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  party_key int;
  resource_key int;
  party_kind "char" := CASE split_part(NEW.party, ':', 3) WHEN 'organization' THEN 'o' ELSE 'p' END;
  party_number text := split_part(NEW.party, ':', 5);
  resource_name text := substr(NEW.service_resource, length('urn:altinn:resource:') + 1);
BEGIN
  SELECT id INTO party_key FROM n.party WHERE kind = party_kind AND number = party_number;
  IF party_key IS NULL THEN
    INSERT INTO n.party (kind, number) VALUES (party_kind, party_number) RETURNING id INTO party_key;
  END IF;
  SELECT id INTO resource_key FROM n.resource WHERE name = resource_name;
  IF resource_key IS NULL THEN
    INSERT INTO n.resource (name) VALUES (resource_name) RETURNING id INTO resource_key;
  END IF;
  -- What is known is not written again: a number would be spent, and nothing else.
  IF NOT EXISTS (SELECT FROM n.party_resource WHERE party_id = party_key AND resource_id = resource_key) THEN
    INSERT INTO n.party_resource (party_id, resource_id) VALUES (party_key, resource_key) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER know_pair AFTER INSERT ON n.dialog FOR EACH ROW EXECUTE FUNCTION n.know_pair();

-- The mask of a dialog is added up from its labels; a dialog whose mask stays is not written.
CREATE FUNCTION n.add_up_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE n.dialog AS d SET label_mask = m.mask
    FROM (SELECT c.dialog_id, bit_or(1 << (l.label - 1))::smallint AS mask
            FROM n.end_user_context AS c JOIN n.system_label AS l ON l.context_id = c.id
           WHERE c.id IN (SELECT context_id FROM added) GROUP BY 1) AS m
   WHERE d.id = m.dialog_id AND d.label_mask <> m.mask;
  RETURN NULL;
END $$;
CREATE TRIGGER add_up_labels AFTER INSERT ON n.system_label REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION n.add_up_labels();
