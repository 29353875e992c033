-- Contract: as the version after the next would.
ALTER TABLE dialog DROP COLUMN remark;
