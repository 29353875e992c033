-- Whether a party has deleted dialogs of a resource; the other indexes leave those out.
CREATE INDEX dialog_deleted_pair_ix ON dialog (party_id, resource_id) WHERE deleted_at IS NOT NULL;
