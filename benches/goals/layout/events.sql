-- Remembers which events were waiting: the server removes them as soon as they are delivered, or as nobody wants them.

CREATE SCHEMA told;
CREATE TABLE told.outbox AS SELECT seq, dialog_id, kind, body, occurred_at FROM outbox;
CREATE FUNCTION told.remember() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO told.outbox VALUES (NEW.seq, NEW.dialog_id, NEW.kind, NEW.body, NEW.occurred_at);
  RETURN NULL;
END $$;
CREATE TRIGGER remember AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION told.remember();
