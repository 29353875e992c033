-- Concatenates text search vectors in order; all in C, as every dialog that is written uses it.

CREATE AGGREGATE tsvector_agg (tsvector) (
  SFUNC = tsvector_concat,
  STYPE = tsvector,
  INITCOND = ''
);
