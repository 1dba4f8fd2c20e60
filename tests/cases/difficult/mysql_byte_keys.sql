-- Keys of bytes, and one that refers to another size of number.
CREATE TABLE host (id binary(20) NOT NULL, name varchar(50), payload mediumblob, PRIMARY KEY (id));
CREATE TABLE service (
  id binary(20) NOT NULL PRIMARY KEY,
  host_id binary(20) NOT NULL,
  rank_id bigint,
  FOREIGN KEY (host_id) REFERENCES host (id),
  FOREIGN KEY (rank_id) REFERENCES `rank` (id)
);
CREATE TABLE `rank` (id int NOT NULL PRIMARY KEY, `level` int, KEY level_key (`level`));
CREATE TABLE step (id int PRIMARY KEY, `level` int, FOREIGN KEY (`level`) REFERENCES `rank` (`level`));
