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
