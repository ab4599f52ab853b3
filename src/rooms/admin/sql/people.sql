-- migration: 1 organisations, users, roles
CREATE TABLE heng_org (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, parent BIGINT, path TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
  closed BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, path), UNIQUE (tenant, code));
CREATE TABLE heng_user (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, org BIGINT NOT NULL, login TEXT NOT NULL, name TEXT NOT NULL,
  password TEXT NOT NULL, password_at BIGINT NOT NULL, must_change BIGINT NOT NULL DEFAULT 0,
  disabled BIGINT NOT NULL DEFAULT 0, totp TEXT NOT NULL DEFAULT '', totp_pending TEXT NOT NULL DEFAULT '', totp_step BIGINT NOT NULL DEFAULT 0,
  subject TEXT, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, login), UNIQUE (tenant, subject),
  FOREIGN KEY (tenant, org) REFERENCES heng_org (tenant, id));
CREATE TABLE heng_password_past (
  tenant BIGINT NOT NULL, user_id BIGINT NOT NULL, at BIGINT NOT NULL, password TEXT NOT NULL,
  PRIMARY KEY (tenant, user_id, at));
CREATE TABLE heng_role (
  tenant BIGINT NOT NULL, code TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, apart TEXT NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (tenant, code));
CREATE TABLE heng_role_permission (
  tenant BIGINT NOT NULL, role TEXT NOT NULL, permission TEXT NOT NULL,
  PRIMARY KEY (tenant, role, permission),
  FOREIGN KEY (tenant, role) REFERENCES heng_role (tenant, code));
CREATE TABLE heng_user_role (
  tenant BIGINT NOT NULL, user_id BIGINT NOT NULL, role TEXT NOT NULL, org BIGINT NOT NULL, granted_by BIGINT NOT NULL, granted_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, user_id, role, org),
  FOREIGN KEY (tenant, user_id) REFERENCES heng_user (tenant, id),
  FOREIGN KEY (tenant, role) REFERENCES heng_role (tenant, code),
  FOREIGN KEY (tenant, org) REFERENCES heng_org (tenant, id));
-- migration: 2 sessions, tokens, attempts
CREATE TABLE heng_session (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, user_id BIGINT NOT NULL, hash TEXT NOT NULL, waits_for_code BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, peer TEXT NOT NULL, agent TEXT NOT NULL,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, hash),
  FOREIGN KEY (tenant, user_id) REFERENCES heng_user (tenant, id));
CREATE INDEX heng_session_user ON heng_session (tenant, user_id);
CREATE TABLE heng_token (
  tenant BIGINT NOT NULL, id BIGINT NOT NULL, user_id BIGINT NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, used_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id), UNIQUE (tenant, hash),
  FOREIGN KEY (tenant, user_id) REFERENCES heng_user (tenant, id));
CREATE INDEX heng_token_user ON heng_token (tenant, user_id);
CREATE TABLE heng_attempt (
  tenant BIGINT NOT NULL, who TEXT NOT NULL, failed BIGINT NOT NULL, last_at BIGINT NOT NULL, locked_until BIGINT NOT NULL,
  PRIMARY KEY (tenant, who));
-- migration: 3 the audit log
CREATE TABLE heng_log_head (tenant BIGINT NOT NULL, number BIGINT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (tenant));
CREATE TABLE heng_log (
  tenant BIGINT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, user_id BIGINT NOT NULL, who TEXT NOT NULL, org TEXT NOT NULL,
  peer TEXT NOT NULL, request TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant, number));
