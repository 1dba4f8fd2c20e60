# A schema that two databases could read: a key with a default, a text as key, no types at all.
PRAGMA foreign_keys = OFF;
CREATE TABLE version (number INTEGER NOT NULL DEFAULT 0 PRIMARY KEY);
CREATE TABLE account (name text PRIMARY KEY, age, born datetime DEFAULT '0000-00-00 00:00:00');
CREATE TABLE post (
  id integer PRIMARY KEY AUTOINCREMENT, # counts by itself
  account text NOT NULL REFERENCES account ON DELETE CASCADE,
  score bigint REFERENCES version (number)
);
CREATE VIRTUAL TABLE post_text USING fts5 (words);
CREATE TRIGGER post_made AFTER INSERT ON post BEGIN UPDATE account SET age = 1; DELETE FROM post; END;
CREATE TABLE sqlite_sequence (name, seq);
