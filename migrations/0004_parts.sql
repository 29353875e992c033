-- Whether a dialog still holds something unopened is asked each time something is opened.

CREATE INDEX transmission_unopened_ix ON transmission (dialog_id) WHERE opened_at IS NULL AND type NOT IN (7, 8);
