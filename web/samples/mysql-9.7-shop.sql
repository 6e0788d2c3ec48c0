-- A small online shop, as MySQL 9.7 writes it to its binary log.
-- Made with binlog_format=ROW, binlog_row_metadata=FULL, binlog_rows_query_log_events=ON
-- (see `make`). All people and goods are invented.
SET NAMES utf8mb4;
SET time_zone = '+00:00';

-- Definitions are logged as statements: QUERY events.
CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
USE shop;

CREATE TABLE customers (
  id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name        VARCHAR(60) NOT NULL,
  email       VARCHAR(120) CHARACTER SET ascii NOT NULL,
  country     CHAR(2) CHARACTER SET latin1 NOT NULL,
  birthday    DATE,
  member_year YEAR NOT NULL,
  interests   SET('garden','kitchen','books','toys') NOT NULL DEFAULT '',
  consents    BIT(5) NOT NULL DEFAULT b'00001',
  latitude    DOUBLE,
  rating      FLOAT,
  joined_at   TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE products (
  sku        VARCHAR(16) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  title      VARCHAR(80) NOT NULL,
  price      DECIMAL(9,2) NOT NULL,
  stock      SMALLINT UNSIGNED NOT NULL,
  trend      TINYINT NOT NULL DEFAULT 0,
  grams      MEDIUMINT UNSIGNED,
  attributes JSON,
  icon       BLOB
);

CREATE TABLE orders (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id INT UNSIGNED NOT NULL,
  status      ENUM('new','paid','shipped','returned') NOT NULL DEFAULT 'new',
  total       DECIMAL(12,2) NOT NULL,
  balance     DECIMAL(12,4) NOT NULL DEFAULT 0,
  placed_at   DATETIME(6) NOT NULL,
  paid_at     TIMESTAMP(3) NULL,
  prepared_in TIME(2),
  note        TEXT
) AUTO_INCREMENT = 18446744073709551001;

CREATE TABLE order_items (
  order_id BIGINT UNSIGNED NOT NULL,
  line     TINYINT UNSIGNED NOT NULL,
  sku      VARCHAR(16) CHARACTER SET ascii NOT NULL,
  quantity SMALLINT NOT NULL,
  price    DECIMAL(9,2) NOT NULL,
  PRIMARY KEY (order_id, line)
);

-- One statement, four rows: a ROWS_QUERY, a TABLE_MAP, a WRITE_ROWS.
INSERT INTO customers (id, name, email, country, birthday, member_year, interests, consents, latitude, rating, joined_at) VALUES
  (1, 'Ada Brook',     'ada@example.com',  'GB', '1985-12-10', 2019, 'garden,books', b'10011',  51.5074,  4.5, '2019-04-01 08:30:00'),
  (2, '王小明',         'xiaoming@example.com', 'CN', '1992-02-29', 2021, 'kitchen,toys', b'00111', 31.2304, 3.75, '2021-07-15 12:00:00'),
  (3, 'José Ñíguez 🌱', 'jose@example.com', 'ES', NULL,         1999, 'garden',       b'00001', -33.4489, NULL, '2024-02-29 23:59:59'),
  (4, 'Zoë Åström',    'zoe@example.com',  'SE', '2001-01-01', 2026, '',             b'00000',    NULL,  5,    '2026-01-01 00:00:00');

INSERT INTO products (sku, title, price, stock, trend, grams, attributes, icon) VALUES
  ('TEA-GREEN',  '龙井茶 Dragon Well tea', 18.90, 240,   3,     250, '{"origin": "杭州", "grade": 1, "organic": true, "tags": ["tea", "green"]}', x'89504e470d0a1a0a'),
  ('POT-CLAY',   'Clay teapot 🫖',         64.50,  12,  -2,     780, '{"litres": 0.45, "colour": null, "size": {"w": 16, "h": 11}}',             NULL),
  ('SEED-MIX',   'Wild flower seeds',       3.25, 65535, 127,    20, '[]',                                                                       x'00ff00ff'),
  ('BOOK-BYTES', 'Bytes and Where They Go', 39.00,   0, -128, 16777215, NULL,                                                                   NULL);

-- An order: three statements in one transaction, closed by one XID event.
START TRANSACTION;
INSERT INTO orders (customer_id, status, total, balance, placed_at, paid_at, prepared_in, note)
  VALUES (2, 'new', 102.30, -102.3000, '2026-03-14 09:26:53.589793', NULL, NULL, '请在周末送货 🚚');
SET @order_id = LAST_INSERT_ID();
INSERT INTO order_items VALUES
  (@order_id, 1, 'TEA-GREEN', 2, 18.90),
  (@order_id, 2, 'POT-CLAY',  1, 64.50);
UPDATE products SET stock = stock - 2, trend = trend + 1 WHERE sku = 'TEA-GREEN';
UPDATE products SET stock = stock - 1 WHERE sku = 'POT-CLAY';
COMMIT;

-- Updates carry the row before and after. The preparation began before the payment: a negative TIME.
UPDATE orders SET status = 'paid', balance = 0, paid_at = '2026-03-14 09:31:07.250', prepared_in = '-00:04:13.66';
UPDATE orders SET status = 'shipped', prepared_in = '26:03:09.10', note = NULL;

-- A price rise that touches several rows and the inside of a JSON document.
UPDATE products SET price = price * 1.10, attributes = JSON_SET(attributes, '$.sale', FALSE)
  WHERE sku IN ('TEA-GREEN', 'POT-CLAY');

-- A definition in the middle: the table map changes, and with it the table's number.
ALTER TABLE customers ADD COLUMN points INT NOT NULL DEFAULT 100 AFTER rating;
UPDATE customers SET points = points - 150 WHERE country = 'ES';

-- Deletes carry the row that went away.
DELETE FROM customers WHERE id = 4;
DELETE FROM products WHERE stock = 0;
