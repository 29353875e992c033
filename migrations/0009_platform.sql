-- What the platform says about resources and has to be fetched piece by piece: kept here for all replicas, brought up to
-- date by jobs. Resources by their URNs, lower case: most of them never have a dialog.

CREATE TABLE subject_resource (
  resource text NOT NULL,
  subject  text NOT NULL,
  CONSTRAINT subject_resource_pk PRIMARY KEY (resource, subject)
);

CREATE TABLE resource_level (
  resource text NOT NULL,
  level    smallint NOT NULL,
  CONSTRAINT resource_level_pk PRIMARY KEY (resource),
  CONSTRAINT resource_level_ck CHECK (level >= 0)
);

-- How far each copy has come. No moment: never fetched. The number grows whenever something has changed, so that replicas
-- notice.
CREATE TABLE platform_copy (
  name      text NOT NULL,
  position  timestamptz,
  fetched_at timestamptz,
  version   bigint NOT NULL DEFAULT 0,
  CONSTRAINT platform_copy_pk PRIMARY KEY (name)
);

INSERT INTO platform_copy (name) VALUES ('subjects'), ('levels');
