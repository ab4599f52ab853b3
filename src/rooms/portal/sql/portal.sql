-- migration: 1 books, their totals, what became of them
CREATE TABLE portal_book (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, org_path TEXT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  year BIGINT NOT NULL, kind TEXT NOT NULL, package TEXT NOT NULL, files BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  entered_by BIGINT NOT NULL, entered_name TEXT NOT NULL, entered_at BIGINT NOT NULL, published_by BIGINT NOT NULL DEFAULT 0,
  published_at BIGINT NOT NULL DEFAULT 0, ended_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, name, version));
CREATE INDEX portal_book_state ON portal_book (tenant, state, body, year);
CREATE TABLE portal_event (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id));
CREATE INDEX portal_event_name ON portal_event (tenant, name, id);
CREATE TABLE portal_total (
  tenant BIGINT NOT NULL, book BIGINT NOT NULL, position BIGINT NOT NULL, code TEXT NOT NULL, label TEXT NOT NULL, amount BIGINT NOT NULL,
  PRIMARY KEY (tenant, book, position), FOREIGN KEY (tenant, book) REFERENCES portal_book (tenant, id));
-- migration: 2 each file's hash, income and spending of a book
CREATE TABLE portal_file (
  tenant BIGINT NOT NULL, book BIGINT NOT NULL, name TEXT NOT NULL, bytes BIGINT NOT NULL, sha256 TEXT NOT NULL,
  PRIMARY KEY (tenant, book, name));
CREATE TABLE portal_figure (
  tenant BIGINT NOT NULL, book BIGINT NOT NULL, what TEXT NOT NULL, amount BIGINT NOT NULL,
  PRIMARY KEY (tenant, book, what));
