-- Words that Python, SQL or the project's own code have taken.
CREATE TABLE "order" (
  id int PRIMARY KEY,
  "user" varchar(20), "group" varchar(20), class varchar(20), def int, import int, "None" int,
  metadata varchar(20), registry varchar(20), self int, model_config varchar(9), "select" int, "from" date
);
CREATE TABLE "user" (id int PRIMARY KEY, "order" int REFERENCES "order" (id), order_id int REFERENCES "order" (id));
CREATE TABLE tmp_settings (id int PRIMARY KEY, mode char(1) CHECK (mode IN ('I', 'O', 'l')));
