ALTER TABLE outbox ADD COLUMN remark text DEFAULT 'none' NOT NULL;
