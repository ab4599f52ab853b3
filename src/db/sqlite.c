/* sqlite.c: db.h over SQLite. Write-ahead log, foreign keys on, five seconds of patience with other writers.
 * Errors carry the engine's own words, since they name the table or the constraint. */
#include "db/internal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARAMETERS = 32 };

struct sqlite {
  struct db base;
  sqlite3 *handle;
};

struct sqlite_statement {
  struct db_statement base;
  sqlite3_stmt *handle;
  int index[PARAMETERS + 1]; /* of $n: SQLite numbers names by where they first stand */
  int rc;                    /* first failure to bind */
  int64_t changes;
};

static sqlite3 *handle_of(const struct db *d) {
  return ((const struct sqlite *)d)->handle;
}

static struct sqlite_statement *own(struct db_statement *s) {
  return (struct sqlite_statement *)s;
}

static const struct sqlite_statement *own_const(const struct db_statement *s) {
  return (const struct sqlite_statement *)s;
}

static int rc_of(sqlite3 *h) {
  int code = sqlite3_extended_errcode(h);
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) return RC_CONFLICT;
  switch (code & 0xff) {
  case SQLITE_NOMEM: return RC_NOMEM;
  case SQLITE_BUSY:
  case SQLITE_LOCKED: return RC_BUSY;
  case SQLITE_CONSTRAINT: return RC_REFERENCE;
  default: return RC_IO;
  }
}

static int fail(const struct db *d, struct err *e) {
  sqlite3 *h = handle_of(d);
  enum rc code = (enum rc)rc_of(h);
  return err_set(e, code, tr("数据库：%s", "database: %s"), sqlite3_errmsg(h));
}

