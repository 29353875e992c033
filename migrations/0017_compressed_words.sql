-- As for dialogs.

DO $$
BEGIN
  IF 'lz4' = ANY ((SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression')::text[]) THEN
    ALTER TABLE dialog_search ALTER COLUMN vec SET COMPRESSION lz4;
  END IF;
END $$;
