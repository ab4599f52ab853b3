-- name: migrate_done
-- params: tenant (always 0: the database's own), room
SELECT number, name, hash FROM heng_migration WHERE tenant = $1 AND room = $2 ORDER BY number
-- name: migrate_add
-- params: tenant, room, number, name, hash, now
INSERT INTO heng_migration (tenant, room, number, name, hash, at) VALUES ($1, $2, $3, $4, $5, $6)
