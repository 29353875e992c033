-- Documents and search vectors beyond 2 kB are compressed. lz4 does that several times faster than the older method and
-- hardly worse; not every PostgreSQL was built with it. One table at a time: no lock waits for another.

DO $$
BEGIN
  IF 'lz4' = ANY ((SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression')::text[]) THEN
    ALTER TABLE dialog ALTER COLUMN list SET COMPRESSION lz4, ALTER COLUMN detail SET COMPRESSION lz4;
  END IF;
END $$;
