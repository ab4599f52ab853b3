-- migration: 1 the queue
CREATE TABLE heng_job (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, only_one TEXT NOT NULL, state TEXT NOT NULL,
  attempt BIGINT NOT NULL DEFAULT 0, tries BIGINT NOT NULL DEFAULT 3, ready_at BIGINT NOT NULL, lease_until BIGINT NOT NULL DEFAULT 0,
  done BIGINT NOT NULL DEFAULT 0, total BIGINT NOT NULL DEFAULT 0, what TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL, started_at BIGINT NOT NULL DEFAULT 0, ended_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id));
CREATE INDEX heng_job_ready ON heng_job (state, ready_at);
CREATE INDEX heng_job_only_one ON heng_job (tenant, kind, only_one);
-- name: job_find_key
-- params: tenant, kind, key
SELECT id FROM heng_job WHERE tenant = $1 AND kind = $2 AND only_one = $3 AND state IN ('queued', 'running') ORDER BY id LIMIT 1
-- name: job_find_queued
-- params: tenant, kind, key
SELECT id FROM heng_job WHERE tenant = $1 AND kind = $2 AND only_one = $3 AND state = 'queued' ORDER BY id LIMIT 1
-- name: job_insert
-- params: tenant, id, kind, payload, key, now
INSERT INTO heng_job (tenant, id, kind, payload, only_one, state, ready_at, created_at) VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6)
-- name: job_take
-- across tenants: workers serve all of them; what a job does names its own
-- params: now, kinds between commas: ",a,b,"
SELECT tenant, id, kind, payload, attempt FROM heng_job
WHERE ((state = 'queued' AND ready_at <= $1) OR (state = 'running' AND lease_until < $1)) AND instr($2, ',' || kind || ',') > 0
ORDER BY ready_at, id LIMIT 1
-- pg:
SELECT tenant, id, kind, payload, attempt FROM heng_job
WHERE ((state = 'queued' AND ready_at <= $1) OR (state = 'running' AND lease_until < $1)) AND strpos($2, ',' || kind || ',') > 0
ORDER BY ready_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
-- name: job_start
-- params: tenant, id, now, lease_until, tries
UPDATE heng_job SET state = 'running', attempt = attempt + 1, started_at = $3, lease_until = $4, tries = $5 WHERE tenant = $1 AND id = $2
-- name: job_report
-- params: tenant, id, attempt, done, total, what, lease_until
UPDATE heng_job SET done = $4, total = $5, what = $6, lease_until = $7 WHERE tenant = $1 AND id = $2 AND attempt = $3 AND state = 'running'
-- name: job_lease
-- params: tenant, id, attempt, lease_until
UPDATE heng_job SET lease_until = $4 WHERE tenant = $1 AND id = $2 AND attempt = $3 AND state = 'running'
-- name: job_end
-- params: tenant, id, attempt, state, error, ready_at, now
UPDATE heng_job SET state = $4, error = $5, ready_at = $6, ended_at = $7, lease_until = 0
WHERE tenant = $1 AND id = $2 AND attempt = $3 AND state = 'running'
-- name: job_cancel_one
-- params: tenant, id, now
UPDATE heng_job SET state = 'cancelled', ended_at = $3 WHERE tenant = $1 AND id = $2 AND state IN ('queued', 'running')
-- name: job_retry_one
-- params: tenant, id, now
UPDATE heng_job SET state = 'queued', attempt = 0, ready_at = $3, error = '', done = 0 WHERE tenant = $1 AND id = $2 AND state IN ('failed', 'cancelled')
-- name: job_payload
-- params: tenant, id
SELECT kind, payload FROM heng_job WHERE tenant = $1 AND id = $2
-- name: job_list
-- params: tenant, id before which
SELECT id, kind, state, attempt, done, total, what, error, created_at, ended_at FROM heng_job WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT 100
-- name: job_get
-- params: tenant, id
SELECT state, attempt, done, total, what, error FROM heng_job WHERE tenant = $1 AND id = $2
-- name: job_count
-- params: tenant, state
SELECT count(*) FROM heng_job WHERE tenant = $1 AND state = $2
