-- name: home_jobs
-- params: tenant, id before which
SELECT id, kind, state, attempt, done, total, error, created_at, ended_at FROM heng_job WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT 100
