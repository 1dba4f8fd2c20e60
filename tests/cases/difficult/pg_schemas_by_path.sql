-- Old dumps set the schema once and then leave it out; both schemas have a table of one name.
CREATE SCHEMA shop;
SET search_path = shop, pg_catalog;
CREATE TABLE item (id integer PRIMARY KEY, name text);
CREATE TABLE line (id integer PRIMARY KEY, item_id integer NOT NULL REFERENCES item);
SET search_path TO 'stock';
CREATE TABLE item (id integer PRIMARY KEY, shelf text);
CREATE TABLE count (id integer PRIMARY KEY, item_id integer NOT NULL REFERENCES item (id));
ALTER TABLE ONLY count ADD COLUMN line_id integer REFERENCES shop.line (id);
