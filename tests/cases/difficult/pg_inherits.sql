-- Columns that come from another table: by INHERITS, by LIKE, by a query, from a table elsewhere.
CREATE TABLE stamped (made_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE report (id serial PRIMARY KEY, title text NOT NULL) INHERITS (stamped);
CREATE TABLE report_copy (LIKE report INCLUDING ALL, copied_at date);
CREATE TABLE report_rows AS SELECT * FROM report WHERE false;
CREATE TABLE totals AS SELECT title, count(*) AS n FROM report GROUP BY title;
CREATE TABLE audited (id serial PRIMARY KEY) INHERITS (audit.fields);
CREATE INDEX totals_title ON totals (title);
