-- After all rows have been filled.
ALTER TABLE dialog VALIDATE CONSTRAINT dialog_remark_ck;
