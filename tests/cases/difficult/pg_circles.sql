-- Keys in a circle, a key to itself that must be there, keys of two columns.
CREATE TABLE team (id int PRIMARY KEY, captain_id int);
CREATE TABLE player (
    team_id int NOT NULL REFERENCES team (id),
    number int NOT NULL,
    mentor_team int,
    mentor_number int,
    PRIMARY KEY (team_id, number),
    FOREIGN KEY (mentor_team, mentor_number) REFERENCES player
);
ALTER TABLE team ADD FOREIGN KEY (id, captain_id) REFERENCES player (team_id, number) DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE knot (id int PRIMARY KEY, other_id int NOT NULL REFERENCES knot (id));
