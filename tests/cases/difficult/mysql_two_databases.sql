-- Two databases in one file, each with a table of the same name.
CREATE DATABASE sales;
USE sales;
CREATE TABLE person (id int PRIMARY KEY, name varchar(40));
CREATE DATABASE staff;
USE `staff`;
CREATE TABLE person (id int PRIMARY KEY, customer_id int, FOREIGN KEY (customer_id) REFERENCES sales.person (id));
CREATE TABLE badge (id int PRIMARY KEY, person_id int, FOREIGN KEY (person_id) REFERENCES person (id));
