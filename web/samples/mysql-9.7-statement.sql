-- MySQL 9.7 with binlog_format=STATEMENT: the statements themselves are logged, each with what a
-- replica needs to get the same result (status variables, INTVAR, RAND, USER_VAR). See `make`.
SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET SESSION binlog_format = 'STATEMENT';

-- DDL: carries an XID, the default collation, the encryption default and more.
CREATE DATABASE shop CHARACTER SET utf8mb4;
CREATE DATABASE archive CHARACTER SET latin1;
USE shop;
CREATE TABLE customers (
  id     INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name   VARCHAR(60) NOT NULL,
  lucky  DOUBLE,
  since  DATETIME(6)
);
CREATE TABLE archive.customers LIKE shop.customers;

-- INTVAR: the AUTO_INCREMENT value that this insert will use.
INSERT INTO customers (name, since) VALUES ('Ada Brook', '2019-04-01 08:30:00'), ('王小明', '2021-07-15 12:00:00');
-- INTVAR twice: LAST_INSERT_ID() and the next AUTO_INCREMENT value.
INSERT INTO customers (name, lucky) VALUES ('José Ñíguez', LAST_INSERT_ID());

-- RAND: both seeds of the random generator. NOW(6): the microseconds.
UPDATE customers SET lucky = RAND(), since = NOW(6) WHERE id = 2;

-- USER_VAR: one event for each variable that is read: text, integer, decimal, real, NULL.
SET @greeting = '你好 👋', @count = -3, @price = 19.90, @ratio = 0.5e0, @nothing = NULL;
INSERT INTO customers (name, lucky) VALUES (CONCAT(@greeting, ' ', COALESCE(@nothing, '')), @count * @price + @ratio);

-- Session settings that travel with the statement.
SET time_zone = '+08:00', lc_time_names = 'zh_CN', auto_increment_increment = 5, auto_increment_offset = 3;
SET foreign_key_checks = 0, unique_checks = 0, sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_ZERO_DATE';
INSERT INTO customers (name, since) VALUES (DATE_FORMAT('2026-03-14', '%W %M') || ' "客户"', FROM_UNIXTIME(1773451613.589793));
SET foreign_key_checks = 1, unique_checks = 1, sql_mode = DEFAULT, auto_increment_increment = 1, auto_increment_offset = 1;
SET time_zone = '+00:00', lc_time_names = 'en_US';

-- Another connection character set: how the bytes of the statement are to be read.
SET NAMES latin1;
INSERT INTO archive.customers (id, name) VALUES (100, CONCAT('caf', CHAR(233 USING latin1)));
SET NAMES utf8mb4;

-- Two tables of two databases in one statement, inside a transaction with a savepoint.
START TRANSACTION;
UPDATE shop.customers AS c, archive.customers AS a SET c.lucky = 7, a.name = 'moved' WHERE a.id = 100 AND c.id = 1;
SAVEPOINT before_delete;
DELETE FROM customers WHERE id = 3;
COMMIT;

-- A temporary table belongs to its connection: the THREAD_SPECIFIC flag.
CREATE TEMPORARY TABLE basket (sku VARCHAR(16) PRIMARY KEY);
DROP TEMPORARY TABLE basket;

-- Who ran it matters here: the INVOKER variable.
GRANT SELECT ON shop.* TO CURRENT_USER();
