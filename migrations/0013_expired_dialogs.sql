-- no-transaction
-- For purging what expired long ago.
CREATE INDEX CONCURRENTLY IF NOT EXISTS dialog_expired_ix ON dialog (org_id, expires_at, id) WHERE expires_at IS NOT NULL;