static int lite_exec(struct db *d, const char *sql, struct err *e) {
  return sqlite3_exec(handle_of(d), sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : fail(d, e);
}

static int lite_prepare(struct db *d, const char *sql, struct db_statement **out, struct err *e) {
  *out = NULL;
  struct sqlite_statement *s = calloc(1, sizeof *s);
  if (!s) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  s->base.db = d;
  s->base.driver = d->driver;
  if (sqlite3_prepare_v3(handle_of(d), sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, NULL) != SQLITE_OK) {
    free(s);
    return fail(d, e);
  }
  int n = sqlite3_bind_parameter_count(s->handle);
  for (int i = 1; i <= PARAMETERS; i++) {
    char name[16];
    snprintf(name, sizeof name, "$%d", i);
    s->index[i] = sqlite3_bind_parameter_index(s->handle, name);
    if (s->index[i] == 0 && i <= n && sqlite3_bind_parameter_name(s->handle, i) == NULL) s->index[i] = i; /* written as ? */
  }
  *out = &s->base;
  return RC_OK;
}

static void lite_finish(struct db_statement *s) {
  sqlite3_finalize(own(s)->handle);
  free(s);
}

static int index_of(struct sqlite_statement *s, int parameter) {
  return parameter >= 1 && parameter <= PARAMETERS ? s->index[parameter] : 0;
}

static void bound(struct sqlite_statement *s, int rc) {
  if (rc != SQLITE_OK && s->rc == SQLITE_OK) s->rc = rc;
}

static void lite_bind_int(struct db_statement *s, int parameter, int64_t value) {
  bound(own(s), sqlite3_bind_int64(own(s)->handle, index_of(own(s), parameter), value));
}

static void lite_bind_real(struct db_statement *s, int parameter, double value) {
  bound(own(s), sqlite3_bind_double(own(s)->handle, index_of(own(s), parameter), value));
}

static void lite_bind_text(struct db_statement *s, int parameter, struct sv value) {
  bound(own(s), sqlite3_bind_text64(own(s)->handle, index_of(own(s), parameter), value.p ? value.p : "", value.n, SQLITE_TRANSIENT, SQLITE_UTF8));
}

static void lite_bind_null(struct db_statement *s, int parameter) {
  bound(own(s), sqlite3_bind_null(own(s)->handle, index_of(own(s), parameter)));
}

static int lite_step(struct db_statement *base, struct err *e) {
  struct sqlite_statement *s = own(base);
  if (s->rc != SQLITE_OK)
    return err_set(e, RC_IO, tr("数据库：参数不能绑定：%s", "database: a parameter cannot be bound: %s"), sqlite3_errstr(s->rc));
  int rc = sqlite3_step(s->handle);
  if (rc == SQLITE_ROW) return 1;
  if (rc != SQLITE_DONE) {
    int failed = fail(base->db, e);
    sqlite3_reset(s->handle);
    return failed;
  }
  s->changes = sqlite3_stmt_readonly(s->handle) ? 0 : sqlite3_changes64(handle_of(base->db));
  sqlite3_reset(s->handle);
  return 0;
}

static void lite_reset(struct db_statement *s) {
  sqlite3_reset(own(s)->handle);
  own(s)->rc = SQLITE_OK;
}

static int64_t lite_col_int(const struct db_statement *s, int column) {
  return sqlite3_column_int64(own_const(s)->handle, column);
}

static double lite_col_real(const struct db_statement *s, int column) {
  return sqlite3_column_double(own_const(s)->handle, column);
}

static struct sv lite_col_text(const struct db_statement *s, int column) {
  const unsigned char *p = sqlite3_column_text(own_const(s)->handle, column);
  return (struct sv){(const char *)p, p ? (size_t)sqlite3_column_bytes(own_const(s)->handle, column) : 0};
}

static bool lite_col_null(const struct db_statement *s, int column) {
  return sqlite3_column_type(own_const(s)->handle, column) == SQLITE_NULL;
}

static int64_t lite_changes(const struct db_statement *s) {
  return own_const(s)->changes;
}

static bool lite_alive(const struct db *d) {
  (void)d;
  return true;
}

static void lite_close(struct db *d) {
  sqlite3_close(handle_of(d));
  free(d);
}

int64_t db_last_id(const struct db *d) {
  return d->engine == DB_SQLITE ? sqlite3_last_insert_rowid(handle_of(d)) : 0;
}

static const struct db_driver driver = {lite_exec,      lite_prepare, lite_finish, lite_bind_int, lite_bind_real, lite_bind_text,
                                        lite_bind_null, lite_step,    lite_reset,  lite_col_int,  lite_col_real,  lite_col_text,
                                        lite_col_null,  lite_changes, lite_alive,  lite_close};

/* Two programs that open a new file at once: changing to the write-ahead log does not wait by itself. */
static int log_ahead(struct db *d, struct err *e) {
  int rc = RC_BUSY;
  for (int i = 0; i < 100 && rc == RC_BUSY; i++) {
    if (i > 0) nanosleep(&(struct timespec){0, 20000000}, NULL);
    rc = lite_exec(d, "PRAGMA journal_mode = WAL", e);
  }
  return rc;
}

/* Counting memory takes a lock of the whole process for each allocation: with many connections that is what they would wait for. */
static void settings_once(void) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int sqlite_open(const char *path, bool make, struct db **out, struct err *e) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, settings_once);
  struct sqlite *d = calloc(1, sizeof *d);
  if (!d) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  d->base.driver = &driver;
  d->base.engine = DB_SQLITE;
  int rc = RC_OK, flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (make ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(path, &d->handle, flags, NULL) != SQLITE_OK) {
    rc = err_set(e, RC_IO, tr("打不开数据库 %s：%s", "cannot open the database %s: %s"), path, d->handle ? sqlite3_errmsg(d->handle) : "?");
  } else {
    sqlite3_busy_timeout(d->handle, 5000);
    sqlite3_extended_result_codes(d->handle, 1);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (make) rc = log_ahead(&d->base, e);
    if (rc == RC_OK)
      rc = lite_exec(&d->base,
                     make ? "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                            "PRAGMA cache_size = -256;" /* KiB: a server has dozens of connections, and the system keeps the file in memory once */
                          : "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
                     e);
  }
  if (rc < 0)
    lite_close(&d->base);
  else
    *out = &d->base;
  return rc;
}