INSERT INTO portal_figure (tenant, book, what, amount) SELECT tenant, book, 'spending', CAST(sum(amount) AS BIGINT) FROM portal_total GROUP BY tenant, book;
-- name: book_add
-- params: tenant, id, org_path, name, version, title, body, year, kind, package, files, reason, by, by_name, now
INSERT INTO portal_book (tenant, id, org_path, name, version, title, body, year, kind, package, files, state, reason, entered_by, entered_name, entered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'draft', $12, $13, $14, $15)
-- name: book_last_version
-- params: tenant, name
SELECT COALESCE(max(version), 0) FROM portal_book WHERE tenant = $1 AND name = $2
-- name: book_get
-- params: tenant, id
SELECT org_path, name, version, title, body, year, kind, package, state, reason, entered_by, entered_name, entered_at, published_at, files
FROM portal_book WHERE tenant = $1 AND id = $2
-- name: books_all
-- params: tenant
SELECT id, org_path, name, version, title, body, year, kind, state, entered_name, entered_at, published_at FROM portal_book
WHERE tenant = $1 ORDER BY id DESC LIMIT 2000
-- name: books_public
-- params: tenant
SELECT id, name, version, title, body, year, kind, published_at FROM portal_book WHERE tenant = $1 AND state = 'published' ORDER BY body, year, name, id LIMIT 5000
-- name: book_named
-- params: tenant, name
SELECT id, version, package, state, title, reason, body, year FROM portal_book WHERE tenant = $1 AND name = $2 AND state IN ('published', 'withdrawn') ORDER BY version DESC LIMIT 1
-- name: book_version
-- params: tenant, name, version
SELECT id, version, package, state, title, reason, body, year FROM portal_book WHERE tenant = $1 AND name = $2 AND version = $3 AND state IN ('published', 'replaced', 'withdrawn')
-- name: portal_publish
-- params: tenant, id, by, now
UPDATE portal_book SET state = 'published', published_by = $3, published_at = $4 WHERE tenant = $1 AND id = $2 AND state = 'draft'
-- name: book_replace
-- params: tenant, name, version of the new one, now
UPDATE portal_book SET state = 'replaced', ended_at = $4 WHERE tenant = $1 AND name = $2 AND version < $3 AND state = 'published'
-- name: book_newer
-- params: tenant, name, version
SELECT count(*) FROM portal_book WHERE tenant = $1 AND name = $2 AND version > $3 AND state IN ('published', 'replaced', 'withdrawn')
-- name: book_kept
-- params: tenant, name
SELECT count(*) FROM portal_book WHERE tenant = $1 AND name = $2 AND state <> 'refused'
-- name: book_owner
-- params: tenant, name
SELECT org_path FROM portal_book WHERE tenant = $1 AND name = $2 AND state <> 'refused' ORDER BY version LIMIT 1
-- name: book_withdraw
-- params: tenant, id, reason, now
UPDATE portal_book SET state = 'withdrawn', reason = $3, ended_at = $4 WHERE tenant = $1 AND id = $2 AND state = 'published'
-- name: book_withdraw_older
-- params: tenant, name, version, reason, now
UPDATE portal_book SET state = 'withdrawn', reason = $4, ended_at = $5 WHERE tenant = $1 AND name = $2 AND version < $3 AND state = 'replaced'
-- name: book_refuse
-- params: tenant, id, reason, now
UPDATE portal_book SET state = 'refused', reason = $3, ended_at = $4 WHERE tenant = $1 AND id = $2 AND state = 'draft'
-- name: book_waiting
-- params: tenant
SELECT org_path, count(*) FROM portal_book WHERE tenant = $1 AND state = 'draft' GROUP BY org_path ORDER BY org_path
-- name: event_add
-- params: tenant, id, name, version, what, why, now
INSERT INTO portal_event (tenant, id, name, version, what, why, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- name: events_of
-- params: tenant, name
SELECT e.version, e.what, e.why, e.at, b.state, e.id FROM portal_event e JOIN portal_book b ON b.tenant = e.tenant AND b.name = e.name AND b.version = e.version
WHERE e.tenant = $1 AND e.name = $2 ORDER BY e.id DESC LIMIT 200
-- name: events_all
-- params: tenant
SELECT e.name, e.version, e.what, e.why, e.at, e.id, COALESCE(max(b.title), '') FROM portal_event e LEFT JOIN portal_book b ON b.tenant = e.tenant AND b.name = e.name AND b.version = e.version
WHERE e.tenant = $1 GROUP BY e.name, e.version, e.what, e.why, e.at, e.id ORDER BY e.id DESC LIMIT 50
-- name: total_add
-- params: tenant, book, position, code, label, amount
INSERT INTO portal_total (tenant, book, position, code, label, amount) VALUES ($1, $2, $3, $4, $5, $6)
-- name: figure_add
-- params: tenant, book, what, amount
INSERT INTO portal_figure (tenant, book, what, amount) VALUES ($1, $2, $3, $4)
-- name: file_add
-- params: tenant, book, name, bytes, sha256
INSERT INTO portal_file (tenant, book, name, bytes, sha256) VALUES ($1, $2, $3, $4, $5)
-- name: files_of
-- params: tenant, book
SELECT name, bytes, sha256 FROM portal_file WHERE tenant = $1 AND book = $2 ORDER BY name LIMIT 1000
-- name: figures_by_year
-- params: tenant, body ('' all)
SELECT b.kind, b.year, f.what, CAST(sum(f.amount) AS BIGINT) FROM portal_figure f JOIN portal_book b ON b.tenant = f.tenant AND b.id = f.book
WHERE f.tenant = $1 AND b.state = 'published' AND ($2 = '' OR b.body = $2) GROUP BY b.kind, b.year, f.what ORDER BY b.kind, b.year, f.what LIMIT 1000
-- name: functions_by_year
-- params: tenant, body
SELECT b.kind, b.year, t.code, max(t.label), CAST(sum(t.amount) AS BIGINT) FROM portal_total t JOIN portal_book b ON b.tenant = t.tenant AND b.id = t.book
WHERE t.tenant = $1 AND b.state = 'published' AND b.body = $2 GROUP BY b.kind, b.year, t.code ORDER BY b.kind, b.year, t.code LIMIT 2000
-- name: totals_of
-- params: tenant, book
SELECT code, label, amount FROM portal_total WHERE tenant = $1 AND book = $2 ORDER BY position LIMIT 100
-- name: portal_first_org
-- params: tenant
SELECT path FROM heng_org WHERE tenant = $1 ORDER BY id LIMIT 1
-- name: portal_org
-- params: tenant, code
SELECT path FROM heng_org WHERE tenant = $1 AND code = $2
-- name: files_all
-- params: tenant
SELECT b.package, f.name, f.sha256 FROM portal_file f JOIN portal_book b ON b.tenant = f.tenant AND b.id = f.book WHERE f.tenant = $1 ORDER BY b.id, f.name
