-- Checks that only MySQL reads, and a default that its own check refuses.
CREATE TABLE `plank` (
  `id` int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `wood` varchar(20) CHECK (char_length(`wood`) between 3 and 20),
  `code` varchar(9) CHECK (`code` regexp '^[A-Z]+$'),
  `length` double(10,2) NOT NULL DEFAULT 0.00,
  `grade` enum('a','b') DEFAULT 'a' CHECK (`grade` <> 'b'),
  `extra` longtext CHECK (json_valid(`extra`)),
  CONSTRAINT `long_enough` CHECK ((`length` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB;
