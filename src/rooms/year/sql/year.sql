-- migration: 1 workspaces, their files and records, changes, steps, versions
CREATE TABLE year_workspace (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, org BIGINT NOT NULL, org_path TEXT NOT NULL, year BIGINT NOT NULL, title TEXT NOT NULL,
  state TEXT NOT NULL, head BIGINT NOT NULL, entered_at BIGINT NOT NULL, entered_by BIGINT NOT NULL,
  checked BIGINT NOT NULL DEFAULT -1, errors BIGINT NOT NULL DEFAULT 0, warnings BIGINT NOT NULL DEFAULT 0, hints BIGINT NOT NULL DEFAULT 0,
  check_failed TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id));
CREATE INDEX year_workspace_year ON year_workspace (tenant, year, id);
CREATE TABLE year_file (
  tenant BIGINT NOT NULL, workspace BIGINT NOT NULL, id BIGINT NOT NULL, path TEXT NOT NULL, sheet TEXT NOT NULL, head TEXT NOT NULL,
  body TEXT NOT NULL, revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, workspace, path),
  FOREIGN KEY (tenant, workspace) REFERENCES year_workspace (tenant, id));
CREATE TABLE year_row (
  tenant BIGINT NOT NULL, file BIGINT NOT NULL, id BIGINT NOT NULL, place BIGINT NOT NULL, raw TEXT NOT NULL, revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, file) REFERENCES year_file (tenant, id));
CREATE INDEX year_row_place ON year_row (tenant, file, place);
CREATE INDEX year_row_revision ON year_row (tenant, file, revision);
CREATE TABLE year_change (
  tenant BIGINT NOT NULL, workspace BIGINT NOT NULL, head BIGINT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, user_id BIGINT NOT NULL,
  user_name TEXT NOT NULL, what TEXT NOT NULL, file BIGINT NOT NULL, row_id BIGINT NOT NULL, before TEXT, after TEXT,
  PRIMARY KEY (tenant, workspace, head, n));
CREATE INDEX year_change_row ON year_change (tenant, workspace, row_id, head);
CREATE TABLE year_op (
  tenant BIGINT NOT NULL, workspace BIGINT NOT NULL, op TEXT NOT NULL, head BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (tenant, workspace, op));
CREATE TABLE year_step (
  tenant BIGINT NOT NULL, workspace BIGINT NOT NULL, id BIGINT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, head BIGINT NOT NULL,
  at BIGINT NOT NULL, user_id BIGINT NOT NULL, user_name TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, workspace) REFERENCES year_workspace (tenant, id));
CREATE INDEX year_step_workspace ON year_step (tenant, workspace, id);
CREATE TABLE year_version (
  tenant BIGINT NOT NULL, step BIGINT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, step, path), FOREIGN KEY (tenant, step) REFERENCES year_step (tenant, id));
CREATE TABLE year_problem (
  tenant BIGINT NOT NULL, workspace BIGINT NOT NULL, n BIGINT NOT NULL, path TEXT NOT NULL, line BIGINT NOT NULL, col BIGINT NOT NULL,
  file BIGINT NOT NULL, row_id BIGINT NOT NULL, severity TEXT NOT NULL, problem TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (tenant, workspace, n));
CREATE INDEX year_problem_file ON year_problem (tenant, workspace, file, n);
CREATE TABLE year_remark (
  tenant BIGINT NOT NULL, workspace BIGINT NOT NULL, id BIGINT NOT NULL, row_id BIGINT NOT NULL, at BIGINT NOT NULL, user_name TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, workspace) REFERENCES year_workspace (tenant, id));
