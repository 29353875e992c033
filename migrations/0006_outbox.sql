-- Delivery of events.
-- due_at: when an event is looked at next; set after a failed attempt, and where an earlier event of its dialog waits.
-- not_before stays what it was from the start: the time until which the event is held back.
ALTER TABLE outbox
  ADD COLUMN due_at timestamptz,
  ADD COLUMN last_error text;

-- Each lane has its events in the order in which they are looked at: those that nobody has looked at first.
CREATE INDEX outbox_due_ix ON outbox
  ((uuid_hash(dialog_id) & 3), (coalesce(due_at, not_before, '-infinity'::timestamptz)), seq) INCLUDE (dialog_id);
CREATE INDEX outbox_dialog_ix ON outbox (dialog_id, seq);
CREATE INDEX outbox_failed_ix ON outbox (occurred_at) WHERE attempts > 0;

-- Events that were given up. They keep their place in the order, should they be sent after all.
CREATE TABLE outbox_dead (
  seq bigint NOT NULL,
  dialog_id uuid NOT NULL,
  kind smallint NOT NULL,
  body jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  attempts smallint NOT NULL,
  last_error text NOT NULL,
  died_at timestamptz NOT NULL,
  CONSTRAINT outbox_dead_pk PRIMARY KEY (seq)
);
