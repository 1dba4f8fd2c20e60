-- Bodies between dollar signs hold semicolons, quotes and whole tables that are none.
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    CREATE TEMPORARY TABLE scratch (a int);
    EXECUTE 'CREATE TABLE made_later (a int)';
    NEW.note := 'it''s; done';
    RETURN NEW;
END
$body$;
CREATE TABLE memo (id serial PRIMARY KEY, note text DEFAULT $$a;b$$);
CREATE TRIGGER memo_stamp BEFORE INSERT ON memo FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE memo_tag (memo_id int NOT NULL REFERENCES memo (id), tag text, PRIMARY KEY (memo_id, tag));
