-- Constraints that take over an index that is there already, and unique rules of what has no order.
CREATE TABLE ticket (id int NOT NULL, code text NOT NULL, seats int[] NOT NULL, extra jsonb);
CREATE UNIQUE INDEX ticket_id_key ON ticket (id);
CREATE UNIQUE INDEX ticket_code_key ON ticket (code);
CREATE UNIQUE INDEX ticket_seats_key ON ticket (seats);
ALTER TABLE ticket ADD CONSTRAINT ticket_pk PRIMARY KEY USING INDEX ticket_id_key;
ALTER TABLE ticket ADD CONSTRAINT ticket_code UNIQUE USING INDEX ticket_code_key;
