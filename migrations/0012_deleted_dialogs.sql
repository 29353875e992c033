-- no-transaction
-- For purging what was deleted long ago.
CREATE INDEX CONCURRENTLY IF NOT EXISTS dialog_deleted_ix ON dialog (org_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
