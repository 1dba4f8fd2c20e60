-- What belongs to a boat or to a harbour: written as people write it, each in another way.
CREATE TABLE harbour (
    id serial PRIMARY KEY,
    name text NOT NULL
);
CREATE TABLE boat (
    id serial PRIMARY KEY,
    name text NOT NULL
);
CREATE TABLE berth (
    harbour_id integer NOT NULL REFERENCES harbour,
    number integer NOT NULL,
    PRIMARY KEY (harbour_id, number)
);
CREATE TABLE note (
    id serial PRIMARY KEY,
    boat_id integer REFERENCES boat ON DELETE CASCADE,
    harbour_id integer REFERENCES harbour ON DELETE CASCADE,
    words text NOT NULL,
    CONSTRAINT note_is_of_something CHECK (boat_id IS NOT NULL OR harbour_id IS NOT NULL)
);
CREATE TABLE photo (
    id serial PRIMARY KEY,
    boat_id integer UNIQUE REFERENCES boat,
    harbour_id integer REFERENCES harbour,
    CHECK ((boat_id IS NULL) <> (harbour_id IS NULL))
);
CREATE TABLE fee (
    id serial PRIMARY KEY,
    boat_id integer REFERENCES boat,
    harbour_id integer REFERENCES harbour,
    amount numeric(10, 2) NOT NULL CHECK (amount > 0),
    CHECK (num_nonnulls(boat_id, harbour_id) = 1)
);
CREATE TABLE stamp (
    id serial PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('boat', 'harbour')),
    boat_id integer REFERENCES boat,
    harbour_id integer REFERENCES harbour,
    CHECK (
        (kind = 'boat' AND boat_id IS NOT NULL AND harbour_id IS NULL)
        OR (kind = 'harbour' AND boat_id IS NULL AND harbour_id IS NOT NULL)
    )
);
CREATE TABLE log (
    id serial PRIMARY KEY,
    boat_id integer REFERENCES boat,
    harbour_id integer REFERENCES harbour,
    note_id integer REFERENCES note,
    CHECK ((((boat_id IS NOT NULL))::integer + ((harbour_id IS NOT NULL))::integer
        + ((note_id IS NOT NULL))::integer) = 1)
);
-- a place in a harbour, or in another place
CREATE TABLE place (
    id serial PRIMARY KEY,
    place_id integer REFERENCES place,
    harbour_id integer REFERENCES harbour,
    CHECK ((place_id IS NULL AND harbour_id IS NOT NULL) OR (place_id IS NOT NULL AND harbour_id IS NULL))
);
-- both columns of a key, or a buoy
CREATE TABLE mooring (
    id serial PRIMARY KEY,
    harbour_id integer,
    berth integer,
    buoy text,
    FOREIGN KEY (harbour_id, berth) REFERENCES berth (harbour_id, number),
    CHECK (harbour_id IS NOT NULL AND berth > 0),
    CHECK (buoy IS NULL OR berth IS NULL)
);
