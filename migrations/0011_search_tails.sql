-- no-transaction
-- The index on words does not know the tails, so dialogs that have one are looked through, party by party.
CREATE INDEX CONCURRENTLY IF NOT EXISTS dialog_search_has_tail_ix ON dialog_search (party_id) WHERE has_tail;
