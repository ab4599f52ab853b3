-- migration: 1 documents, findings, comments, words
CREATE TABLE desk_batch (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, org BIGINT NOT NULL, org_path TEXT NOT NULL, name TEXT NOT NULL,
  created_by BIGINT NOT NULL, created_name TEXT NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id));
CREATE TABLE desk_document (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, batch BIGINT NOT NULL, org_path TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
  size BIGINT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', format TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '', year BIGINT NOT NULL DEFAULT 0, pages BIGINT NOT NULL DEFAULT 0, errors BIGINT NOT NULL DEFAULT 0,
  warnings BIGINT NOT NULL DEFAULT 0, infos BIGINT NOT NULL DEFAULT 0, passed BIGINT NOT NULL DEFAULT 0, not_checked BIGINT NOT NULL DEFAULT 0,
  open BIGINT NOT NULL DEFAULT 0, kept BIGINT NOT NULL DEFAULT 0, uploaded_by BIGINT NOT NULL, uploaded_name TEXT NOT NULL,
  uploaded_at BIGINT NOT NULL, audited_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id));
CREATE INDEX desk_document_batch ON desk_document (tenant, batch, id);
CREATE INDEX desk_document_sha ON desk_document (tenant, sha256);
CREATE INDEX desk_document_body ON desk_document (tenant, body, year);
CREATE INDEX desk_document_state ON desk_document (tenant, state, org_path);
CREATE TABLE desk_open (
  tenant BIGINT NOT NULL, org_path TEXT NOT NULL, open BIGINT NOT NULL,
  PRIMARY KEY (tenant, org_path));
CREATE TABLE desk_finding (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, document BIGINT NOT NULL, number BIGINT NOT NULL, finding TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL,
  title TEXT NOT NULL, message TEXT NOT NULL, stated TEXT NOT NULL, expected TEXT NOT NULL, difference TEXT NOT NULL, unit TEXT NOT NULL,
  arithmetic TEXT NOT NULL, basis TEXT NOT NULL, sentence TEXT NOT NULL, page BIGINT NOT NULL, places TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open', assigned_to BIGINT NOT NULL DEFAULT 0, assigned_name TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  settled_name TEXT NOT NULL DEFAULT '', settled_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, document, number),
  FOREIGN KEY (tenant, document) REFERENCES desk_document (tenant, id));
CREATE INDEX desk_finding_state ON desk_finding (tenant, state, id);
CREATE INDEX desk_finding_assigned ON desk_finding (tenant, assigned_to, state, id);
CREATE TABLE desk_comment (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, finding BIGINT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, finding) REFERENCES desk_finding (tenant, id));
CREATE INDEX desk_comment_finding ON desk_comment (tenant, finding, id);
CREATE TABLE desk_gram (
  tenant BIGINT NOT NULL, gram TEXT NOT NULL, document BIGINT NOT NULL,
  PRIMARY KEY (tenant, gram, document));
CREATE TABLE desk_text (
  tenant BIGINT NOT NULL, document BIGINT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (tenant, document));
