-- No table has a primary key, one refers to nothing, one has only columns that may be empty.
CREATE TABLE log_line (at timestamp, level varchar(10), message text);
CREATE TABLE metric (name varchar(40) NOT NULL, value numeric);
CREATE UNIQUE INDEX metric_name ON metric (name);
