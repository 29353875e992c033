-- When each background job last ran, so that whichever process runs the jobs next knows what is due.
-- finished_at is not set while a job runs, nor after its process died. state: how far a job got that can be resumed.
CREATE TABLE job (
  name text COLLATE "C" NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  succeeded boolean,
  result text,
  duration_ms bigint,
  state jsonb,
  CONSTRAINT job_pk PRIMARY KEY (name)
);