-- name: batch_add
-- params: tenant, id, org, org_path, name, by, by_name, now
INSERT INTO desk_batch (tenant, id, org, org_path, name, created_by, created_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- name: batch_get
-- params: tenant, id
SELECT org_path, name, created_name, created_at FROM desk_batch WHERE tenant = $1 AND id = $2
-- name: batch_list
-- params: tenant, id before which
SELECT id, org_path, name, created_name, created_at FROM desk_batch WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT 500
-- name: batch_counts
-- params: tenant, batch
SELECT state, count(*), CAST(COALESCE(sum(errors), 0) AS BIGINT) FROM desk_document WHERE tenant = $1 AND batch = $2 GROUP BY state ORDER BY state
-- name: document_add
-- params: tenant, id, batch, org_path, name, sha256, size, state, by, by_name, now
INSERT INTO desk_document (tenant, id, batch, org_path, name, sha256, size, state, uploaded_by, uploaded_name, uploaded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
-- name: document_same
-- params: tenant, sha256
SELECT id, org_path FROM desk_document WHERE tenant = $1 AND sha256 = $2 ORDER BY id LIMIT 200
-- name: document_uses
-- params: tenant, sha256
SELECT count(*) FROM desk_document WHERE tenant = $1 AND sha256 = $2
-- name: document_get
-- params: tenant, id
SELECT batch, org_path, name, sha256, size, state, why, format, kind, body, year, pages, errors, warnings, infos, passed, not_checked, open, kept,
  uploaded_by, uploaded_name, uploaded_at, audited_at FROM desk_document WHERE tenant = $1 AND id = $2
-- name: documents_newest
-- params: tenant, id before which
SELECT id, org_path, name, state, kind, body, year, pages, errors, warnings, infos, open, uploaded_name, uploaded_at FROM desk_document
WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT 2000
-- name: documents_of_batch
-- params: tenant, batch
SELECT id, org_path, name, state, kind, body, year, pages, errors, warnings, infos, open, uploaded_name, uploaded_at FROM desk_document
WHERE tenant = $1 AND batch = $2 ORDER BY id LIMIT 2000
-- name: documents_by_errors
-- params: tenant
SELECT id, org_path, name, state, kind, body, year, pages, errors, warnings, infos, open, uploaded_name, uploaded_at FROM desk_document
WHERE tenant = $1 ORDER BY errors DESC, id DESC LIMIT 2000
-- name: documents_by_body
-- params: tenant
SELECT id, org_path, name, state, kind, body, year, pages, errors, warnings, infos, open, uploaded_name, uploaded_at FROM desk_document
WHERE tenant = $1 ORDER BY body, year, id LIMIT 2000
-- name: documents_of_body
-- params: tenant, body
SELECT id, org_path, name, kind, year, errors, warnings FROM desk_document WHERE tenant = $1 AND body = $2 AND state = 'done' ORDER BY year, id LIMIT 200
-- name: document_state
-- params: tenant, id, state, why
UPDATE desk_document SET state = $3, why = $4 WHERE tenant = $1 AND id = $2
-- name: document_result
-- params: tenant, id, format, kind, body, year, pages, errors, warnings, infos, passed, not_checked, open, now
UPDATE desk_document SET state = 'done', why = '', format = $3, kind = $4, body = $5, year = $6, pages = $7, errors = $8, warnings = $9, infos = $10,
  passed = $11, not_checked = $12, open = $13, audited_at = $14 WHERE tenant = $1 AND id = $2
-- name: document_keep
-- params: tenant, id, kept
UPDATE desk_document SET kept = $3 WHERE tenant = $1 AND id = $2
-- name: document_open_change
-- params: tenant, id, by how many
UPDATE desk_document SET open = open + $3 WHERE tenant = $1 AND id = $2
-- name: open_change
-- params: tenant, document, by how many: what is open in its organisation, kept up with it
INSERT INTO desk_open (tenant, org_path, open) SELECT tenant, org_path, $3 FROM desk_document WHERE tenant = $1 AND id = $2
ON CONFLICT (tenant, org_path) DO UPDATE SET open = desk_open.open + excluded.open
-- name: document_open
-- params: tenant, id
SELECT open FROM desk_document WHERE tenant = $1 AND id = $2
-- name: documents_old
-- params: tenant, before
SELECT id, sha256, name FROM desk_document WHERE tenant = $1 AND kept = 0 AND uploaded_at < $2 AND state IN ('done', 'failed') ORDER BY id LIMIT 100
-- name: document_drop
-- params: tenant, id
DELETE FROM desk_document WHERE tenant = $1 AND id = $2
-- name: finding_drop
-- params: tenant, document
DELETE FROM desk_finding WHERE tenant = $1 AND document = $2
-- name: comment_drop
-- params: tenant, document
DELETE FROM desk_comment WHERE tenant = $1 AND finding IN (SELECT f.id FROM desk_finding f WHERE f.tenant = $1 AND f.document = $2)
-- name: gram_drop
-- params: tenant, gram, document
DELETE FROM desk_gram WHERE tenant = $1 AND gram = $2 AND document = $3
-- name: text_put
-- params: tenant, document, folded text of what is searched
INSERT INTO desk_text (tenant, document, text) VALUES ($1, $2, $3) ON CONFLICT (tenant, document) DO UPDATE SET text = excluded.text
-- name: text_get
-- params: tenant, document
SELECT text FROM desk_text WHERE tenant = $1 AND document = $2
-- name: text_drop
-- params: tenant, document
DELETE FROM desk_text WHERE tenant = $1 AND document = $2
-- name: counts_open
-- params: tenant
SELECT org_path, open FROM desk_open WHERE tenant = $1 ORDER BY org_path
-- name: counts_waiting
-- params: tenant, state
SELECT org_path, count(*) FROM desk_document WHERE tenant = $1 AND state = $2 GROUP BY org_path ORDER BY org_path
-- name: counts_mine
-- params: tenant, user
SELECT count(*) FROM desk_finding WHERE tenant = $1 AND assigned_to = $2 AND state = 'open'
-- name: desk_finding_add
-- params: tenant, id, document, number, finding, rule, severity, title, message, stated, expected, difference, unit, arithmetic, basis, sentence, page, places
INSERT INTO desk_finding (tenant, id, document, number, finding, rule, severity, title, message, stated, expected, difference, unit, arithmetic, basis, sentence, page, places)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (tenant, document, number) DO NOTHING
-- name: findings_of
-- params: tenant, document
SELECT id, number, rule, severity, title, message, page, state, assigned_name FROM desk_finding WHERE tenant = $1 AND document = $2 ORDER BY number LIMIT 5000
-- name: finding_get
-- params: tenant, id
SELECT f.document, f.number, f.finding, f.rule, f.severity, f.title, f.message, f.stated, f.expected, f.difference, f.unit, f.arithmetic, f.basis, f.sentence, f.page,
  f.places, f.state, f.assigned_to, f.assigned_name, f.reason, f.settled_name, f.settled_at, d.org_path, d.name, d.format, d.sha256, d.uploaded_by
FROM desk_finding f JOIN desk_document d ON d.tenant = f.tenant AND d.id = f.document WHERE f.tenant = $1 AND f.id = $2
-- name: finding_next
-- params: tenant, document, number
SELECT id FROM desk_finding WHERE tenant = $1 AND document = $2 AND number > $3 ORDER BY number LIMIT 1
-- name: finding_before
-- params: tenant, document, number
SELECT id FROM desk_finding WHERE tenant = $1 AND document = $2 AND number < $3 ORDER BY number DESC LIMIT 1
-- name: finding_settle
-- params: tenant, id, state, reason, by_name, now, state before
UPDATE desk_finding SET state = $3, reason = $4, settled_name = $5, settled_at = $6 WHERE tenant = $1 AND id = $2 AND state = $7
-- name: finding_assign
-- params: tenant, id, user, name
UPDATE desk_finding SET assigned_to = $3, assigned_name = $4 WHERE tenant = $1 AND id = $2
-- name: findings_list
-- params: tenant, id before which, state or '', severity or '', rule or ''
SELECT f.id, f.rule, f.severity, f.title, f.message, f.page, f.state, f.assigned_name, d.org_path, d.body, d.year, d.name
FROM desk_finding f JOIN desk_document d ON d.tenant = f.tenant AND d.id = f.document
WHERE f.tenant = $1 AND f.id < $2 AND ($3 = '' OR f.state = $3) AND ($4 = '' OR f.severity = $4) AND ($5 = '' OR f.rule = $5)
ORDER BY f.id DESC LIMIT 1000
-- name: findings_mine
-- params: tenant, user, id before which, state or ''
SELECT f.id, f.rule, f.severity, f.title, f.message, f.page, f.state, f.assigned_name, d.org_path, d.body, d.year, d.name
FROM desk_finding f JOIN desk_document d ON d.tenant = f.tenant AND d.id = f.document
WHERE f.tenant = $1 AND f.assigned_to = $2 AND f.id < $3 AND ($4 = '' OR f.state = $4) ORDER BY f.id DESC LIMIT 1000
-- name: comment_add
-- params: tenant, id, finding, by_name, now, text
INSERT INTO desk_comment (tenant, id, finding, by_name, at, text) VALUES ($1, $2, $3, $4, $5, $6)
-- name: comments_of
-- params: tenant, finding, id before which
SELECT by_name, at, text, id FROM desk_comment WHERE tenant = $1 AND finding = $2 AND id < $3 ORDER BY id DESC LIMIT 101
-- name: gram_add
-- params: tenant, gram, document
INSERT INTO desk_gram (tenant, gram, document) VALUES ($1, $2, $3) ON CONFLICT (tenant, gram, document) DO NOTHING
-- name: gram_find
-- params: tenant, gram, id before which
SELECT document FROM desk_gram WHERE tenant = $1 AND gram = $2 AND document < $3 ORDER BY document DESC LIMIT 5000
-- name: corpus_bodies
-- params: tenant
SELECT org_path, body, year, count(*), CAST(COALESCE(sum(errors), 0) AS BIGINT), CAST(COALESCE(sum(warnings), 0) AS BIGINT), CAST(COALESCE(sum(open), 0) AS BIGINT)
FROM desk_document WHERE tenant = $1 AND state = 'done' GROUP BY org_path, body, year ORDER BY body, year, org_path LIMIT 20000
-- name: corpus_rules
-- params: tenant
SELECT d.org_path, f.rule, f.severity, count(*) FROM desk_finding f JOIN desk_document d ON d.tenant = f.tenant AND d.id = f.document
WHERE f.tenant = $1 GROUP BY d.org_path, f.rule, f.severity ORDER BY f.rule, f.severity, d.org_path LIMIT 20000
