-- It's commented; with quotes, semicolons and a table: CREATE TABLE no (a int);
/* another one: ' " ; CREATE TABLE neither (a int); */
CREATE TABLE tide ( -- don't
  id int PRIMARY KEY /* ; */, height decimal(4, 1) DEFAULT -0.5, -- metres; above 'zero'
  "--not a comment" varchar(20) DEFAULT '/* nor this; */'
);
COMMENT ON TABLE tide IS 'This is what the sea does: it''s up; it''s down';
