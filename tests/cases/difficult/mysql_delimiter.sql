-- Another delimiter, routines that make tables for themselves, a trigger without one.
CREATE TABLE `order` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `state` enum('new','paid; sent') NOT NULL DEFAULT 'new',
  `flags` set('gift','express') DEFAULT NULL,
  `key` varchar(20) COMMENT 'a reserved word; with a semicolon',
  PRIMARY KEY `order_pk` (`id`)
) ENGINE=InnoDB;
DELIMITER $$
CREATE PROCEDURE `report`()
BEGIN
  CREATE TEMPORARY TABLE top_orders (id int);
  CREATE TABLE IF NOT EXISTS report_rows (id int);
  SELECT 1;
END$$
DELIMITER ;
CREATE TRIGGER `order_key` BEFORE INSERT ON `order` FOR EACH ROW BEGIN IF NEW.`key` IS NULL THEN SET NEW.`key` = 'x'; END IF; END;
CREATE TABLE `order_line` (
  `order_id` int unsigned NOT NULL,
  `line` smallint NOT NULL,
  PRIMARY KEY (`order_id`,`line`),
  CONSTRAINT `line_order` FOREIGN KEY (`order_id`) REFERENCES `order` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB;
