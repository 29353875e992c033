-- no-transaction
-- For looking dialogs up by what they have now.
CREATE INDEX CONCURRENTLY IF NOT EXISTS dialog_remark_ix ON dialog (remark, id) WHERE remark IS NOT NULL;
