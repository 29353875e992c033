-- Words that are added to a dialog with many words wait in a row of their own. Rewriting a large vector, and its entries
-- in the index, for each added part would cost as much as all parts before it.

ALTER TABLE dialog_search ADD COLUMN has_tail boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN dialog_search.has_tail IS
  'Whether words of the dialog may stand in dialog_search_tail: they belong behind those of vec.';

CREATE TABLE dialog_search_tail (
  dialog_id uuid NOT NULL,
  vec tsvector NOT NULL,
  CONSTRAINT dialog_search_tail_pk PRIMARY KEY (dialog_id),
  CONSTRAINT dialog_search_tail_dialog_fk FOREIGN KEY (dialog_id) REFERENCES dialog ON DELETE CASCADE
);
