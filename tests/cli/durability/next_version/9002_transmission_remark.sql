ALTER TABLE transmission ADD COLUMN remark text;
