-- MySQL 9.7 with binlog_transaction_compression=ON: a whole transaction becomes one
-- TRANSACTION_PAYLOAD event, a zstd frame that holds the events (see `make`).
SET NAMES utf8mb4;
SET time_zone = '+00:00';

-- DDL is never compressed.
CREATE DATABASE shop CHARACTER SET utf8mb4;
USE shop;
CREATE TABLE events (
  id       INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at       DATETIME(3) NOT NULL,
  kind     ENUM('view','cart','order') NOT NULL,
  page     VARCHAR(80) NOT NULL,
  amount   DECIMAL(8,2),
  details  JSON NOT NULL
);

-- 40 rows that look alike: they compress well.
INSERT INTO events (at, kind, page, amount, details)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
  SELECT '2026-03-14 09:00:00.000' + INTERVAL i * 1500000 MICROSECOND,
         ELT(1 + i % 3, 'view', 'cart', 'order'),
         CONCAT('/products/tea/', i, '?from=newsletter'),
         IF(i % 3 = 2, i * 1.25, NULL),
         JSON_OBJECT('session', CONCAT('visitor-', i % 5), 'city', '上海', 'step', i, 'returning', i % 2 = 0)
  FROM n;

-- Several statements in one payload.
START TRANSACTION;
UPDATE events SET amount = amount + 0.99 WHERE kind = 'order' AND id <= 12;
DELETE FROM events WHERE kind = 'view' AND id > 30;
INSERT INTO events (at, kind, page, amount, details) VALUES
  ('2026-03-14 10:00:00.123', 'order', '/checkout/🧾', 77.70, '{"session": "visitor-1", "items": [1, 2, 3]}');
COMMIT;

-- The session may switch it off: this one is stored as it is.
SET SESSION binlog_transaction_compression = OFF;
UPDATE events SET page = '/home' WHERE id = 1;
