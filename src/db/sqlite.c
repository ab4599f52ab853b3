/* sqlite.c: db.h over SQLite. Write-ahead log, foreign keys on, five seconds of patience with other writers.
 * Errors carry the engine's own words, since they name the table or the constraint. */
#include "db/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct db {
  sqlite3 *handle;
};

struct db_statement {
  sqlite3_stmt *handle;
  struct db *db;
  int rc; /* first failure to bind */
};

static int fail(const struct db *d, struct err *e) {
  int code = sqlite3_errcode(d->handle);
  return err_set(e, code == SQLITE_NOMEM ? RC_NOMEM : RC_IO, tr("数据库：%s", "database: %s"), sqlite3_errmsg(d->handle));
}

int db_exec(struct db *d, const char *sql, struct err *e) {
  return sqlite3_exec(d->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : fail(d, e);
}

static int open_with(const char *address, int flags, const char *settings, struct db **out, struct err *e) {
  static const char scheme[] = "sqlite:";
  *out = NULL;
  if (strncmp(address, scheme, sizeof scheme - 1) != 0)
    return err_set(e, RC_USAGE, tr("不认识的数据库地址 %s（要写 sqlite:文件）", "unknown database address %s (write sqlite:FILE)"), address);
  struct db *d = calloc(1, sizeof *d);
  if (!d) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  int rc = RC_OK;
  if (sqlite3_open_v2(address + sizeof scheme - 1, &d->handle, flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
    rc = err_set(e, RC_IO, tr("打不开数据库 %s：%s", "cannot open the database %s: %s"), address + sizeof scheme - 1,
                 d->handle ? sqlite3_errmsg(d->handle) : "?");
  } else {
    sqlite3_busy_timeout(d->handle, 5000);
    rc = db_exec(d, settings, e);
  }
  if (rc < 0)
    db_close(d);
  else
    *out = d;
  return rc;
}

int db_open(const char *address, struct db **out, struct err *e) {
  return open_with(address, SQLITE_OPEN_CREATE, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;", out, e);
}

int db_open_existing(const char *address, struct db **out, struct err *e) {
  return open_with(address, 0, "PRAGMA foreign_keys = ON;", out, e);
}

void db_close(struct db *d) {
  if (!d) return;
  sqlite3_close(d->handle);
  free(d);
}

int db_prepare(struct db *d, const char *sql, struct db_statement **out, struct err *e) {
  *out = NULL;
  struct db_statement *s = calloc(1, sizeof *s);
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  s->db = d;
  if (sqlite3_prepare_v2(d->handle, sql, -1, &s->handle, NULL) != SQLITE_OK) {
    free(s);
    return fail(d, e);
  }
  *out = s;
  return RC_OK;
}

void db_finish(struct db_statement *s) {
  if (!s) return;
  sqlite3_finalize(s->handle);
  free(s);
}

static void bound(struct db_statement *s, int rc) {
  if (rc != SQLITE_OK && s->rc == SQLITE_OK) s->rc = rc;
}

void db_bind_int(struct db_statement *s, int parameter, int64_t value) {
  bound(s, sqlite3_bind_int64(s->handle, parameter, value));
}

void db_bind_real(struct db_statement *s, int parameter, double value) {
  bound(s, sqlite3_bind_double(s->handle, parameter, value));
}

void db_bind_text(struct db_statement *s, int parameter, struct sv value) {
  bound(s, sqlite3_bind_text64(s->handle, parameter, value.p ? value.p : "", value.n, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void db_bind_null(struct db_statement *s, int parameter) {
  bound(s, sqlite3_bind_null(s->handle, parameter));
}

int db_step(struct db_statement *s, struct err *e) {
  if (s->rc != SQLITE_OK)
    return err_set(e, RC_IO, tr("数据库：参数不能绑定：%s", "database: a parameter cannot be bound: %s"), sqlite3_errstr(s->rc));
  int rc = sqlite3_step(s->handle);
  if (rc == SQLITE_ROW) return 1;
  if (rc != SQLITE_DONE) {
    int failed = fail(s->db, e);
    sqlite3_reset(s->handle);
    return failed;
  }
  sqlite3_reset(s->handle);
  return 0;
}

void db_reset(struct db_statement *s) {
  sqlite3_reset(s->handle);
}

int64_t db_col_int(const struct db_statement *s, int column) {
  return sqlite3_column_int64(s->handle, column);
}

struct sv db_col_text(const struct db_statement *s, int column) {
  const unsigned char *p = sqlite3_column_text(s->handle, column);
  return (struct sv){(const char *)p, p ? (size_t)sqlite3_column_bytes(s->handle, column) : 0};
}

bool db_col_null(const struct db_statement *s, int column) {
  return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

int64_t db_last_id(const struct db *d) {
  return sqlite3_last_insert_rowid(d->handle);
}

int db_tx(struct db *d, int (*work)(struct db *d, void *context, struct err *e), void *context, struct err *e) {
  int rc = db_exec(d, "BEGIN IMMEDIATE", e);
  if (rc < 0) return rc;
  rc = work(d, context, e);
  if (rc == RC_OK) rc = db_exec(d, "COMMIT", e);
  if (rc < 0) sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL); /* the first failure is the one to report */
  return rc;
}
