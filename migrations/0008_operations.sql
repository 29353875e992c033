-- One row while all servers of this database are in maintenance.
CREATE TABLE maintenance (
  id smallint NOT NULL DEFAULT 1,
  since timestamptz NOT NULL,
  retry_at timestamptz,
  CONSTRAINT maintenance_pk PRIMARY KEY (id),
  CONSTRAINT maintenance_id_ck CHECK (id = 1)
);

-- How the API is used: what costs are shared out by. Counted, never single requests. Unknown texts are ''.
CREATE TABLE api_usage (
  hour timestamptz NOT NULL,
  operation text COLLATE "C" NOT NULL,
  tag text COLLATE "C" NOT NULL,
  caller_org text COLLATE "C" NOT NULL,
  owner_org text COLLATE "C" NOT NULL,
  resource text COLLATE "C" NOT NULL,
  is_admin boolean NOT NULL,
  status text COLLATE "C" NOT NULL,
  requests bigint NOT NULL,
  CONSTRAINT api_usage_pk PRIMARY KEY (hour, operation, tag, caller_org, owner_org, resource, is_admin, status)
) WITH (fillfactor = 70);
