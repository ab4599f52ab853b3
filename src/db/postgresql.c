/* postgresql.c: db.h over PostgreSQL by libpq. Statements are prepared by name at their first run, when the kinds of their parameters are known, so
 * that $1 has a type wherever it stands. A result is held whole: queries of pages carry a LIMIT. */
#include "db/internal.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMETERS = 32, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701 };

struct pg {
  struct db base;
  PGconn *handle;
  unsigned names; /* statements named so far */
};

struct pg_statement {
  struct db_statement base;
  char *sql, name[24];
  int n; /* parameters bound, highest */
  Oid types[PARAMETERS], prepared_types[PARAMETERS];
  char *values[PARAMETERS]; /* malloc'ed; NULL is SQL's NULL */
  PGresult *result;
  int row, rc;
  bool prepared;
  int64_t changes;
};

static PGconn *handle_of(const struct db *d) {
  return ((const struct pg *)d)->handle;
}

static struct pg_statement *own(struct db_statement *s) {
  return (struct pg_statement *)s;
}

static const struct pg_statement *own_const(const struct db_statement *s) {
  return (const struct pg_statement *)s;
}

/* SQLSTATE, chapter 9 of the manual's appendix A. */
static int rc_of(const char *state) {
  if (strcmp(state, "23505") == 0) return RC_CONFLICT;
  if (strncmp(state, "23", 2) == 0) return RC_REFERENCE;
  if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0) return RC_BUSY;
  if (strncmp(state, "22", 2) == 0) return RC_FORMAT;
  if (strcmp(state, "53200") == 0) return RC_NOMEM;
  return RC_IO;
}

static int fail(const struct db *d, const PGresult *r, struct err *e) {
  const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL, *text = r ? PQresultErrorMessage(r) : PQerrorMessage(handle_of(d));
  int n = (int)strcspn(text, "\n");
  return err_set(e, state ? (enum rc)rc_of(state) : RC_IO, tr("数据库：%.*s", "database: %.*s"), n, text);
}

static bool well(const PGresult *r) {
  ExecStatusType s = PQresultStatus(r);
  return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_EMPTY_QUERY;
}

static int pg_exec(struct db *d, const char *sql, struct err *e) {
  PGresult *r = PQexec(handle_of(d), sql);
  int rc = well(r) ? RC_OK : fail(d, r, e);
  if (rc == RC_OK && strcmp(sql, "COMMIT") == 0 && strcmp(PQcmdStatus(r), "COMMIT") != 0) /* a statement had failed: the server answers ROLLBACK */
    rc = err_set(e, RC_IO, "%s", tr("数据库：事务里有一步失败，没有保存", "database: a step of the transaction had failed: nothing was saved"));
  PQclear(r);
  return rc;
}

