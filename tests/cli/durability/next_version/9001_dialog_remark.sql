-- Expand: what dialogs of the next version have. One table at a time.
ALTER TABLE dialog ADD COLUMN remark text;
ALTER TABLE dialog ADD CONSTRAINT dialog_remark_ck CHECK (length(remark) <= 100) NOT VALID;
