-- Semicolons that somebody forgot before the next table.
CREATE TABLE stop (id serial PRIMARY KEY, name varchar(20) NOT NULL)

CREATE TABLE route (id serial PRIMARY KEY,
    first_stop int REFERENCES stop (id))
INSERT INTO stop (name) VALUES ('a')
CREATE INDEX route_first ON route (first_stop);