CREATE INDEX year_remark_row ON year_remark (tenant, workspace, row_id, id);
-- name: year_workspace_add
-- params: tenant, id, org, org_path, year, title, state, user, now
INSERT INTO year_workspace (tenant, id, org, org_path, year, title, state, head, entered_at, entered_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $9, $8, $9)
-- name: year_workspace_get
-- params: tenant, id
SELECT org_path, year, title, state, head, entered_at, entered_by, checked, errors, warnings, hints, check_failed
FROM year_workspace WHERE tenant = $1 AND id = $2
-- name: year_workspace_list
-- params: tenant
SELECT w.id, w.org_path, w.year, w.title, w.state, w.head, w.entered_at, w.checked, w.errors, w.warnings, o.name
FROM year_workspace w JOIN heng_org o ON o.tenant = w.tenant AND o.id = w.org WHERE w.tenant = $1 ORDER BY w.year DESC, w.id LIMIT 2000
-- name: year_workspace_hold
-- params: tenant, id: editors of one workspace come one after the other from here to the end of the transaction
UPDATE year_workspace SET head = head + 1 WHERE tenant = $1 AND id = $2 RETURNING head, state
-- name: year_workspace_state
-- params: tenant, id, state, now, user
UPDATE year_workspace SET state = $3, entered_at = $4, entered_by = $5 WHERE tenant = $1 AND id = $2
-- name: year_workspace_checked
-- params: tenant, id, head, errors, warnings, hints, failed
UPDATE year_workspace SET checked = $3, errors = $4, warnings = $5, hints = $6, check_failed = $7 WHERE tenant = $1 AND id = $2 AND checked <= $3
-- name: year_org_of
-- params: tenant, workspace
SELECT org FROM year_workspace WHERE tenant = $1 AND id = $2
-- name: year_first_org
-- params: tenant
SELECT id, path FROM heng_org WHERE tenant = $1 ORDER BY path LIMIT 1
-- name: year_file_add
-- params: tenant, workspace, id, path, sheet, head, body, revision
INSERT INTO year_file (tenant, workspace, id, path, sheet, head, body, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- name: year_file_list
-- params: tenant, workspace
SELECT id, path, sheet, head, body FROM year_file WHERE tenant = $1 AND workspace = $2 ORDER BY path
-- name: year_file_counts
-- params: tenant, workspace
SELECT f.sheet, count(r.id) FROM year_file f LEFT JOIN year_row r ON r.tenant = f.tenant AND r.file = f.id
WHERE f.tenant = $1 AND f.workspace = $2 AND f.sheet <> '' GROUP BY f.sheet ORDER BY f.sheet
-- name: year_file_at
-- params: tenant, workspace, path
SELECT id, head, body, sheet FROM year_file WHERE tenant = $1 AND workspace = $2 AND path = $3
-- name: year_file_sheet
-- params: tenant, workspace, sheet
SELECT id, head, revision FROM year_file WHERE tenant = $1 AND workspace = $2 AND sheet = $3
-- name: year_file_body
-- params: tenant, id, head, body, revision
UPDATE year_file SET head = $3, body = $4, revision = $5 WHERE tenant = $1 AND id = $2
-- name: year_file_moved
-- params: tenant, id, revision: rows were put in, taken out or moved
UPDATE year_file SET revision = $3 WHERE tenant = $1 AND id = $2
-- name: year_row_add
-- params: tenant, file, id, place, raw, revision
INSERT INTO year_row (tenant, file, id, place, raw, revision) VALUES ($1, $2, $3, $4, $5, $6)
-- name: year_row_all
-- params: tenant, file
SELECT id, raw, revision, place FROM year_row WHERE tenant = $1 AND file = $2 ORDER BY place
-- name: year_row_some
-- params: tenant, file, place from which, count
SELECT id, raw, revision, place FROM year_row WHERE tenant = $1 AND file = $2 AND place >= $3 ORDER BY place LIMIT $4
-- name: year_row_since
-- params: tenant, file, revision
SELECT id, raw, revision, place FROM year_row WHERE tenant = $1 AND file = $2 AND revision > $3 ORDER BY revision LIMIT 2001
-- name: year_row_places
-- params: tenant, file
SELECT place FROM year_row WHERE tenant = $1 AND file = $2 ORDER BY place
-- name: year_row_get
-- params: tenant, file, id
SELECT raw, revision, place FROM year_row WHERE tenant = $1 AND file = $2 AND id = $3
-- name: year_row_next
-- params: tenant, file, place
SELECT place FROM year_row WHERE tenant = $1 AND file = $2 AND place > $3 ORDER BY place LIMIT 1
-- name: year_row_set
-- params: tenant, id, raw, revision
UPDATE year_row SET raw = $3, revision = $4 WHERE tenant = $1 AND id = $2
-- name: year_row_drop
-- params: tenant, id
DELETE FROM year_row WHERE tenant = $1 AND id = $2
-- name: year_rows_shift
-- params: tenant, file, place after which, by
UPDATE year_row SET place = place + $4 WHERE tenant = $1 AND file = $2 AND place > $3
-- name: year_change_add
-- params: tenant, workspace, head, n, at, user, user_name, what, file, row, before, after
INSERT INTO year_change (tenant, workspace, head, n, at, user_id, user_name, what, file, row_id, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
-- name: year_change_list
-- params: tenant, workspace, head before which
SELECT c.head, c.at, c.user_name, c.what, f.path, c.row_id, c.before, c.after FROM year_change c
LEFT JOIN year_file f ON f.tenant = c.tenant AND f.id = c.file
WHERE c.tenant = $1 AND c.workspace = $2 AND c.head < $3 ORDER BY c.head DESC, c.n LIMIT 201
-- name: year_change_of_row
-- params: tenant, workspace, row
SELECT head, at, user_name, what, before, after, user_id FROM year_change WHERE tenant = $1 AND workspace = $2 AND row_id = $3
ORDER BY head DESC, n DESC LIMIT 200
-- name: year_op_get
-- params: tenant, workspace, op
SELECT head FROM year_op WHERE tenant = $1 AND workspace = $2 AND op = $3
-- name: year_op_add
-- params: tenant, workspace, op, head, now
INSERT INTO year_op (tenant, workspace, op, head, at) VALUES ($1, $2, $3, $4, $5)
-- name: year_step_add
-- params: tenant, workspace, id, from, to, head, now, user, user_name, reason
INSERT INTO year_step (tenant, workspace, id, from_state, to_state, head, at, user_id, user_name, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- name: year_step_list
-- params: tenant, workspace
SELECT id, from_state, to_state, head, at, user_name, reason FROM year_step WHERE tenant = $1 AND workspace = $2 ORDER BY id DESC LIMIT 200
-- name: year_step_get
-- params: tenant, workspace, id
SELECT to_state, head, at FROM year_step WHERE tenant = $1 AND workspace = $2 AND id = $3
-- name: year_step_last_user
-- params: tenant, workspace
SELECT user_id FROM year_step WHERE tenant = $1 AND workspace = $2 ORDER BY id DESC LIMIT 1
-- name: year_version_add
-- params: tenant, step, path, body
INSERT INTO year_version (tenant, step, path, body) VALUES ($1, $2, $3, $4)
-- name: year_version_files
-- params: tenant, step
SELECT path, body FROM year_version WHERE tenant = $1 AND step = $2 ORDER BY path
-- name: year_problem_clear
-- params: tenant, workspace
DELETE FROM year_problem WHERE tenant = $1 AND workspace = $2
-- name: year_problem_add
-- params: tenant, workspace, n, path, line, column, file, row, severity, problem, text
INSERT INTO year_problem (tenant, workspace, n, path, line, col, file, row_id, severity, problem, text)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
-- name: year_problem_list
-- params: tenant, workspace
SELECT path, line, col, file, row_id, severity, problem, text FROM year_problem WHERE tenant = $1 AND workspace = $2 ORDER BY n LIMIT 500
-- name: year_problem_of_file
-- params: tenant, workspace, file
SELECT path, line, col, file, row_id, severity, problem, text FROM year_problem WHERE tenant = $1 AND workspace = $2 AND file = $3 ORDER BY n LIMIT 500
-- name: year_remark_add
-- params: tenant, workspace, id, row, now, user_name, text
INSERT INTO year_remark (tenant, workspace, id, row_id, at, user_name, text) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- name: year_remark_of_row
-- params: tenant, workspace, row
SELECT at, user_name, text FROM year_remark WHERE tenant = $1 AND workspace = $2 AND row_id = $3 ORDER BY id DESC LIMIT 100