static int pg_prepare(struct db *d, const char *sql, struct db_statement **out, struct err *e) {
  *out = NULL;
  struct pg_statement *s = calloc(1, sizeof *s);
  char *copy = s ? strdup(sql) : NULL;
  if (!copy) {
    free(s);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  s->base.db = d;
  s->base.driver = d->driver;
  s->sql = copy;
  snprintf(s->name, sizeof s->name, "h%u", ++((struct pg *)d)->names);
  *out = &s->base;
  return RC_OK;
}

static void values_clear(struct pg_statement *s) {
  for (int i = 0; i < PARAMETERS; i++) {
    free(s->values[i]);
    s->values[i] = NULL;
  }
  s->rc = 0;
}

static void result_clear(struct pg_statement *s) {
  PQclear(s->result);
  s->result = NULL;
  s->row = 0;
}

static void pg_finish(struct db_statement *base) {
  struct pg_statement *s = own(base);
  char sql[48];
  result_clear(s);
  values_clear(s);
  if (s->prepared && PQstatus(handle_of(base->db)) == CONNECTION_OK && PQtransactionStatus(handle_of(base->db)) != PQTRANS_INERROR) {
    snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
    PQclear(PQexec(handle_of(base->db), sql));
  }
  free(s->sql);
  free(s);
}

static void bind(struct db_statement *base, int parameter, Oid type, const char *p, size_t n) {
  struct pg_statement *s = own(base);
  if (parameter < 1 || parameter > PARAMETERS || (p && memchr(p, 0, n))) {
    s->rc = RC_FORMAT; /* PostgreSQL holds no NUL within a text */
    return;
  }
  free(s->values[parameter - 1]);
  s->values[parameter - 1] = p ? strndup(p, n) : NULL;
  if (p && !s->values[parameter - 1]) s->rc = RC_NOMEM;
  s->types[parameter - 1] = type;
  if (parameter > s->n) s->n = parameter;
}

static void pg_bind_int(struct db_statement *s, int parameter, int64_t value) {
  char text[24];
  int n = snprintf(text, sizeof text, "%lld", (long long)value);
  bind(s, parameter, OID_INT8, text, (size_t)n);
}

static void pg_bind_real(struct db_statement *s, int parameter, double value) {
  char text[40];
  int n = snprintf(text, sizeof text, "%.17g", value);
  bind(s, parameter, OID_FLOAT8, text, (size_t)n);
}

static void pg_bind_text(struct db_statement *s, int parameter, struct sv value) {
  bind(s, parameter, OID_TEXT, value.p ? value.p : "", value.n);
}

static void pg_bind_null(struct db_statement *s, int parameter) {
  Oid before = parameter >= 1 && parameter <= PARAMETERS ? own(s)->prepared_types[parameter - 1] : 0;
  bind(s, parameter, before, NULL, 0);
}

/* Again when the kinds are others than last time: a parameter that was NULL and is a number now. */
static int make_ready(struct pg_statement *s, struct err *e) {
  PGconn *h = handle_of(s->base.db);
  if (s->prepared && memcmp(s->types, s->prepared_types, sizeof s->types) == 0) return RC_OK;
  if (s->prepared) {
    char sql[48];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
    PQclear(PQexec(h, sql));
    s->prepared = false;
  }
  PGresult *r = PQprepare(h, s->name, s->sql, s->n, s->types);
  int rc = well(r) ? RC_OK : fail(s->base.db, r, e);
  PQclear(r);
  if (rc < 0) return rc;
  memcpy(s->prepared_types, s->types, sizeof s->types);
  s->prepared = true;
  return RC_OK;
}

static int pg_step(struct db_statement *base, struct err *e) {
  struct pg_statement *s = own(base);
  if (s->rc < 0) return err_set(e, (enum rc)s->rc, "%s", tr("数据库：参数不能绑定", "database: a parameter cannot be bound"));
  if (!s->result) {
    int rc = make_ready(s, e);
    if (rc < 0) return rc;
    s->result = PQexecPrepared(handle_of(base->db), s->name, s->n, (const char *const *)s->values, NULL, NULL, 0);
    s->row = -1;
    if (!well(s->result)) {
      rc = fail(base->db, s->result, e);
      result_clear(s);
      return rc;
    }
    const char *changed = PQcmdTuples(s->result);
    s->changes = *changed ? strtoll(changed, NULL, 10) : 0;
  }
  if (++s->row < PQntuples(s->result)) return 1;
  result_clear(s);
  return 0;
}

static void pg_reset(struct db_statement *s) {
  result_clear(own(s));
  own(s)->rc = 0;
}

static bool pg_col_null(const struct db_statement *base, int column) {
  const struct pg_statement *s = own_const(base);
  return !s->result || column >= PQnfields(s->result) || PQgetisnull(s->result, s->row, column);
}

static struct sv pg_col_text(const struct db_statement *base, int column) {
  const struct pg_statement *s = own_const(base);
  if (pg_col_null(base, column)) return (struct sv){NULL, 0};
  return (struct sv){PQgetvalue(s->result, s->row, column), (size_t)PQgetlength(s->result, s->row, column)};
}

static int64_t pg_col_int(const struct db_statement *s, int column) {
  struct sv v = pg_col_text(s, column);
  return v.p ? strtoll(v.p, NULL, 10) : 0;
}

static double pg_col_real(const struct db_statement *s, int column) {
  struct sv v = pg_col_text(s, column);
  return v.p ? strtod(v.p, NULL) : 0;
}

static int64_t pg_changes(const struct db_statement *s) {
  return own_const(s)->changes;
}

/* What the server said while nobody asked is mostly that it goes away: read it, so that a connection that ended is known before it is used. */
static bool pg_alive(const struct db *d) {
  PGconn *h = handle_of(d);
  if (PQstatus(h) != CONNECTION_OK) return false;
  struct pollfd at = {PQsocket(h), POLLIN, 0};
  if (at.fd >= 0 && poll(&at, 1, 0) > 0 && PQconsumeInput(h) == 0) return false;
  return PQstatus(h) == CONNECTION_OK;
}

static void pg_close(struct db *d) {
  PQfinish(handle_of(d));
  free(d);
}

static const struct db_driver driver = {pg_exec,  pg_prepare, pg_finish,   pg_bind_int, pg_bind_real, pg_bind_text, pg_bind_null, pg_step,
                                        pg_reset, pg_col_int, pg_col_real, pg_col_text, pg_col_null,  pg_changes,   pg_alive,     pg_close};

static void no_notices(void *context, const char *message) {
  (void)context;
  (void)message;
}

int postgresql_open(const char *address, struct db **out, struct err *e) {
  struct pg *d = calloc(1, sizeof *d);
  if (!d) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  d->base.driver = &driver;
  d->base.engine = DB_POSTGRESQL;
  /* the first host that takes writes, when several are named; an address may say otherwise */
  const char *const keys[] = {"target_session_attrs", "connect_timeout", "dbname", NULL}, *const values[] = {"read-write", "10", address, NULL};
  d->handle = PQconnectdbParams(keys, values, 1);
  if (!d->handle || PQstatus(d->handle) != CONNECTION_OK) {
    const char *text = d->handle ? PQerrorMessage(d->handle) : "?";
    int rc = err_set(e, RC_IO, tr("连不上数据库：%.*s", "cannot connect to the database: %.*s"), (int)strcspn(text, "\n"), text);
    pg_close(&d->base);
    return rc;
  }
  PQsetNoticeProcessor(d->handle, no_notices, NULL);
  int rc = pg_exec(&d->base, "SET client_encoding = 'UTF8'; SET statement_timeout = '60s'; SET lock_timeout = '5s'", e);
  if (rc < 0)
    pg_close(&d->base);
  else
    *out = &d->base;
  return rc;
}
