-- One table in parts: its partitions are none of their own, whatever is added to them.
CREATE TABLE reading (
    sensor_id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    value double precision,
    PRIMARY KEY (sensor_id, at)
) PARTITION BY RANGE (at);
CREATE TABLE sensor (id integer PRIMARY KEY, place point, tags text[] DEFAULT '{}'::text[]);
CREATE TABLE reading_2020 PARTITION OF reading FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE reading_2021 (sensor_id integer NOT NULL, at timestamp with time zone NOT NULL, value double precision);
ALTER TABLE ONLY reading ATTACH PARTITION reading_2021 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
ALTER TABLE ONLY reading_2020 ADD CONSTRAINT reading_2020_fk FOREIGN KEY (sensor_id) REFERENCES sensor (id);
CREATE INDEX ON reading_2020 (value);
ALTER TABLE reading ADD CONSTRAINT reading_fk FOREIGN KEY (sensor_id) REFERENCES sensor (id);
