-- Documents and search vectors beyond 2 kB are compressed. lz4 does that several times faster than the older method and
-- hardly worse; not every PostgreSQL was built with it.

DO $$
BEGIN
  IF 'lz4' = ANY ((SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression')::text[]) THEN
    ALTER TABLE dialog ALTER COLUMN list SET COMPRESSION lz4;
    ALTER TABLE dialog ALTER COLUMN detail SET COMPRESSION lz4;
    ALTER TABLE transmission ALTER COLUMN doc SET COMPRESSION lz4;
    ALTER TABLE activity ALTER COLUMN doc SET COMPRESSION lz4;
    ALTER TABLE dialog_search ALTER COLUMN vec SET COMPRESSION lz4;
  END IF;
END $$;

-- Rows of service owners and resources are few and never deleted, but each new dialog would look both up once more and
-- lock them against deletion, all writers the same rows: measured, an eighth of the time of inserting a dialog. Those of
-- parties are many; their key stays.
ALTER TABLE dialog DROP CONSTRAINT dialog_org_fk, DROP CONSTRAINT dialog_resource_fk;