CREATE INDEX heng_log_object ON heng_log (tenant, object, number);
-- name: org_all
-- params: tenant
SELECT id, parent, path, code, name, closed FROM heng_org WHERE tenant = $1 ORDER BY path, id
-- name: org_open_all
-- params: tenant
SELECT id, path, name FROM heng_org WHERE tenant = $1 AND closed = 0 ORDER BY path, id LIMIT 1000
-- name: org_open_path
-- params: tenant, id
SELECT path FROM heng_org WHERE tenant = $1 AND id = $2 AND closed = 0
-- name: org_get
-- params: tenant, id
SELECT path, code, name, closed, parent FROM heng_org WHERE tenant = $1 AND id = $2
-- name: org_by_code
-- params: tenant, code
SELECT id FROM heng_org WHERE tenant = $1 AND code = $2
-- name: org_add
-- params: tenant, id, parent, path, code, name, now
INSERT INTO heng_org (tenant, id, parent, path, code, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- name: org_change
-- params: tenant, id, name, closed
UPDATE heng_org SET name = $3, closed = $4 WHERE tenant = $1 AND id = $2
-- name: user_by_subject
-- params: tenant, subject
SELECT id, login, disabled FROM heng_user WHERE tenant = $1 AND subject = $2
-- name: user_subject
-- params: tenant, id, subject
UPDATE heng_user SET subject = $3 WHERE tenant = $1 AND id = $2
-- name: user_count
-- params: tenant
SELECT count(*) FROM heng_user WHERE tenant = $1
-- name: user_by_login
-- params: tenant, login
SELECT id, password, disabled, totp, must_change FROM heng_user WHERE tenant = $1 AND login = $2
-- name: user_get
-- params: tenant, id
SELECT u.login, u.name, u.org, o.path, o.name, u.disabled, u.must_change, u.totp, u.totp_pending, u.totp_step, u.password, u.password_at, u.created_at, u.seen_at
FROM heng_user u JOIN heng_org o ON o.tenant = u.tenant AND o.id = u.org WHERE u.tenant = $1 AND u.id = $2
-- name: user_list
-- params: tenant, login after which to go on
SELECT u.id, u.login, u.name, o.name, o.path, u.disabled, u.seen_at, u.totp FROM heng_user u JOIN heng_org o ON o.tenant = u.tenant AND o.id = u.org
WHERE u.tenant = $1 AND u.login > $2 ORDER BY u.login LIMIT 1000
-- name: user_add
-- params: tenant, id, org, login, name, password, now, must_change
INSERT INTO heng_user (tenant, id, org, login, name, password, password_at, must_change, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)
-- name: user_change
-- params: tenant, id, name, org, disabled
UPDATE heng_user SET name = $3, org = $4, disabled = $5 WHERE tenant = $1 AND id = $2
-- name: user_password
-- params: tenant, id, password, now, must_change
UPDATE heng_user SET password = $3, password_at = $4, must_change = $5 WHERE tenant = $1 AND id = $2
-- name: user_seen
-- params: tenant, id, now
UPDATE heng_user SET seen_at = $3 WHERE tenant = $1 AND id = $2
-- name: user_totp
-- params: tenant, id, secret, pending
UPDATE heng_user SET totp = $3, totp_pending = $4, totp_step = 0 WHERE tenant = $1 AND id = $2
-- name: user_totp_step
-- params: tenant, id, step: each code serves once
UPDATE heng_user SET totp_step = $3 WHERE tenant = $1 AND id = $2 AND totp_step < $3
-- name: password_past
-- params: tenant, user
SELECT password FROM heng_password_past WHERE tenant = $1 AND user_id = $2 ORDER BY at DESC LIMIT 5
-- name: password_past_add
-- params: tenant, user, now, password
INSERT INTO heng_password_past (tenant, user_id, at, password) VALUES ($1, $2, $3, $4)
-- name: role_all
-- params: tenant
SELECT code, zh, en, apart FROM heng_role WHERE tenant = $1 ORDER BY position, code
-- name: role_put
-- params: tenant, code, zh, en, apart, position
INSERT INTO heng_role (tenant, code, zh, en, apart, position) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, code) DO UPDATE SET zh = excluded.zh, en = excluded.en, apart = excluded.apart, position = excluded.position
-- name: role_permissions
-- params: tenant
SELECT role, permission FROM heng_role_permission WHERE tenant = $1 ORDER BY role, permission
-- name: role_permission_clear
-- params: tenant, role
DELETE FROM heng_role_permission WHERE tenant = $1 AND role = $2
-- name: role_permission_add
-- params: tenant, role, permission
INSERT INTO heng_role_permission (tenant, role, permission) VALUES ($1, $2, $3)
-- name: user_roles
-- params: tenant, user
SELECT r.role, r.org, o.path, o.name, x.zh, x.en, x.apart FROM heng_user_role r JOIN heng_org o ON o.tenant = r.tenant AND o.id = r.org
JOIN heng_role x ON x.tenant = r.tenant AND x.code = r.role WHERE r.tenant = $1 AND r.user_id = $2 ORDER BY r.role, o.path
-- name: user_role_add
-- params: tenant, user, role, org, by, now
INSERT INTO heng_user_role (tenant, user_id, role, org, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
-- name: user_role_remove
-- params: tenant, user, role, org
DELETE FROM heng_user_role WHERE tenant = $1 AND user_id = $2 AND role = $3 AND org = $4
-- name: user_grants
-- params: tenant, user
SELECT p.permission, o.path FROM heng_user_role r JOIN heng_role_permission p ON p.tenant = r.tenant AND p.role = r.role
JOIN heng_org o ON o.tenant = r.tenant AND o.id = r.org WHERE r.tenant = $1 AND r.user_id = $2 ORDER BY p.permission, o.path
-- name: users_with
-- params: tenant, permission
SELECT DISTINCT u.id, u.login, u.name, o.path FROM heng_user u JOIN heng_user_role r ON r.tenant = u.tenant AND r.user_id = u.id
JOIN heng_role_permission p ON p.tenant = r.tenant AND p.role = r.role JOIN heng_org o ON o.tenant = r.tenant AND o.id = r.org
WHERE u.tenant = $1 AND u.disabled = 0 AND p.permission = $2 ORDER BY u.login, o.path LIMIT 2000
-- name: session_add
-- params: tenant, id, user, hash, waits_for_code, now, ends_at, peer, agent
INSERT INTO heng_session (tenant, id, user_id, hash, waits_for_code, created_at, seen_at, ends_at, peer, agent)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)
-- name: session_find
-- params: tenant, hash
SELECT s.id, s.user_id, s.waits_for_code, s.seen_at, s.ends_at, u.login, u.name, u.org, o.path, u.disabled, u.must_change, u.totp
FROM heng_session s JOIN heng_user u ON u.tenant = s.tenant AND u.id = s.user_id JOIN heng_org o ON o.tenant = u.tenant AND o.id = u.org
WHERE s.tenant = $1 AND s.hash = $2
-- name: session_seen
-- params: tenant, id, now
UPDATE heng_session SET seen_at = $3 WHERE tenant = $1 AND id = $2
-- name: session_end
-- params: tenant, id, user
DELETE FROM heng_session WHERE tenant = $1 AND id = $2 AND user_id = $3
-- name: session_end_others
-- params: tenant, user, the session that stays (0: none)
DELETE FROM heng_session WHERE tenant = $1 AND user_id = $2 AND id <> $3
-- name: session_end_old
-- params: tenant, now, idle since
DELETE FROM heng_session WHERE tenant = $1 AND (ends_at < $2 OR seen_at < $3)
-- name: session_of_user
-- params: tenant, user
SELECT id, created_at, seen_at, peer, agent, waits_for_code FROM heng_session WHERE tenant = $1 AND user_id = $2 ORDER BY seen_at DESC, id LIMIT 100
-- name: token_add
-- params: tenant, id, user, hash, name, scopes, now, ends_at
INSERT INTO heng_token (tenant, id, user_id, hash, name, scopes, created_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- name: token_find
-- params: tenant, hash
SELECT t.id, t.user_id, t.scopes, t.ends_at, t.used_at, u.login, u.name, u.org, o.path, u.disabled
FROM heng_token t JOIN heng_user u ON u.tenant = t.tenant AND u.id = t.user_id JOIN heng_org o ON o.tenant = u.tenant AND o.id = u.org
WHERE t.tenant = $1 AND t.hash = $2
-- name: token_used
-- params: tenant, id, now
UPDATE heng_token SET used_at = $3 WHERE tenant = $1 AND id = $2
-- name: token_of_user
-- params: tenant, user
SELECT id, name, scopes, created_at, ends_at, used_at FROM heng_token WHERE tenant = $1 AND user_id = $2 ORDER BY created_at DESC, id LIMIT 100
-- name: token_end
-- params: tenant, id, user
DELETE FROM heng_token WHERE tenant = $1 AND id = $2 AND user_id = $3
-- name: attempt_get
-- params: tenant, who
SELECT failed, last_at, locked_until FROM heng_attempt WHERE tenant = $1 AND who = $2
-- name: attempt_put
-- params: tenant, who, failed, now, locked_until
INSERT INTO heng_attempt (tenant, who, failed, last_at, locked_until) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant, who) DO UPDATE SET failed = excluded.failed, last_at = excluded.last_at, locked_until = excluded.locked_until
-- name: attempt_clear
-- params: tenant, who
DELETE FROM heng_attempt WHERE tenant = $1 AND who = $2
-- name: attempt_clear_old
-- params: tenant, before
DELETE FROM heng_attempt WHERE tenant = $1 AND last_at < $2
-- name: log_head_make
-- params: tenant
INSERT INTO heng_log_head (tenant, number, hash) VALUES ($1, 0, '') ON CONFLICT (tenant) DO NOTHING
-- name: log_head_take
-- params: tenant: the row is locked until the transaction ends, so that entries have one order
UPDATE heng_log_head SET number = number + 1 WHERE tenant = $1 RETURNING number, hash
-- name: log_head_set
-- params: tenant, hash
UPDATE heng_log_head SET hash = $2 WHERE tenant = $1
-- name: log_head_get
-- params: tenant
SELECT number, hash FROM heng_log_head WHERE tenant = $1
-- name: log_add
-- params: tenant, number, at, user, who, org, peer, request, action, object, before, after, hash
INSERT INTO heng_log (tenant, number, at, user_id, who, org, peer, request, action, object, before, after, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
-- name: log_hash
-- params: tenant, number
SELECT hash FROM heng_log WHERE tenant = $1 AND number = $2
-- name: log_walk
-- params: tenant, number after which to go on
SELECT number, at, user_id, who, org, peer, request, action, object, before, after, hash FROM heng_log
WHERE tenant = $1 AND number > $2 ORDER BY number LIMIT 5000
-- name: log_list
-- params: tenant, number before which, action begins (lower bound), action (upper bound), who or '', object or ''
SELECT number, at, who, org, peer, request, action, object, before, after FROM heng_log
WHERE tenant = $1 AND number < $2 AND action >= $3 AND action < $4 AND ($5 = '' OR who = $5) AND ($6 = '' OR object = $6)
ORDER BY number DESC LIMIT 101
