-- mysqldump keeps views and routines in comments, and makes a view a table first.
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `visit`;
/*!50001 DROP VIEW IF EXISTS `visits_by_day`*/;
/*!50001 CREATE TABLE `visits_by_day` (
  `day` tinyint NOT NULL
) ENGINE=MyISAM */;
CREATE TABLE `visit` (
  `id` int NOT NULL AUTO_INCREMENT,
  `at` datetime(6) NOT NULL DEFAULT '0000-00-00 00:00:00' ON UPDATE CURRENT_TIMESTAMP(6),
  `size` decimal(6,2) unsigned zerofill DEFAULT NULL,
  `length` int GENERATED ALWAYS AS (`size` * 2) VIRTUAL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4
/*!50100 PARTITION BY HASH (`id`) PARTITIONS 4 */;
INSERT INTO `visit` VALUES (1,'2020-01-01 00:00:00',1.5,'CREATE TABLE `no` (`a` int); it\'s');
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER `visit_at` BEFORE INSERT ON `visit` FOR EACH ROW SET NEW.size = 1 */;;
