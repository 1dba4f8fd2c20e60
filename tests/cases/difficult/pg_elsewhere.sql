-- A part of a schema: what it refers to is described elsewhere; a view is named nearly like a table.
CREATE TABLE profile (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, city_id int REFERENCES city (id));
CREATE VIEW profiles AS SELECT * FROM profile;
ALTER TABLE profiles OWNER TO keeper;
ALTER TABLE friendship ADD CONSTRAINT friendship_fk FOREIGN KEY (profile_id) REFERENCES profile (id);
